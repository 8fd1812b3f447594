"""An opportunity's story after the award: contract, deliveries, payments, completion."""

from datetime import datetime, timedelta
from functools import partial

from app.core.errors import NotFound
from app.demo.posting import Step, Story
from app.demo.world import Spec, both
from auth.models import User
from auth.queries import holders_of
from contracts import actions, queries
from contracts.gateway import Account, Method, State
from contracts.models import Contract, Milestone

PROVIDER = "sandbox"
PROPOSAL_TO_DRAWING_UP = timedelta(hours=6)
FAILURE = "declined"


def steps(story: Story) -> list[Step]:
    """List the acts after the award, with their moments."""
    listed: list[Step] = []
    declined = [one for one in story.spec.get("proposals", []) if one.get("declined")]
    if story.spec.get("award_declined") and declined:
        given = declined[0]["declined"]
        at = story.at(given["at"])
        listed += [
            (at - PROPOSAL_TO_DRAWING_UP, lambda at: _draw_up(story, at)),
            (at, lambda at: _decline(story, given, at)),
        ]
    spec = story.spec.get("contract")
    if not spec:
        return listed
    listed.append((story.at(spec["drawn_up"]), lambda at: _draw_up(story, at)))
    if written := spec.get("accepted_by_developer"):
        listed.append((story.at(written), lambda at: _accept(story, supplier(story), at)))
    if written := spec.get("accepted_by_department"):
        listed.append((story.at(written), lambda at: _accept(story, story.officer, at)))
    for position, one in enumerate(spec["milestones"], 1):
        acts = _left_to_the_worker(one["history"])
        listed += [(story.at(act["at"]), partial(_act, story, position, act)) for act in acts]
    if written := spec.get("completed"):
        at = story.at(written)
        listed += [
            (at - timedelta(hours=1), lambda at: _report(story, spec, at)),
            (at, lambda at: _complete(story, at)),
        ]
    return listed


def _left_to_the_worker(history: list[Spec]) -> list[Spec]:
    """Leave an order on its way to the real worker: a made-up one would never come back from the provider."""
    return history[:-1] if history and history[-1]["act"] == "payment_sent" else history


def supplier(story: Story) -> User:
    """Give who signs for the supplier: the award’s own winner, whom a draw may have chosen."""
    author: User = story.rows["award"].proponent.proposal.author
    return author


def contract(story: Story) -> Contract:
    """Give the story's contract."""
    found: Contract = story.rows["contract"]
    return found


def _draw_up(story: Story, at: datetime) -> None:
    story.rows["contract"] = actions.draw_up(story.opportunity, by=story.officer, at=at)


def _decline(story: Story, one: Spec, at: datetime) -> None:
    actions.decline(contract(story), one["reason"], by=supplier(story), at=at)


def _accept(story: Story, by: User, at: datetime) -> None:
    agreed = contract(story)
    if by is supplier(story):
        owner = agreed.organization or agreed.supplier
        _let_pay(agreed, at)
        if queries.find_account(owner) is None:
            account = Account(f"sandbox-{owner.key}")
            actions.connect_account(owner, account, provider=PROVIDER, by=by, at=at)
    actions.accept(agreed, agreed.text_hash, by=by, at=at)


def _let_pay(agreed: Contract, at: datetime) -> None:
    """Save a payment method for the department, as its finance does once."""
    department = agreed.department
    for finance in holders_of("finance", department.id, at)[:1]:
        if queries.find_payer(department) is None:
            method = Method("demonstration", "Visa 4242")
            actions.save_method(department, f"{PROVIDER}-{department.code}", method, by=finance, at=at)


def _act(story: Story, position: int, act: Spec, at: datetime) -> None:
    milestone = next(one for one in contract(story).milestones if one.position == position)
    if act["act"] in _PAYMENT:
        _PAYMENT[act["act"]](story, milestone, act, at)
        return
    by = story.person(act["by"])
    if act["act"] == "delivered":
        links = [link["url"] for link in act.get("evidence", [])]
        deliverer = by if story.opportunity.plan.award_by != "draw" else supplier(story)
        actions.deliver(milestone, act["note"], links, [], by=deliverer, at=at)
    elif act["act"] == "returned":
        actions.return_delivery(milestone, _text(act["reason"], by), by=by, at=at)
    elif act["act"] == "accepted":
        actions.accept_delivery(milestone, by=by, at=at)
    elif act["act"] == "released":
        actions.release(milestone, by=by, at=at)
    else:
        raise NotFound(act["act"])


def _text(value: str | Spec, by: User) -> str:
    return value if isinstance(value, str) else both(value).text(by.language)


def _sent(story: Story, milestone: Milestone, _act: Spec, at: datetime) -> None:
    attempt = milestone.attempts[-1]
    if attempt.state == "failed":
        attempt = actions.pay_again(milestone, by=story.finance, at=at)
    actions.note_sent(attempt, at=at)
    actions.note_answer(attempt, actions.Answer(State.PROCESSING, reference=f"sandbox-{attempt.key}"), at=at)


def _failed(_story: Story, milestone: Milestone, _act: Spec, at: datetime) -> None:
    attempt = milestone.attempts[-1]
    if attempt.state == "ordered":
        actions.note_sent(attempt, at=at)
    actions.note_answer(attempt, actions.Answer(State.FAILED, failure=FAILURE), at=at)


def _paid(_story: Story, milestone: Milestone, _act: Spec, at: datetime) -> None:
    actions.note_answer(milestone.attempts[-1], actions.Answer(State.SETTLED), at=at)


_PAYMENT = {"payment_sent": _sent, "payment_failed": _failed, "paid": _paid}


def _report(story: Story, spec: Spec, at: datetime) -> None:
    lessons = both(spec["lessons"]).text(supplier(story).language)
    actions.report(contract(story), spec["final_report"], lessons, by=supplier(story), at=at)


def _complete(story: Story, at: datetime) -> None:
    actions.complete(contract(story), by=story.officer, at=at)
