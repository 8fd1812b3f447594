"""Reads of the texts that people accept, and of who accepted which version."""

from datetime import datetime

from sqlalchemy import and_, func, select

from app.core.db import db
from app.core.errors import NotFound
from auth.models import Terms, TermsAcceptance, User

KINDS = ("terms", "privacy", "eligibility")


def current_terms() -> list[Terms]:
    """List the newest version of each text, in the order of `KINDS`."""
    newest = select(Terms.kind, func.max(Terms.number).label("number")).group_by(Terms.kind).subquery()
    texts = db.session.scalars(
        select(Terms).join(newest, and_(Terms.kind == newest.c.kind, Terms.number == newest.c.number))
    )
    return sorted(texts, key=lambda text: KINDS.index(text.kind))


def find_terms(kind: str, number: int | None = None) -> Terms | None:
    """Find a version of a text; the newest without a number."""
    texts = select(Terms).where(Terms.kind == kind).order_by(Terms.number.desc())
    return db.session.scalars(texts if number is None else texts.where(Terms.number == number)).first()


def get_terms(kind: str, number: int | None = None) -> Terms:
    """Get a version of a text (the newest without a number), or refuse with NotFound."""
    terms = find_terms(kind, number)
    if terms is None:
        raise NotFound
    return terms


def versions_of(kind: str) -> list[tuple[int, datetime]]:
    """List a text's versions and when they were published, newest first."""
    rows = select(Terms.number, Terms.published_at).where(Terms.kind == kind).order_by(Terms.number.desc())
    return [(number, published_at) for number, published_at in db.session.execute(rows)]


def due_terms(user: User) -> list[Terms]:
    """List the texts whose newest version a person has not accepted."""
    newest = select(Terms.kind, func.max(Terms.number).label("number")).group_by(Terms.kind).subquery()
    accepted = select(TermsAcceptance.terms_id).where(TermsAcceptance.user_id == user.id)
    texts = db.session.scalars(
        select(Terms)
        .join(newest, and_(Terms.kind == newest.c.kind, Terms.number == newest.c.number))
        .where(Terms.id.not_in(accepted))
    )
    return sorted(texts, key=lambda text: KINDS.index(text.kind))


def acceptances_of(user: User) -> list[TermsAcceptance]:
    """List what a person accepted, newest first."""
    accepted = select(TermsAcceptance).join(Terms).where(TermsAcceptance.user_id == user.id)
    return list(db.session.scalars(accepted.order_by(TermsAcceptance.accepted_at.desc(), Terms.kind)))


def people_who_accepted(kind: str) -> list[User]:
    """List the people who accepted any version of a text."""
    accepted = select(TermsAcceptance.user_id).join(Terms).where(Terms.kind == kind)
    people = select(User).where(User.id.in_(accepted), User.suspended_at.is_(None), User.email != "")
    return list(db.session.scalars(people.order_by(User.id)))
