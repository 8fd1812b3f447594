"""What the people of a tender do, each act as its page does it: in one transaction, under the lock that the page takes.

A step is words and numbers alone, so that another process can be asked for it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core.db import Base, db, transaction
from app.core.errors import NotFound, NotNow, Refusal
from auth.models import Organization, User
from contracts import actions as contracts
from contracts import queries as agreed
from contracts.models import Contract, Milestone
from evaluations import actions as evaluations
from evaluations import queries as judged
from evaluations.actions.sheets import Typed
from evaluations.models import Award, Evaluation, Proponent
from opportunities import actions as opportunities
from opportunities.models import Opportunity
from proposals import actions, queries
from proposals.models import Proposal
from tests.factories import both

CANARY = "Zaunkönig"
WHY = "It says clearly what will be done."
LINK = "https://github.com/example/gauges/pull/7"
LIVE = ("draft", "submitted", "withdrawn")
DONE, TOLD, SILENT = "done", "told", "refused without a word"


class Step(NamedTuple):
    """One act: which, by whom, with what."""

    act: str
    by: str
    given: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Cast:
    """The opportunity and its people, by their numbers; the closing that was published."""

    opportunity: int
    firm: int
    people: dict[str, int]
    closing: str

    as_dict = asdict

    def there(self) -> Opportunity:
        return db.session.get_one(Opportunity, self.opportunity)

    def person(self, name: str) -> User:
        return db.session.get_one(User, self.people[name])

    def side(self, name: str) -> Organization | None:
        """Ann proposes alone; the others for their organization."""
        return None if name == "ann" else db.session.get_one(Organization, self.firm)

    def own(self, name: str) -> Proposal | None:
        mine = Proposal.author_id == self.people[name] if name == "ann" else Proposal.organization_id == self.firm
        return db.session.scalars(select(Proposal).where(mine).order_by(Proposal.id.desc()).limit(1)).first()

    def evaluation(self) -> Evaluation:
        return judged.get_evaluation(self.there())

    def proponent(self, name: str) -> Proponent:
        own = self.own(name)
        found = [one for one in judged.proponents(self.evaluation()) if own is not None and one.proposal_id == own.id]
        if not found:
            raise NotFound
        return found[0]

    def award(self) -> Award:
        return judged.get_award(self.there())

    def contract(self) -> Contract:
        found = agreed.find_contract(self.there())
        if found is None:
            raise NotFound
        return agreed.get_contract(found.number)

    def milestone(self, position: int) -> Milestone:
        return agreed.get_milestone(self.contract(), position)


def submits(cast: Cast, by: User, at: datetime, name: str, whose: str) -> None:
    """Begin a draft if there is none that can be written, answer everything, submit."""
    proposal = cast.own(whose)
    if proposal is None or proposal.state not in LIVE:
        proposal = actions.start(cast.there(), by=by, at=at, organization=cast.side(name))
    answers = {one.key: f"{CANARY} of {name}" for one in queries.ask_of(cast.there()).criteria}
    actions.save_approach(proposal, answers, by=by, at=at)
    actions.submit(proposal, accepted=(), by=by, at=at)


def sends(cast: Cast, by: User, at: datetime, whose: str, seen: str) -> None:
    """Press the button below what the check page showed."""
    own = cast.own(whose)
    if own is None:
        raise NotFound
    actions.submit(own, accepted=(), by=by, at=at, seen=seen)


def withdraws(cast: Cast, by: User, at: datetime, whose: str) -> None:
    own = cast.own(whose)
    if own is None:
        raise NotFound
    actions.withdraw(own, by=by, at=at)


def moves_the_closing(cast: Cast, by: User, at: datetime, days: int) -> None:
    later = datetime.fromisoformat(cast.closing) + timedelta(days=days)
    opportunities.extend(cast.there(), later, both(f"More time: {days}."), by=by, at=at)


def changes_the_text(cast: Cast, by: User, at: datetime, text: str) -> None:
    """Materially, or by an addendum that only says something."""
    values: dict[str, Any] | None = {"deliverables": both(text)} if text else None
    opportunities.issue_addendum(cast.there(), both(f"Read this. {text}"), values, by=by, at=at)


def closes(_cast: Cast, _by: User, at: datetime) -> None:
    """The worker does."""
    opportunities.close_due(at=at)


def scores(cast: Cast, by: User, at: datetime) -> None:
    """Ann's a little better, all of them whole."""
    judging = judged.to_judge(cast.evaluation(), by)
    if not judging:
        raise NotNow
    for proponent in judging:
        points = "3" if proponent.proposal.organization_id else "4"
        typed = {
            one.key: Typed("met" if one.stage.kind == "mandatory" else points, WHY)
            for one in judged.criteria_of(cast.there())
        }
        evaluations.submit_sheet(proponent, typed, by=by, at=at)


