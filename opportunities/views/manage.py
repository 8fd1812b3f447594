"""Managing a published opportunity: a later closing, an addendum, cancellation."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from opportunities import actions, policy, queries
from opportunities.forms import CancelForm, ExtendForm, WordsForm
from opportunities.views.blueprint import pages
from opportunities.views.guards import buttons, deciding, staffed, written
from opportunities.views.parts import CHANGEABLE, PARTS


@pages.page("/opportunities/<numbered:number>/manage", "/defis/<numbered:number>/gestion")
def manage(number: int) -> object:
    """Show what stands, which questions wait, and what can be done now."""
    opportunity, facts, person = staffed(number)
    if opportunity.published_at is None:
        return redirect(url_for("opportunities.draft", number=opportunity), 303)
    return render_template(
        "opportunities/manage.html",
        opportunity=opportunity,
        facts=facts,
        state=policy.shown_state(opportunity, clock.now()),
        can=buttons(opportunity, facts, person),
        parts=[PARTS[code] for code in CHANGEABLE],
        waiting=[one for one in opportunity.questions if one.answered_at is None],
        answered=[one for one in opportunity.questions if one.answered_at is not None],
    )


@pages.page(
    "/opportunities/<numbered:number>/manage/extend", "/defis/<numbered:number>/gestion/prolongation", ("GET", "POST")
)
def extend(number: int) -> object:
    """Move the closing later."""
    opportunity, _facts, person = written(number, "open")
    given = {"zone": opportunity.zone, "closing_at": opportunity.closing_at, "along": True}
    form = ExtendForm() if request.method == "POST" else ExtendForm(formdata=None, data=given)
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                actions.extend(
                    queries.get_opportunity(number), form.closing_at.data, form.body, by=person, at=at,
                    along=form.along.data,
                )  # fmt: skip
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The closing was moved. Followers and bidders are being told."))
            return redirect(url_for("opportunities.manage", number=number), 303)
    page = render_template("opportunities/extend.html", opportunity=opportunity, form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/manage/addendum", "/defis/<numbered:number>/gestion/addenda", ("GET", "POST")
)
def addendum(number: int) -> object:
    """Publish a clarification that changes no field."""
    opportunity, _facts, person = written(number, "open")
    form = WordsForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                material = bool(request.form.get("material"))
                actions.issue_addendum(queries.get_opportunity(number), form.body, by=person, at=at, material=material)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The addendum is published. Followers and bidders are being told."))
            return redirect(url_for("opportunities.manage", number=number), 303)
    page = render_template("opportunities/addendum.html", opportunity=opportunity, form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/manage/cancel", "/defis/<numbered:number>/gestion/annulation", ("GET", "POST")
)
def cancel(number: int) -> object:
    """Cancel a published opportunity with a public reason."""
    opportunity, person = deciding(number, "cancel")
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                actions.cancel(queries.get_opportunity(number), form.reason, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("Opportunity %(number)s is cancelled.", number=number))
            return redirect(url_for("opportunities.manage", number=number), 303)
    page = render_template("opportunities/cancel.html", opportunity=opportunity, form=form)
    return page, 422 if form.errors else 200
