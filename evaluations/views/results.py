"""What comes out: the public decision, and each bidder's debrief."""

from flask import render_template

from app.core import clock
from auth.views.session import current_person, signed_in
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


@pages.page("/proposals/<key>/debrief", "/propositions/<key>/compte-rendu")
def debrief(key: str) -> str:
    """Show a bidder how their proposal came out, and why."""
    person = signed_in()
    proposal = queries.get_own_proposal(key, person)
    return render_template("evaluations/debrief.html", debrief=queries.debrief(proposal), proposal=proposal)
