"""An abnormally low price: the officer's request, the bidder's explanation."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from auth.views.session import signed_in
from evaluations import actions, policy, queries
from evaluations.forms import ExplanationForm, RequestForm
from evaluations.views.blueprint import pages
from evaluations.views.guards import scene
from proposals.queries import get_own

GET_POST = ("GET", "POST")


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/explanation",
    "/defis/<numbered:number>/evaluation/<int:proponent>/explication",
    GET_POST,
)
def ask_explanation(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Ask a bidder to explain an abnormally low price; show what was asked and answered."""
    here = scene(number, policy.may_award)
    shown = queries.get_proponent(here.judged, proponent)
    asked = queries.find_explanation(shown)
    low = proponent in queries.low_priced(here.judged)
    if asked is None:
        refused = policy.when_explaining(here.facts, low=low, asked=False)
        if refused is not None:
            raise refused
    form = RequestForm()
    form.zone.data = here.opportunity.zone
    if asked is None and form.validate_on_submit():
        try:
            with transaction(on=here.opportunity) as at:
                actions.ask_explanation(
                    shown, request=form.request.data, due_at=form.due_at.data, by=here.person, at=at
                )
        except NotValid as refused:
            form.refuse(refused)
        else:
            flash(_("The bidder was asked to explain the price."), "success")
            return redirect(url_for("evaluations.ranking", number=here.opportunity), 303)
    page = render_template(
        "evaluations/ask_explanation.html", scene=here, form=form, proponent=shown, asked=asked,
        waits=queries.waits(asked, here.at), name=queries.bidder_name(shown.proposal),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.page("/proposals/<key>/explanation", "/propositions/<key>/explication", GET_POST)
def explain_price(key: str) -> Any:  # noqa: ANN401  (a Flask answer)
    """Let a bidder's side explain its price, once and in time."""
    person = signed_in()
    proposal = get_own(key, person)
    asked = queries.get_explanation(proposal)
    form = ExplanationForm()
    waits = queries.waits(asked, clock.now())
    if form.validate_on_submit():
        with transaction(on=proposal.opportunity) as at:
            actions.give_explanation(asked, answer=form.answer.data, by=person, at=at)
        flash(_("Your explanation was sent to the department."), "success")
        return redirect(url_for("evaluations.explain_price", key=proposal.key), 303)
    page = render_template("evaluations/explain_price.html", form=form, proposal=proposal, asked=asked, waits=waits)
    return page, 422 if form.errors else 200
