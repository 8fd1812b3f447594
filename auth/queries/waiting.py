"""What waits for a person here."""

from datetime import datetime

from sqlalchemy import select

from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import Department, User
from auth.queries.departments import has_officer, is_administrator
from auth.queries.organizations import invitations_for
from auth.queries.terms import due_terms

SENTENCES = {
    "terms": N_("Accept the new terms of use"),
    "privacy": N_("Accept the new privacy notice"),
    "eligibility": N_("Accept the new eligibility statement"),
}


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """List what waits for a person: terms to accept, invitations to answer, departments without an officer."""
    waits = [Awaiting(text.published_at, SENTENCES[text.kind], "auth.welcome") for text in due_terms(user)]
    waits += [
        Awaiting(
            invitation.invited_at,
            N_("Answer the invitation to join %(organization)s"),
            "auth.invitation",
            {"key": invitation.key},
            {"organization": invitation.organization.name},
        )
        for invitation in invitations_for(user)
    ]
    if is_administrator(user, at):
        waits += [
            Awaiting(
                at, N_("Appoint the first officer of %(department)s"), "auth.department",
                {"code": department.code}, {"department": department.name},
            )
            for department in db.session.scalars(select(Department).order_by(Department.code))
            if not has_officer(department, at)
        ]  # fmt: skip
    return sorted(waits, key=lambda one: one.since)
