"""Where an opportunity stands for one reader: a sentence and the one thing to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import formats
from app.core.db import db
from app.core.web import language
from app.pages import words
from app.pages.decisions import Decision
from auth.models import User
from auth.queries import roles_in
from evaluations.models import PanelMember
from evaluations.queries import find_place, standing_of
from opportunities.lifecycle import UNPUBLISHED
from opportunities.models import Opportunity
from opportunities.policy import shown_state
from opportunities.queries.showing import Whole
from proposals import queries as proposals
from proposals.models import Proposal


class Status(NamedTuple):
    """What the panel at the head of the page says: the act may be missing."""

    sentence: str
    act: str = ""
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reader:
    """Who reads: their roles in the department, their own proposal, their place on the panel."""

    person: User | None = None
    roles: frozenset[str] = frozenset()
    proposal: Proposal | None = None
    place: PanelMember | None = None

    @property
    def writes(self) -> bool:
        """The reader manages the department's opportunities."""
        return bool(self.roles & {"buyer", "officer"})

    @property
    def is_staff(self) -> bool:
        """The reader works for the department."""
        return bool(self.roles & {"buyer", "officer", "finance"})


def reader_of(whole: Whole, person: User | None, at: datetime) -> Reader:
    """Gather what decides which sentence a person reads; nothing for a visitor."""
    if person is None:
        return Reader()
    opportunity = db.session.get_one(Opportunity, whole.id)
    return Reader(
        person,
        roles_in(person, whole.department_id, at),
        proposals.find_own(opportunity, person),
        find_place(opportunity, person),
    )


@dataclass(frozen=True)
class Scene:
    """Everything a sentence may speak of."""

    whole: Whole
    reader: Reader
    decision: Decision | None
    at: datetime

    @property
    def state(self) -> str:
        """The state as it stands at this moment."""
        return shown_state(self.whole, self.at)


def status_of(scene: Scene) -> Status:
    """Say where it stands for a reader at a moment."""
    reader = scene.reader
    if reader.is_staff:
        return _for_staff(scene)
    if reader.place is not None and scene.state in ("closed", "evaluation"):
        return _for_evaluator(scene, reader.place)
    if reader.proposal is not None and reader.person is not None and scene.state != "cancelled":
        return _for_bidder(scene, reader.proposal, reader.person)
    if scene.state == "open":
        note = _("About 40 minutes. What you write stays sealed until the closing.")
        return Status(_open_until(scene), _("Start a proposal"), _to("proposals.start", scene), note)
    return _for_anyone(scene)


def _for_anyone(scene: Scene) -> Status:
    match scene.state:
        case "open":
            return Status(_open_until(scene))
        case "closed":
            return Status(_("Closed. Two people will open the proposals."), note=_decision_note(scene))
        case "evaluation":
            return Status(_("Closed. The proposals are being evaluated."), note=_decision_note(scene))
        case "awarded" | "completed" if scene.decision is not None:
            return _decided(scene, scene.decision)
        case "cancelled":
            return Status(_("Cancelled by the department."), _("Read why"), _to("pages.procurement", scene))
        case _:
            return Status(_("Ended without an award."), _("Read the whole story"), _to("pages.procurement", scene))


def _decided(scene: Scene, decision: Decision) -> Status:
    amount = words.money(decision.value_cents, language())
    sentence = _("Awarded to %(winner)s for %(amount)s.", winner=decision.winner, amount=amount)
    if decision.winners > 1:
        sentence = _("%(count)s prizes awarded, %(amount)s in all.", count=decision.winners, amount=amount)
        return Status(sentence, _("Read the decision"), _to("evaluations.decision", scene))
    if decision.contract_state == "terminated":
        note = _("The contract ended early, before all the work was done.")
        return Status(sentence, _("See the contract"), url_for("contracts.show", number=decision.contract), note)
    if decision.contract is None:
        return Status(sentence, _("Read the decision"), _to("evaluations.decision", scene))
    return Status(sentence, _("See the contract"), url_for("contracts.show", number=decision.contract))


def _for_evaluator(scene: Scene, place: PanelMember) -> Status:
    href = _to("evaluations.show", scene)
    if place.state == "invited":
        return Status(_("You are invited to the panel."), _("Answer"), href)
    if scene.state == "closed":
        return Status(_("You are on the panel. The proposals are not open yet."), _("Evaluation"), href)
    return Status(_("You are on the panel. Score the proposals."), _("Score proposals"), href)


