"""Disqualifying a proposal, with its ground and reason."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core.db import transaction
from app.core.errors import NotValid
from evaluations import actions, policy, queries
from evaluations.forms import DisqualifyForm
from evaluations.views.blueprint import pages
from evaluations.views.guards import scene


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/disqualify",
    "/defis/<numbered:number>/evaluation/<int:proponent>/disqualifier",
    ("GET", "POST"),
)
def disqualify(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Disqualify a proposal with a reason."""
    here = scene(number, policy.is_officer)
    shown = queries.get_proponent(here.judged, proponent)
    named = policy.may_see_ranking(here.facts)
    form = DisqualifyForm()
    if form.validate_on_submit():
        try:
            with transaction(on=here.opportunity) as at:
                for_price = form.ground.data == "price"
                actions.disqualify(shown, reason=form.reason.data, for_price=for_price, by=here.person, at=at)
            flash(_("Proponent %(number)s is disqualified. Its author was told why.", number=proponent), "success")
            return redirect(url_for("evaluations.show", number=here.opportunity), 303)
        except NotValid as refusal:
            form.refuse(refusal)
    page = render_template(
        "evaluations/disqualify.html", scene=here, proponent=shown, form=form, named=named,
        waits=queries.waits(queries.find_explanation(shown), here.at),
    )  # fmt: skip
    return page, 422 if form.errors else 200
