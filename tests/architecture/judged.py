"""What panels found: in one round, and in two."""

from app.core.db import db
from evaluations import actions as evaluations
from evaluations import queries as judged
from evaluations.actions.sheets import Typed
from evaluations.models import Evaluation, Proponent
from opportunities import actions as opportunities
from opportunities.models import Opportunity
from tests.architecture.bids import let_bid, post, seat_panel
from tests.architecture.canaries import nightingale
from tests.architecture.places import CLOSED, INTERVIEW, OPENED, WHY, World
from tests.evaluations.staged import staged_plan


def proponent_of(world: World, opportunity: Opportunity, place: str) -> Proponent:
    """Find who proposed at a place."""
    listed = judged.proponents(judged.get_evaluation(opportunity))
    return next(one for one in listed if one.proposal.key == world.places[place]["proposal"])


def judge(world: World, place: str, opportunity: Opportunity) -> None:
    evaluation = judged.get_evaluation(opportunity)
    for proponent in judged.proponents(evaluation):
        points = "5" if proponent.id == proponent_of(world, opportunity, place).id else "3"
        for name in ("evaluator", "panelist"):
            _submit(world, place, proponent, name, points)
    evaluations.lock(evaluation, by=world.people["evaluator"], at=OPENED)


def make_rounds(world: World) -> None:
    """Make two in two rounds: one where the panel has agreed on all of the first, one at its interviews."""
    for place, settled_by in (("agreeing", "consensus"), ("interviewing", "mean")):
        opportunity = post(world, place, "open", CLOSED, plan=staged_plan(settled_by=settled_by))
        let_bid(world, place, opportunity)
        seat_panel(world, place, opportunity)
        opportunities.close_due(at=CLOSED)
        evaluation = evaluations.begin_opening(opportunity, by=world.people["officer"], at=OPENED)
        evaluations.complete_opening(evaluation, by=world.people["second"], at=OPENED)
        own = proponent_of(world, opportunity, place)
        world.note(place, proponent=own.number)
        for proponent in judged.proponents(evaluation):
            for name, points in (("evaluator", "5" if proponent.id == own.id else "3"), ("panelist", "3")):
                _submit(world, place, proponent, name, points)
        if place == "agreeing":
            _agree(world, evaluation, own)
        else:
            evaluations.advance(evaluation, by=world.people["officer"], at=OPENED)
            stage = judged.rounds_of(opportunity)[1][0]
            evaluations.invite_to(
                own, stage, starts_at=INTERVIEW, place="Room 3", by=world.people["officer"], at=OPENED
            )  # fmt: skip
        db.session.commit()


def _submit(world: World, place: str, proponent: Proponent, name: str, points: str) -> None:
    """Let a member judge, with a nightingale in every reason."""
    reason = f"{WHY} {nightingale(place, name, proponent.proposal.author.name)}"
    typed = {
        one.key: Typed("met" if one.stage.kind == "mandatory" else points, reason)
        for one in judged.round_criteria(proponent.evaluation)
    }
    evaluations.submit_sheet(proponent, typed, by=world.people[name], at=OPENED)


def _agree(world: World, evaluation: Evaluation, own: Proponent) -> None:
    chair = world.people["evaluator"]
    evaluations.meet(evaluation, [chair, world.people["panelist"]], by=chair, at=OPENED)
    for cell in judged.to_agree(evaluation):
        points = "5" if cell.proponent.id == own.id else "3"
        evaluations.agree(cell.proponent, cell.criterion, Typed(points, WHY), by=chair, at=OPENED)
