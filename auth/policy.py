"""Who may do what among people: plain functions of facts that the callers gather with queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotNow, NotValid, Refusal
from auth.models import Membership

DEPARTMENT_ROLES = ("buyer", "officer", "finance")
MEMBER_ROLES = ("owner", "admin", "member")
LONGEST_ABSENCE = timedelta(days=366)


SESSION_IDLE = timedelta(hours=4)
"""Without a request for so long, a session has ended."""
SESSION_LONGEST = timedelta(hours=12)
"""However busy, a session ends so long after its sign-in."""
SEEN_EVERY = timedelta(minutes=5)
"""When a session was last seen is written at most so often."""


def domain_of(address: str) -> str:
    """Give the domain of an e-mail address, in small letters."""
    return address.rpartition("@")[2].strip().lower()


# --- Organizations ----------------------------------------------------------------------------------------------

SPEAKS = ("owner", "admin")
"""Who acts in an organization's name."""


@dataclass(frozen=True)
class MembershipFacts:
    """What the actor is in the organization, and how the membership stands to them.

    `role` is theirs (owner, admin, member or nothing), `has_address` that the invited address is a verified one of
    theirs, `is_own` that the place is theirs, `owners` how many active owners there are.
    """

    role: str = ""
    has_address: bool = False
    is_own: bool = False
    is_member: bool = False
    owners: int = 0


def anyone(_by: object, _row: object, _facts: object) -> bool:
    """Any signed-in person may."""
    return True


def may_invite(_by: object, row: Membership, facts: MembershipFacts) -> bool:
    """Owners invite anybody; admins invite admins and members."""
    return facts.role == "owner" or (facts.role == "admin" and row.role != "owner")


def is_invited(_by: object, _row: Membership, facts: MembershipFacts) -> bool:
    """Only who has the invited address, verified, may answer."""
    return facts.has_address


def holds_the_place(_by: object, _row: Membership, facts: MembershipFacts) -> bool:
    """Only the member leaves."""
    return facts.is_own


def may_remove(_by: object, row: Membership, facts: MembershipFacts) -> bool:
    """Owners remove anybody else; admins remove members. One leaves, one does not remove oneself."""
    return not facts.is_own and (facts.role == "owner" or (facts.role == "admin" and row.role == "member"))


def may_change_roles(facts: MembershipFacts) -> bool:
    """Only owners say who is what."""
    return facts.role == "owner"


def not_yet_a_member(_row: Membership, _at: datetime, facts: MembershipFacts) -> Refusal | None:
    """One person has one place in an organization."""
    return NotNow(N_("You are already a member of this organization.")) if facts.is_member else None


def not_the_last_owner(row: Membership, _at: datetime, facts: MembershipFacts) -> Refusal | None:
    """The last owner cannot leave."""
    if row.state == "active" and row.role == "owner" and facts.owners <= 1:
        return NotNow(N_("The last owner cannot leave. Make somebody else an owner first."))
    return None


# --- Departments ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AppointmentFacts:
    """What decides whether a role of a department may be given.

    `by_officer`: the actor is an officer of the department's own (not lent). `has_officer`: there is such an officer
    at all. `verified_here`: the person has a verified address of the department's domains.
    """

    role: str
    by_administrator: bool = False
    by_officer: bool = False
    has_officer: bool = False
    is_self: bool = False
    verified_here: bool = False
    already_holds: bool = False
    suspended: bool = False


def appointment_refusal(facts: AppointmentFacts) -> Refusal | None:
    """Say why a role may not be given, or None: an administrator appoints the first officer, officers the rest."""
    first_officer = facts.by_administrator and facts.role == "officer" and not facts.has_officer
    if not (facts.by_officer or first_officer):
        return NotAllowed()
    return _person_refusal(facts.is_self, facts.suspended, facts.already_holds) or (
        None if facts.verified_here else _not_of_the_department()
    )


@dataclass(frozen=True)
class LoanFacts:
    """What decides whether an officer may be lent: the lender's side acts, and lends an officer of its own."""

    by_administrator: bool = False
    by_officer_of_lender: bool = False
    is_officer_of_lender: bool = False
    same_department: bool = False
    is_self: bool = False
    already_holds: bool = False
    suspended: bool = False


def loan_refusal(facts: LoanFacts) -> Refusal | None:
    """Say why an officer may not be lent, or None."""
    if not (facts.by_administrator or facts.by_officer_of_lender):
        return NotAllowed()
    if facts.same_department:
        return NotValid(N_("Choose another department."), field="department")
    if not facts.is_officer_of_lender:
        return NotValid(N_("Only an officer of your own department can be lent."), field="email")
    return _person_refusal(facts.is_self, facts.suspended, facts.already_holds)


@dataclass(frozen=True)
class DelegationFacts:
    """What decides whether a role may be delegated while away; a delegated or lent role is not passed on."""

    holds_it_oneself: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_self: bool = False
    verified_here: bool = False
    already_holds: bool = False
    suspended: bool = False


def delegation_refusal(facts: DelegationFacts, at: datetime) -> Refusal | None:
    """Say why a role may not be delegated, or None."""
    if not facts.holds_it_oneself:
        return NotAllowed()
    if facts.starts_at is None or facts.ends_at is None or facts.ends_at <= max(facts.starts_at, at):
        return NotValid(N_("The last day must come after the first and not be past."), field="until")
    if facts.ends_at - facts.starts_at > LONGEST_ABSENCE:
        return NotValid(N_("A role is delegated for a year at most."), field="until")
    return _person_refusal(facts.is_self, facts.suspended, facts.already_holds) or (
        None if facts.verified_here else _not_of_the_department()
    )


def _person_refusal(is_self: bool, suspended: bool, already_holds: bool) -> Refusal | None:  # noqa: FBT001  (facts)
    if is_self:
        return NotValid(N_("Nobody appoints themselves."), field="email")
    if suspended:
        return NotValid(N_("This account is suspended."), field="email")
    if already_holds:
        return NotValid(N_("This person already holds this role here."), field="email")
    return None


def _not_of_the_department() -> Refusal:
    return NotValid(
        N_("This person has no verified e-mail address of the department. They verify one and sign in again."),
        field="email",
    )  # fmt: skip


@dataclass(frozen=True)
class EndFacts:
    """Who may end an appointment: its holder, an officer of the department, an administrator, who delegated it."""

    is_holder: bool = False
    by_officer: bool = False
    by_administrator: bool = False
    by_delegator: bool = False


def may_end(facts: EndFacts) -> bool:
    """Say whether this actor may end this appointment."""
    return facts.is_holder or facts.by_officer or facts.by_administrator or facts.by_delegator


@dataclass(frozen=True)
class Ties:
    """What ties a person to a department: a role there, or a verified address of its domains."""

    roles: frozenset[str] = frozenset()
    verified_here: bool = False


def may_propose_to(ties: Ties) -> bool:
    """A department's staff do not bid there."""
    return not ties.roles and not ties.verified_here
