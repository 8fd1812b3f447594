"""The draft's task list, and what is done with a draft as a whole."""

from flask import render_template

from opportunities.views.blueprint import pages
from opportunities.views.guards import staffed


@pages.page("/opportunities/<numbered:number>/draft", "/defis/<numbered:number>/ebauche")
def draft(number: int) -> str:
    """List the pages of a draft, what is done and what is missing."""
    opportunity, facts, _person = staffed(number)
    return render_template("opportunities/draft.html", opportunity=opportunity, facts=facts)
