"""The evaluation's own page: opening, panel, progress, and what comes next."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.db import transaction
from evaluations import actions, policy, queries
from evaluations.queries import Cell
from evaluations.record import HELD
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from evaluations.views.next_step import next_step
from evaluations.views.rounds import rounds


@pages.page("/opportunities/<numbered:number>/evaluation", "/defis/<numbered:number>/evaluation")
def show(number: int) -> str:
    """Show how far the evaluation is, to this reader, and the one thing to do."""
    here = scene(number)
    opened = here.evaluation is not None and here.evaluation.opened_at is not None
    reads = policy.is_officer(here.facts) or policy.is_evaluator(here.facts)
    return render_template(
        "evaluations/show.html",
        scene=here,
        step=next_step(here),
        members=queries.panel(here.opportunity) if reads else [],
        criteria=queries.criteria_of(here.opportunity),
        named=policy.may_see_ranking(here.facts),
        policy=policy,
        **(_round_under_way(here) if opened and reads else {"proponents": [], "rounds": []}),
    )


def _round_under_way(here: Scene) -> dict[str, Any]:
    """Gather what the round under way is about, and how the earlier ones came out."""
    judged = here.judged
    return {
        "proponents": queries.proponents(judged),
        "judged": [one for one in queries.proponents(judged) if one.rounds_passed >= judged.round - 1],
        "now": queries.round_criteria(judged),
        "own": queries.own_progress(judged, here.person) if policy.is_evaluator(here.facts) else {},
        "cells": visible_cells(here),
        "recused": queries.recusals(judged),
        "rounds": rounds(here),
        "met": queries.meetings(judged),
        "held": [stage for stage in queries.rounds_of(here.opportunity)[judged.round - 1] if stage.kind in HELD],
    }


def visible_cells(here: Scene) -> dict[tuple[int, int], Cell]:
    """Give the state of everybody's sheets; to an evaluator only where their own is in and counts."""
    cells = queries.matrix(here.judged)
    if not here.facts.place or here.facts.judging not in policy.JUDGING:
        return cells
    mine = {number: cell for (number, person), cell in cells.items() if person == here.person.id}
    own = {number for number, cell in mine.items() if cell.submitted_at and not cell.voided_at}
    return {key: cell for key, cell in cells.items() if key[0] in own or key[1] == here.person.id}


@pages.page(
    "/opportunities/<numbered:number>/evaluation/opening", "/defis/<numbered:number>/evaluation/ouverture", ("POST",)
)
def open_proposals(number: int) -> Response:
    """Begin the opening, or complete it as the second person."""
    here = scene(number)
    with transaction(on=here.opportunity) as at:
        evaluation = queries.find_evaluation(here.opportunity)
        if evaluation is None:
            actions.begin_opening(here.opportunity, by=here.person, at=at)
            said = _("The opening has begun. A second person completes it.")
        else:
            actions.complete_opening(evaluation, by=here.person, at=at)
            said = _("The proposals are open. Everybody concerned was told.")
    flash(said, "success")
    follows = policy.may_follow(queries.facts(here.opportunity, here.person, at))
    return redirect(url_for("evaluations.show" if follows else "pages.opportunity", number=here.opportunity), 303)
