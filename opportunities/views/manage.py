"""Managing a published opportunity: questions, addenda, a later closing, cancellation."""

from flask import render_template

from opportunities.views.blueprint import pages
from opportunities.views.guards import staffed


@pages.page("/opportunities/<numbered:number>/manage", "/defis/<numbered:number>/gestion")
def manage(number: int) -> str:
    """Show what stands and what can be done now."""
    opportunity, facts, _person = staffed(number)
    return render_template("opportunities/manage.html", opportunity=opportunity, facts=facts)
