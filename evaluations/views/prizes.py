"""Prizes of a challenge that stay without a winner."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core.db import transaction
from app.core.errors import NotNow
from app.core.numbers import read_whole
from app.core.web import language
from evaluations import actions, policy, queries
from evaluations.forms import withhold_form
from evaluations.views.awarding import prize_labels
from evaluations.views.blueprint import pages
from evaluations.views.guards import scene


@pages.page(
    "/opportunities/<numbered:number>/evaluation/withhold",
    "/defis/<numbered:number>/evaluation/prix-retenu",
    ("GET", "POST"),
)
def withhold(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Leave a prize without a winner, with a reason that is published."""
    here = scene(number, policy.may_award)
    labels = prize_labels(here)
    left = {place: labels[place] for place in queries.open_places(here.opportunity) if place in labels}
    if here.facts.judging != "locked" or not left:
        raise NotNow
    form = withhold_form(left)()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            judged = queries.get_evaluation(here.opportunity)
            actions.withhold_prize(
                judged, int(form["place"].data), reason=form.reason.data, language=language(), by=here.person, at=at
            )
        flash(_("The prize is withheld. Your reason is published with the decision."), "success")
        return redirect(url_for("evaluations.show", number=here.opportunity), 303)
    page = render_template("evaluations/withhold.html", scene=here, form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/offer-again",
    "/defis/<numbered:number>/evaluation/prix-rouvert",
    ("POST",),
)
def offer_again(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Open a withheld prize again, before the decision."""
    here = scene(number, policy.may_award)
    with transaction(on=here.opportunity) as at:
        judged = queries.get_evaluation(here.opportunity)
        actions.offer_again(judged, read_whole(request.form.get("place")), by=here.person, at=at)
    flash(_("The prize can be awarded again."), "success")
    return redirect(url_for("evaluations.award", number=here.opportunity), 303)
