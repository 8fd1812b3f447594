"""One opportunity: by its number, as a person may see it, and the facts that its rules ask for."""

from datetime import date, datetime

from sqlalchemy import or_, select

from app.core.audit import Actor
from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotFound
from auth.models import Department, Skill, User
from auth.queries import departments_of, holders_of, one_human, roles_in
from opportunities.models import Attachment, Comment, Opportunity, Question, Threshold
from opportunities.policy import Facts, missing
from opportunities.queries.snapshot import snapshot

JUST_UNDER = 95
"""A value of at least so many hundredths of a threshold, and below it, is just under it."""


def find_opportunity(number: int) -> Opportunity | None:
    """Find an opportunity by its public number."""
    return db.session.scalar(select(Opportunity).where(Opportunity.number == number))


def get_opportunity(number: int) -> Opportunity:
    """Get an opportunity by its public number, or refuse with NotFound."""
    found = find_opportunity(number)
    if found is None:
        raise NotFound
    return found


def find_begun(department: Department, title: Bilingual, by: User, source: Opportunity | None) -> Opportunity | None:
    """Find the draft that a person began under a title, from the same source, while nothing was written into it."""
    same = select(Opportunity).where(
        Opportunity.department_id == department.id,
        Opportunity.author_id == by.id,
        Opportunity.state == "draft",
        Opportunity.title == title,
        Opportunity.copied_from_id == (source.id if source else None),
        Opportunity.updated_at == Opportunity.created_at,
    )
    return db.session.scalars(same.order_by(Opportunity.id.desc())).first()


def get_visible(number: int, person: User | None, at: datetime) -> Opportunity:
    """Get an opportunity that a person may see: a published one, or any of their own department."""
    found = get_opportunity(number)
    if not is_visible(found, person, at):
        raise NotFound
    return found


def is_visible(opportunity: Opportunity, person: User | None, at: datetime) -> bool:
    """Say whether a person may see it: everyone once published, its department alone before."""
    return opportunity.published_at is not None or opportunity.department_id in departments_of(person, at)


def get_question(opportunity: Opportunity, key: str) -> Question:
    """Get a question of an opportunity, or refuse with NotFound."""
    found = db.session.scalar(select(Question).where(Question.key == key, Question.opportunity_id == opportunity.id))
    if found is None:
        raise NotFound
    return found


def get_comment(opportunity: Opportunity, key: str) -> Comment:
    """Get a reviewer's comment on an opportunity, or refuse with NotFound."""
    found = db.session.scalar(select(Comment).where(Comment.key == key, Comment.opportunity_id == opportunity.id))
    if found is None:
        raise NotFound
    return found


def get_attachment(opportunity: Opportunity, key: str) -> Attachment:
    """Get a file of an opportunity, or refuse with NotFound."""
    found = db.session.scalar(
        select(Attachment).where(Attachment.key == key, Attachment.opportunity_id == opportunity.id)
    )
    if found is None:
        raise NotFound
    return found


def visible_attachment(number: int, key: str, person: User | None, at: datetime) -> Attachment:
    """Get a file of an opportunity that a person may see, or refuse with NotFound."""
    return get_attachment(get_visible(number, person, at), key)


def facts(opportunity: Opportunity, by: Actor | None, at: datetime) -> Facts:
    """Gather what the rules ask for: the person's roles in the department, completeness, the certificate."""
    person = by if isinstance(by, User) else None
    held = roles_in(person, opportunity.department_id, at)
    return Facts(
        roles=held,
        is_author=person is not None and bool(held) and opportunity.author_id in one_human(person.id),
        missing=missing(snapshot(opportunity), at),
        certified=is_certified(opportunity),
    )


def roles(department: Department, person: User, at: datetime) -> frozenset[str]:
    """Name a person's roles in a department at a moment."""
    return roles_in(person, department.id, at)


def certified_cents(opportunity: Opportunity) -> int:
    """Give the largest amount that finance has certified, 0 without a certificate."""
    return max((one.amount_cents for one in opportunity.certificates), default=0)


def is_certified(opportunity: Opportunity) -> bool:
    """Say whether finance has certified at least the value (Financial Administration Act, s. 32)."""
    return opportunity.value_cents is not None and certified_cents(opportunity) >= opportunity.value_cents


def thresholds_just_above(value_cents: int | None, on: date) -> list[Threshold]:
    """List the dated thresholds that a value lies just under: a sign of splitting to look at."""
    if value_cents is None:
        return []
    in_force = select(Threshold).where(
        Threshold.from_on <= on,
        or_(Threshold.until_on.is_(None), Threshold.until_on >= on),
        Threshold.amount_cents > value_cents,
        Threshold.amount_cents * JUST_UNDER <= value_cents * 100,
    )
    return list(db.session.scalars(in_force.order_by(Threshold.amount_cents)))


def thresholds_crossed(before_cents: int, after_cents: int, on: date) -> list[Threshold]:
    """List the dated thresholds that a rising value reaches or passes, and had not passed before."""
    if after_cents <= before_cents:
        return []
    in_force = select(Threshold).where(
        Threshold.from_on <= on,
        or_(Threshold.until_on.is_(None), Threshold.until_on >= on),
        Threshold.amount_cents.between(before_cents, after_cents),
    )
    return list(db.session.scalars(in_force.order_by(Threshold.amount_cents)))


def copyable(person: User, at: datetime, limit: int = 50) -> list[Opportunity]:
    """List what a person may start from: their departments' opportunities, newest first."""
    own = select(Opportunity).where(Opportunity.department_id.in_(departments_of(person, at)))
    return list(db.session.scalars(own.order_by(Opportunity.id.desc()).limit(limit)))


def departments_to_write_for(person: User, at: datetime) -> list[Department]:
    """List the departments for which a person may write opportunities."""
    numbers = departments_of(person, at, ("buyer", "officer"))
    return list(db.session.scalars(select(Department).where(Department.id.in_(numbers)).order_by(Department.code)))


def reviewers(opportunity: Opportunity, author: User, at: datetime) -> list[User]:
    """List the officers who can review what somebody sends."""
    apart = (author.id, opportunity.author_id)
    return [one for one in holders_of("officer", opportunity.department_id, at) if one.id not in apart]


def skills() -> list[Skill]:
    """List the vocabulary of skills."""
    return list(db.session.scalars(select(Skill).order_by(Skill.code)))
