"""How far a tender has come, which steps belong there, which lead on, and what stands afterwards."""

from collections import Counter
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core.audit import Event
from app.core.db import database_now, db, transaction
from app.core.errors import Refusal
from app.core.outbox import Notification
from contracts.models import Contract, Milestone, PaymentAttempt
from contracts.queries import find_contract
from evaluations.models import Award, Evaluation, PanelMember
from evaluations.queries import find_evaluation, sheets_of
from opportunities.models import Opportunity
from proposals import queries
from proposals.models import Proposal
from tests.journeys.tender_acts import DONE, LIVE, TOLD, Cast, Step, do

STATEFUL: tuple[Any, ...] = (Opportunity, Proposal, Evaluation, PanelMember, Award, Contract, Milestone, PaymentAttempt)
JUDGES, OFFICERS, FINANCE = ("chair", "mark"), ("officer", "second"), ("fay", "fred")


def by(people: tuple[str, ...], act: str, *given: object) -> list[Step]:
    """The same by each of them."""
    return [Step(act, who, given) for who in people]


CANCELS = by(("officer",), "cancels")
SUBMITS = [Step("submits", who, (who, whose)) for who, whose in (
    ("ann", "ann"), ("ben", "ben"), ("cleo", "ben"), ("ben", "ann"), ("ann", "ben")
)]  # fmt: skip
"""Ben and Cleo for one organization; also what is somebody else's."""
SENDS = [Step("sends", who, (whose,)) for who, whose in (("ann", "ann"), ("ben", "ben"), ("cleo", "ben"))]
WITHDRAWS = [Step("withdraws", who, (whose,)) for who, whose in (("ann", "ann"), ("ben", "ben"), ("cleo", "ben"))]
OPENS = [*by((*OFFICERS, "buyer"), "begins_opening"), *by((*OFFICERS, "ada", "ann"), "completes_opening")]
CLOSES = [Step("closes", "officer")]
MOVES = [Step("moves_the_closing", who, (days,)) for who, days in (
    ("buyer", 1), ("officer", 1), ("officer", 2), ("buyer", -1), ("ann", 3)
)]  # fmt: skip
TEXTS = [Step("changes_the_text", "buyer", (text,)) for text in ("", "A better map.", "A map in two tongues.")]
PANEL = [*by(("officer",), "invites", "dora"), *by(("dora",), "joins"), *by(("mark", "dora"), "recuses")]
LEAVES_OUT = [Step("disqualifies", "officer", (who,)) for who in ("ann", "ben")]
AWARDS = [*by(OFFICERS, "awards"), *by(OFFICERS, "proposes_the_last"), *by(OFFICERS, "confirms")]
DECLINES = [*by(OFFICERS[1:], "refuses"), *by(("ann", "ben", "officer"), "declines_award")]
ENDS = by(OFFICERS, "finds_unsuccessful")
DRAWS_UP = by(OFFICERS, "draws_up")
AGREES = by(("ann", "ben", "cleo", *OFFICERS), "accepts")
TURNS_DOWN = by(("ann", "ben", "officer"), "declines")
WORK = [one for place in (1, 2) for one in (
    *by(("ann", "ben"), "delivers", place), *by(("buyer", "bea"), "accepts_work", place),
    *by(("buyer",), "returns_work", place), *by(FINANCE, "releases", place),
)]  # fmt: skip

STEPS: dict[str, list[Step]] = {
    "open": [*SUBMITS, *SENDS, *SENDS, *WITHDRAWS, *MOVES, *TEXTS, *CLOSES, *OPENS, *PANEL, *CANCELS],
    "opening": [*OPENS, *OPENS, *CLOSES, *SUBMITS, *WITHDRAWS, *PANEL, *CANCELS],
    "scoring": [*by((*JUDGES, "dora"), "scores"), *by((*OFFICERS, "chair"), "locks"), *PANEL, *LEAVES_OUT, *ENDS],
    "locked": [*AWARDS, *DECLINES, *PANEL, *LEAVES_OUT, *ENDS, *by(OFFICERS, "resumes"), *CANCELS, *DRAWS_UP],
    "decided": [*DRAWS_UP, *DRAWS_UP, *DECLINES, *AWARDS, *LEAVES_OUT, *CANCELS, *AGREES],
    "agreeing": [*AGREES, *AGREES, *TURNS_DOWN, *DRAWS_UP, *DECLINES, *WORK],
    "working": [*WORK, *WORK, *by(OFFICERS, "terminates"), *TURNS_DOWN, *AGREES],
}
"""What people try at each stage, also what is no longer or not yet to be done."""
LATE = [*SUBMITS, *SENDS, *WITHDRAWS, *MOVES, *TEXTS]
"""What is refused from the closing on, whoever tries."""
ANY = [step for steps in STEPS.values() for step in steps]