def _for_staff(scene: Scene) -> Status:  # noqa: PLR0911  (a sentence for each state)
    if scene.state in UNPUBLISHED:
        return _unpublished(scene)
    if scene.state == "open" and not scene.reader.writes:
        return Status(_open_until(scene), note=_("You work for this department, so you cannot propose here."))
    if not scene.reader.writes:
        return _for_anyone(scene)
    match scene.state:
        case "open":
            waiting = sum(1 for one in scene.whole.questions if one.answered_at is None)
            note = ngettext("%(num)d question waits for an answer.", "%(num)d questions wait for an answer.", waiting)
            return Status(_open_until(scene), _("Manage"), _to("opportunities.manage", scene), note if waiting else "")
        case "closed" | "evaluation":
            closed = scene.state == "closed"
            said = _("Closed. Two people open the proposals.") if closed else _("Closed. Being evaluated.")
            return Status(said, _("Evaluation"), _to("evaluations.show", scene), _decision_note(scene))
        case "awarded" if scene.decision is not None and scene.decision.contract is None:
            said = _("Awarded to %(winner)s. There is no contract yet.", winner=scene.decision.winner)
            return Status(said, _("Draw up the contract"), _to("contracts.draw_up", scene))
        case _:
            return _for_anyone(scene)


def _unpublished(scene: Scene) -> Status:
    if scene.state == "draft":
        said = _("A draft. Only your department sees it.")
        return Status(said, _("Continue the draft"), _to("opportunities.draft", scene))
    in_review = scene.state == "review"
    said = _("In review. Only your department sees it.") if in_review else _("Approved. Not published yet.")
    return Status(said, _("Review"), _to("pages.review", scene))


def _for_bidder(scene: Scene, own: Proposal, person: User) -> Status:  # noqa: PLR0911  (a sentence for each state)
    href = url_for("proposals.show", key=own.key)
    until = words.moment(scene.whole.closing_at, language(), scene.whole.zone)
    match proposals.shown_state(own, scene.at):
        case "draft":
            done, steps = proposals.progress(own, person)
            act = _("Continue your draft, %(done)s of %(steps)s done", done=done, steps=steps)
            return Status(_open_until(scene), act, href)
        case "submitted" if scene.state == "open":
            said = _("Submitted. Sealed until %(moment)s.", moment=until)
            return Status(said, _("See or edit your proposal"), href, _("You can still edit or withdraw it."))
        case "unconfirmed":
            said = _("This changed after you submitted. Confirm your proposal, or it lapses at the closing.")
            return Status(said, _("Confirm your proposal"), href, until)
        case "withdrawn":
            return Status(_("You withdrew your proposal."), _("See your proposal"), href, _open_until(scene))
        case "awarded":
            return Status(_("Your proposal was chosen."), _("Read the result"), _result(own))
        case "declined":
            return Status(_("Your proposal was chosen, and the award declined."), _("Read the result"), _result(own))
        case "not_awarded" | "disqualified":
            return Status(_("Decided. You can read how your proposal came out."), _("Read the result"), _result(own))
        case "lapsed" | "unsent":
            return Status(_("Closed. Your proposal was not considered."), _("See your proposal"), href)
        case _:
            standing = standing_of(own)
            said = _("Closed. Your proposal is being evaluated.")
            if standing is not None and standing.out:
                said = _("Closed. Your proposal does not go on after round %(number)s.", number=standing.passed + 1)
            return Status(said, _("See your proposal"), href, _decision_note(scene))


def _result(own: Proposal) -> str:
    return url_for("evaluations.debrief", key=own.key)


def _open_until(scene: Scene) -> str:
    """Say until when, in the words of the closing itself."""
    closing, zone = scene.whole.closing_at, scene.whole.zone
    if closing is None or scene.state != "open":
        return ""
    hour = formats.hour(closing, language(), zone)
    if words.days_left(closing, scene.at, zone) <= 0:
        return _("Open until today, %(hour)s.", hour=hour)
    return _("Open until %(day)s, %(hour)s.", day=formats.day(closing, language(), zone), hour=hour)


def _decision_note(scene: Scene) -> str:
    expected = scene.whole.decision_on
    return _("Decision expected by %(day)s.", day=formats.day(expected, language())) if expected is not None else ""


def _to(endpoint: str, scene: Scene) -> str:
    return url_for(endpoint, number=scene.whole)
