"""The life of a place in an organization."""

from app.core.audit import PARTIES, Subject
from app.core.lifecycle import START, Lifecycle, Transition
from auth import policy
from auth.models import Membership


def _subject(row: Membership) -> Subject:
    return Subject(
        "membership", row.id, person_id=row.user_id, organization_id=row.organization_id or row.organization.id
    )


MEMBERSHIP = Lifecycle(
    "membership",
    _subject,
    (
        Transition("found", (START,), "active", policy.anyone, audience=PARTIES),
        Transition("invite", (START,), "invited", policy.may_invite, audience=PARTIES),
        Transition("accept", ("invited",), "active", policy.is_invited, policy.not_yet_a_member, PARTIES),
        Transition("decline", ("invited",), "declined", policy.is_invited, audience=PARTIES),
        Transition("leave", ("active",), "left", policy.holds_the_place, policy.not_the_last_owner, PARTIES),
        Transition("remove", ("invited", "active"), "removed", policy.may_remove, policy.not_the_last_owner, PARTIES),
    ),
)  # fmt: skip
