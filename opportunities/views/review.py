"""Review: the text as developers will see it, the checklist, the decision, the certificate, the publication."""

from flask import render_template

from opportunities.views.blueprint import pages
from opportunities.views.guards import staffed


@pages.page("/opportunities/<numbered:number>/review", "/defis/<numbered:number>/examen")
def review(number: int) -> str:
    """Show the text as developers will see it, beside the checklist and what can be decided."""
    opportunity, facts, _person = staffed(number)
    return render_template("opportunities/review.html", opportunity=opportunity, facts=facts)
