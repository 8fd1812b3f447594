"""What waits for a person about opportunities: a draft sent back, a review, a certificate, a question."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import User
from auth.queries import departments_of
from opportunities.models import Certificate, Opportunity, Question, Review

LIMIT = 50


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """List what waits for a person here, oldest first."""
    waiting = [*_drafts(user, at), *_reviews(user, at), *_certificates(user, at), *_questions(user, at)]
    return sorted(waiting, key=lambda one: one.since)


def _drafts(user: User, at: datetime) -> list[Awaiting]:
    own = select(Opportunity).where(
        Opportunity.state == "draft",
        Opportunity.author_id == user.id,
        Opportunity.department_id.in_(departments_of(user, at, ("buyer", "officer"))),
    )
    sent_back = exists().where(Review.opportunity_id == Opportunity.id, Review.decision == "changes")
    texts = {True: N_("Make the changes asked for in %(title)s"), False: N_("Finish your draft %(title)s")}
    return [
        Awaiting(
            one.updated_at, texts[asked], "opportunities.draft", {"number": one.number}, {"title": one.title},
            own=not asked,
        )
        for one, asked in db.session.execute(
            own.add_columns(sent_back)
            .order_by(sent_back.desc(), Opportunity.updated_at, Opportunity.id)
            .limit(LIMIT)
        )
    ]  # fmt: skip


def _reviews(user: User, at: datetime) -> list[Awaiting]:
    others = select(Opportunity).where(
        Opportunity.state.in_(("review", "approved")),
        Opportunity.publish_at.is_(None),
        Opportunity.author_id != user.id,
        Opportunity.department_id.in_(departments_of(user, at, ("officer",))),
    )
    texts = {"review": N_("Review %(title)s"), "approved": N_("Publish %(title)s")}
    return [
        Awaiting(one.updated_at, texts[one.state], "pages.review", {"number": one.number}, {"title": one.title})
        for one in db.session.scalars(others.order_by(Opportunity.updated_at, Opportunity.id).limit(LIMIT))
    ]


def _certificates(user: User, at: datetime) -> list[Awaiting]:
    covered = select(Certificate.id).where(
        Certificate.opportunity_id == Opportunity.id, Certificate.amount_cents >= Opportunity.value_cents
    )
    uncertified = select(Opportunity).where(
        Opportunity.state.in_(("review", "approved")),
        Opportunity.author_id != user.id,
        Opportunity.department_id.in_(departments_of(user, at, ("finance",))),
        ~covered.exists(),
    )
    return [
        Awaiting(
            one.updated_at, N_("Certify the funds of %(title)s"), "pages.review", {"number": one.number},
            {"title": one.title},
        )
        for one in db.session.scalars(uncertified.order_by(Opportunity.updated_at, Opportunity.id).limit(LIMIT))
    ]  # fmt: skip


def _questions(user: User, at: datetime) -> list[Awaiting]:
    unanswered = (
        select(Question)
        .join(Question.opportunity)
        .options(contains_eager(Question.opportunity))
        .where(
            Question.answered_at.is_(None),
            Opportunity.state == "open",
            Opportunity.closing_at > at,
            Opportunity.department_id.in_(departments_of(user, at, ("buyer", "officer"))),
        )
    )
    return [
        Awaiting(
            one.asked_at, N_("Answer a question about %(title)s"), "opportunities.manage",
            {"number": one.opportunity.number}, {"title": one.opportunity.title}, one.opportunity.closing_at,
            one.opportunity.zone,
        )
        for one in db.session.scalars(unanswered.order_by(Question.asked_at, Question.id).limit(LIMIT))
    ]  # fmt: skip