ONCE = {"sends", "begins_opening", "completes_opening", "scores", "awards", "draws_up", "accepts", "delivers",
        "accepts_work", "releases"}  # fmt: skip
"""What is done once, however many press at the same moment."""


def as_shown(cast: Cast, step: Step) -> Step:
    """Draw the page from which a step is taken: what it showed is sent with it."""
    if step.act != "sends":
        return step
    own, who = cast.own(*step.given), cast.person(step.by)
    if own is None or own.state not in LIVE:
        return step._replace(given=(*step.given, ""))
    seen = queries.as_seen(own, queries.shown_to_author(own, who))
    return step._replace(given=(*step.given, seen))


def is_once(here: Step, there: Step) -> bool:
    """Say whether two take the same step, of those that only one can take; each side accepts a contract for itself."""
    return here.act in ONCE and here[::2] == there[::2] and (here == there or here.act not in ("accepts", "scores"))


def stage(cast: Cast) -> str:
    """Say how far the tender has come; one that was ended stays where it was."""
    contract, evaluation = find_contract(cast.there()), find_evaluation(cast.there())
    if contract is not None and contract.state != "declined":
        return "agreeing" if contract.state == "proposed" else "working"
    if evaluation is None:
        return "open"
    return {"agreeing": "scoring", "ended": "locked"}.get(evaluation.state, evaluation.state)


def leading_on(cast: Cast) -> list[Step]:
    """Name the steps that lead on, and who may take them; none where all is done."""
    where = stage(cast)
    if where == "scoring":
        evaluation = cast.evaluation()
        left = [one for one in JUDGES if not any(sheet.submitted_at for sheet in
                                                 sheets_of(evaluation, cast.person(one)).values())]  # fmt: skip
        return by(tuple(left[:1]), "scores") or by((*OFFICERS, "chair"), "locks")
    if where == "working":
        return next((steps for place in (1, 2) if (steps := _work_on(cast, place))), [])
    if where == "agreeing":
        return by(OFFICERS, "accepts") if cast.contract().supplier_accepted_at else by(("ann", "ben"), "accepts")
    return {
        "open": by(OFFICERS, "begins_opening"),
        "opening": by(("second", "officer", "ada"), "completes_opening"),
        "locked": by(OFFICERS, "awards"),
        "decided": DRAWS_UP,
    }[where]


def _work_on(cast: Cast, place: int) -> list[Step]:
    return {
        "planned": by(("ann", "ben"), "delivers", place),
        "returned": by(("ann", "ben"), "delivers", place),
        "delivered": by(("buyer", "bea"), "accepts_work", place),
        "accepted": by(FINANCE, "releases", place),
    }.get(cast.milestone(place).state, [])


def standing() -> dict[str, Any]:
    """Sum up what stands: states, how often each act was done by whom, who was told of what how often."""
    return {
        **{one.__name__: Counter(db.session.scalars(select(one.state))) for one in STATEFUL},
        "closings": Counter(db.session.scalars(select(Opportunity.closing_at))),
        "done": Counter(map(tuple, db.session.execute(select(Event.action, Event.actor_id)))),
        "told": Counter(map(tuple, db.session.execute(select(Notification.kind, Notification.address)))),
    }


class _Undone(Exception):
    pass


Outcome = tuple[list[str], dict[str, Any]]


def one_after_the_other(cast: Cast, first: Step, then: Step) -> Outcome:
    """Say what would come out and stand if one step followed the other; nothing is done."""
    came, stands = [], {}
    with suppress(_Undone), transaction(on=cast.there()):
        came = [_tried(cast, step) for step in (first, then)]
        stands = standing()
        raise _Undone
    return came, stands


def _tried(cast: Cast, step: Step) -> str:
    try:
        with db.session.begin_nested():
            do(cast, step, database_now())
    except (Refusal, IntegrityError, StaleDataError):
        return TOLD
    return DONE
