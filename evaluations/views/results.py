"""The public decision, its file, and the page that computes it again."""

import json

from flask import Response, render_template

from app.core import clock
from app.core.errors import NotFound
from auth.views.session import current_person
from evaluations import queries
from evaluations.views.blueprint import pages
from evaluations.views.guards import find_opportunity


@pages.page("/opportunities/<numbered:number>/decision", "/defis/<numbered:number>/decision")
def decision(number: int) -> str:
    """Show anybody the decision, with what is needed to recompute the draw."""
    opportunity = find_opportunity(number, current_person(), clock.now())
    return render_template(
        "evaluations/decision.html", opportunity=opportunity, result=queries.public_result(opportunity)
    )


@pages.page("/opportunities/<numbered:number>/decision.json", "/defis/<numbered:number>/decision.json")
def decision_file(number: int) -> Response:
    """Give anybody the decision as JSON: plan, seed with its inputs, screenings, ranking and awards."""
    file = queries.published(find_opportunity(number, current_person(), clock.now()))
    if file is None:
        raise NotFound(sealed=True)
    return Response(f"{json.dumps(file, ensure_ascii=False, indent=1)}\n", mimetype="application/json")


@pages.page("/opportunities/<numbered:number>/decision/check", "/defis/<numbered:number>/decision/verification")
def check_ranking(number: int) -> str:
    """Compute a published ranking again, from the published inputs alone, before the reader's eyes."""
    opportunity = find_opportunity(number, current_person(), clock.now())
    found = queries.recomputed(opportunity)
    if found is None:
        raise NotFound(sealed=True)
    return render_template("evaluations/check_ranking.html", opportunity=opportunity, found=found)
