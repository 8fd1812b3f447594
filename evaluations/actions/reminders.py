"""Reminders to the panel: by an officer's button, or by the clock."""

from datetime import datetime

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Actor
from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotNow
from evaluations import notifications, policy, queries
from evaluations.models import PanelMember


def remind(member: PanelMember, *, by: Actor, at: datetime) -> PanelMember:
    """Remind a member of what waits for them: an invitation to answer, or proposals to score; once a day at most."""
    if by is not CLOCK and not policy.is_officer(queries.facts(member.opportunity, by, at)):
        raise NotAllowed(sealed=True)
    if not queries.waits_for(member):
        raise NotNow(N_("Nothing waits for %(name)s now."), name=member.user.name)
    if member.reminded_at is not None and at - member.reminded_at < policy.REMINDER_PAUSE:
        raise NotNow(N_("%(name)s was reminded less than a day ago."), name=member.user.name)
    member.reminded_at = at
    event = audit.record("panel_member.remind", member.subject, by=by, at=at, audience=PARTIES)
    notifications.reminded(member, event)
    return member


def remind_due(*, at: datetime) -> list[PanelMember]:
    """Remind by the clock: of an invitation unanswered for days, and of sheets left when the decision is near."""
    return [remind(one, by=CLOCK, at=at) for one in queries.due_reminders(at)]