def recuses(cast: Cast, by: User, at: datetime) -> None:
    place = judged.find_place(cast.there(), by)
    if place is None:
        raise NotFound
    evaluations.recuse(place, words="I know one of them well.", by=by, at=at)


def joins(cast: Cast, by: User, at: datetime) -> None:
    """Answer the invitation."""
    place = judged.find_place(cast.there(), by)
    if place is None:
        raise NotFound
    evaluations.answer(place, accepts=True, conflict=False, words="I know none of them.", by=by, at=at)


def awards(cast: Cast, by: User, at: datetime, *, departs: bool) -> None:
    """To the next in rank, or proposing the last."""
    lines = [one for one in judged.ranking(cast.evaluation()).lines if one.awardable]
    if not lines:
        raise NotNow
    reason = WHY if departs else ""
    evaluations.award(lines[-departs].proponent, reason=WHY, departure_reason=reason, by=by, at=at)


def declines_award(cast: Cast, by: User, at: datetime) -> None:
    award = agreed.find_award_to_decline(cast.there(), by)
    if award is None:
        raise NotNow
    contracts.decline_before_contract(award, WHY, by=by, at=at)


def accepts(cast: Cast, by: User, at: datetime) -> None:
    contract = cast.contract()
    contracts.accept(contract, contract.text_hash, by=by, at=at)


def releases(cast: Cast, by: User, at: datetime, position: int) -> None:
    """As the page does: the order, or again after a failed one."""
    milestone = cast.milestone(position)
    order = contracts.release if milestone.state == "accepted" else contracts.pay_again
    order(milestone, by=by, at=at)


Act = Callable[..., object]
UNDER_CONTRACT: dict[str, Act] = {
    "accepts": accepts,
    "declines": lambda cast, by, at: contracts.decline(cast.contract(), WHY, by=by, at=at),
    "delivers": lambda cast, by, at, place: contracts.deliver(cast.milestone(place), WHY, [LINK], [], by=by, at=at),
    "accepts_work": lambda cast, by, at, place: contracts.accept_delivery(cast.milestone(place), by=by, at=at),
    "returns_work": lambda cast, by, at, place: contracts.return_delivery(cast.milestone(place), WHY, by=by, at=at),
    "releases": releases,
    "terminates": lambda cast, by, at: contracts.terminate(cast.contract(), WHY, by=by, at=at),
}
"""What queues at the contract."""
ACTS: dict[str, Act] = UNDER_CONTRACT | {
    "submits": submits,
    "sends": sends,
    "withdraws": withdraws,
    "moves_the_closing": moves_the_closing,
    "changes_the_text": changes_the_text,
    "closes": closes,
    "cancels": lambda cast, by, at: opportunities.cancel(cast.there(), both("No."), by=by, at=at),
    "begins_opening": lambda cast, by, at: evaluations.begin_opening(cast.there(), by=by, at=at),
    "completes_opening": lambda cast, by, at: evaluations.complete_opening(cast.evaluation(), by=by, at=at),
    "invites": lambda cast, by, at, name: evaluations.invite(
        cast.there(), cast.person(name).email, chairs=False, by=by, at=at
    ),
    "joins": joins,
    "scores": scores,
    "recuses": recuses,
    "locks": lambda cast, by, at: evaluations.lock(cast.evaluation(), by=by, at=at),
    "resumes": lambda cast, by, at: evaluations.resume_scoring(cast.evaluation(), by=by, at=at),
    "disqualifies": lambda cast, by, at, name: evaluations.disqualify(cast.proponent(name), reason=WHY, by=by, at=at),
    "awards": lambda cast, by, at: awards(cast, by, at, departs=False),
    "proposes_the_last": lambda cast, by, at: awards(cast, by, at, departs=True),
    "confirms": lambda cast, by, at: evaluations.confirm_award(cast.award(), by=by, at=at),
    "refuses": lambda cast, by, at: evaluations.refuse_award(cast.award(), reason=WHY, by=by, at=at),
    "declines_award": declines_award,
    "finds_unsuccessful": lambda cast, by, at: evaluations.find_unsuccessful(
        cast.evaluation(), reason=WHY, by=by, at=at
    ),
    "draws_up": lambda cast, by, at: contracts.draw_up(cast.there(), by=by, at=at),
}


def carry_out(cast: Cast, step: Step) -> str:
    """Do it as a page does; a refusal undoes all, and says why."""
    db.session.rollback()
    try:
        with transaction(on=_queues_at(cast, step)) as at:
            do(cast, step, at)
    except Refusal as refusal:
        return TOLD if refusal.message else SILENT
    finally:
        db.session.rollback()
    return DONE


def do(cast: Cast, step: Step, at: datetime) -> None:
    """Do it within a transaction."""
    ACTS[step.act](cast, cast.person(step.by), at, *step.given)


def _queues_at(cast: Cast, step: Step) -> Base | None:
    if step.act == "closes":
        return None
    return cast.contract() if step.act in UNDER_CONTRACT else cast.there()
