"""Rounds: what each is called, how the earlier ones came out, and letting proposals go on to the next."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.web import language
from evaluations import actions, policy, queries
from evaluations.lifecycle import EVALUATION
from evaluations.plan import RatedStage
from evaluations.queries import Settled
from evaluations.scoring import Placing, Status
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, leave_if_proposing, scene
from opportunities.models import Stage

KINDS = {
    "mandatory": N_("mandatory criteria"),
    "rated": N_("rated criteria"),
    "challenge": N_("challenge"),
    "interview": N_("interview"),
}


@dataclass(frozen=True)
class Line:
    """How one proponent came out of a round; `points` so far, None where it was not rated."""

    number: int
    status: Status
    reasons: tuple[str, ...] = ()
    points: Fraction | None = None

    @property
    def on(self) -> bool:
        """It goes on."""
        return self.status == Status.RANKED


@dataclass(frozen=True)
class Round:
    """One round: its number from 1, what it is called, and how it came out once it is over."""

    number: int
    name: str
    lines: tuple[Line, ...] = ()


def stage_name(stage: Stage) -> str:
    """Give a stage's title, or the word for its kind."""
    return str(stage.title.text(language()) or _(KINDS[stage.kind]))


def rounds(here: Scene) -> list[Round]:
    """List the rounds of a plan, the earlier ones with their outcome; the last screening is the award's matter."""
    over = here.evaluation.screenings if here.evaluation is not None else []
    named = [", ".join(map(stage_name, stages)) for stages in queries.rounds_of(here.opportunity)]
    outcomes = _outcomes([[_kept(line) for line in screening] for screening in over])
    return [Round(number, name, outcomes.get(number, ())) for number, name in enumerate(named, 1)]


def _outcomes(over: list[list[Line]]) -> dict[int, tuple[Line, ...]]:
    """Give how proponents came out of each round that is over; whoever was left out earlier is not named again."""
    left: set[int] = set()
    outcomes: dict[int, tuple[Line, ...]] = {}
    for number, lines in enumerate(over, 1):
        outcomes[number] = tuple(line for line in lines if line.number not in left)
        left |= {line.number for line in lines if not line.on}
    return outcomes


def _kept(line: dict[str, Any]) -> Line:
    return Line(line["number"], Status(line["status"]), tuple(line["reasons"]))


@pages.page(
    "/opportunities/<numbered:number>/evaluation/advance",
    "/defis/<numbered:number>/evaluation/suite",
    ("GET", "POST"),
)
def advance(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show who goes on to the next round as the screening stands, and let them."""
    here = scene(number, policy.may_lock)
    if request.method == "POST":
        leave_if_proposing(here)
        with transaction(on=here.opportunity) as at:
            actions.advance(queries.get_evaluation(here.opportunity), by=here.person, at=at)
        flash(_("The next round has begun. Every bidder of this round was told whether theirs goes on."), "success")
        return redirect(url_for("evaluations.show", number=here.opportunity), 303)
    EVALUATION.require(here.judged, "advance", by=here.person, at=here.at, facts=here.facts)
    judged, placings = queries.screening(here.judged)
    lines = _screened(here, placings)
    return render_template(
        "evaluations/advance.html", scene=here, lines=lines, rounds=rounds(here), cut=_cut(here, judged, lines),
        criteria=queries.criteria_of(here.opportunity),
    )  # fmt: skip


def _screened(here: Scene, placings: tuple[Placing, ...]) -> list[Line]:
    """Give the lines of the proponents judged in this round: who goes on first, each by points."""
    now = {one.number for one in queries.judged_now(here.judged)}
    lines = [
        Line(int(one.key), one.status, one.reasons, one.quality if one.results else None)
        for one in placings
        if int(one.key) in now
    ]
    return sorted(lines, key=lambda one: (not one.on, -(one.points or 0), one.number))


@dataclass(frozen=True)
class Cut:
    """How many a round lets on, the points of the last of them, and who share these."""

    top: int
    points: Fraction
    tied: tuple[int, ...]


def _cut(here: Scene, judged: Settled, lines: list[Line]) -> Cut | None:
    """Say where the cut lies, where there is one and it leaves anybody out or ties let more on than it says."""
    last = judged.plan.rounds[here.judged.round - 1][-1]
    on = [one for one in lines if one.on and one.points is not None]
    if not isinstance(last, RatedStage) or last.top is None or not on:
        return None
    least = min(one.points for one in on if one.points is not None)
    tied = tuple(one.number for one in on if one.points == least) if len(on) > last.top else ()
    return Cut(last.top, least, tied)
