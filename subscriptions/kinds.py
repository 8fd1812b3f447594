"""The kinds of notifications, in the few groups that people switch on and off; pure."""

from functools import lru_cache

from app.core.bilingual import N_
from app.core.render import TEMPLATES

ALWAYS = frozenset(("core/frame", "subscriptions/confirm_alert", "subscriptions/confirm_follow"))
"""Frames, and answers to what somebody asked a moment ago."""

GROUPS = {
    "alerts": N_("New opportunities that match your alerts"),
    "followed": N_("News of opportunities you follow or answer"),
    "closing": N_("Reminders before a closing"),
    "proposals": N_("Your proposals: receipts and results"),
    "opportunities": N_("Opportunities of your department"),
    "evaluations": N_("Evaluations you take part in"),
    "contracts": N_("Contracts, milestones and payments"),
    "account": N_("Your account, roles and organizations"),
}
OF_BIDDERS = frozenset((
    "opened", "awarded", "not_awarded", "disqualified", "unsuccessful", "debrief_answer", "explanation_asked",
))  # fmt: skip
PACKAGES = {"auth": "account"}
OWN = {"match": "alerts", "digest": "alerts", "closing_soon": "closing", "scoring_due": "evaluations"}


def group_of(kind: str) -> str:
    """Name the group of a kind (`package/name`)."""
    package, _, name = kind.partition("/")
    if package == "subscriptions":
        return OWN.get(name, "followed")
    if package == "evaluations" and name in OF_BIDDERS:
        return "proposals"
    return PACKAGES.get(package, package)


@lru_cache
def kinds() -> tuple[str, ...]:
    """List every kind of notification that has a text, but those that nobody can switch off."""
    folder = TEMPLATES / "notifications"
    found = {str(path.relative_to(folder)).removesuffix(".en.txt") for path in folder.rglob("*.en.txt")}
    return tuple(sorted(found - ALWAYS))


def kinds_in(group: str) -> tuple[str, ...]:
    """List the kinds of a group."""
    return tuple(kind for kind in kinds() if group_of(kind) == group)
