"""Review: the text as developers will see it, the checklist, the decision, the certificate, the publication."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotAllowed, NotValid
from opportunities import actions, policy, queries
from opportunities.forms import CertifyForm, MessageForm
from opportunities.models import Opportunity
from opportunities.policy.completeness import one_sided
from opportunities.views.blueprint import pages
from opportunities.views.cautions import closing_cautions
from opportunities.views.guards import buttons, deciding, staffed


@pages.page("/opportunities/<numbered:number>/review", "/defis/<numbered:number>/examen", methods=("GET", "POST"))
def review(number: int) -> object:
    """Show the text as developers will see it, beside the checklist; take the officer's decision."""
    opportunity, _facts, person = staffed(number)
    form = MessageForm()
    if request.method == "POST":
        deciding(number, "approve" if request.form.get("decision") == "approve" else "ask_for_changes")
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                _decide(queries.get_opportunity(number), form, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("opportunities.review", number=number), 303)
    return _draw(number, form, None)


def _decide(opportunity: Opportunity, form: MessageForm, **who: object) -> None:
    if request.form.get("decision") == "approve":
        actions.approve(opportunity, form.message.data, **who)  # type: ignore[arg-type]
        flash(_("Approved."))
    else:
        actions.ask_for_changes(opportunity, form.message.data, **who)  # type: ignore[arg-type]
        flash(_("Sent back to its author with your message."))


@pages.page(
    "/opportunities/<numbered:number>/review/certificate",
    "/defis/<numbered:number>/examen/attestation",
    methods=("POST",),
)
def certify(number: int) -> object:
    """Take finance's certificate of funds."""
    opportunity, facts, person = staffed(number)
    if not policy.certifies(person, opportunity, facts):
        raise NotAllowed
    form = CertifyForm()
    if form.validate():
        try:
            with transaction(on=opportunity) as at:
                fresh = queries.get_opportunity(number)
                actions.certify(fresh, form.amount.data, form.fund_code.data, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("Funds certified."))
            return redirect(url_for("opportunities.review", number=number), 303)
    return _draw(number, MessageForm(formdata=None), form)


@pages.page(
    "/opportunities/<numbered:number>/review/publish",
    "/defis/<numbered:number>/examen/publication",
    methods=("GET", "POST"),
)
def publish(number: int) -> object:
    """Say what publication does, then do it."""
    opportunity, facts, person = staffed(number)
    if not policy.decides_for_another(person, opportunity, facts):
        raise NotAllowed
    if request.method == "POST":
        with transaction(on=opportunity) as at:
            actions.publish(queries.get_opportunity(number), by=person, at=at)
        flash(_("Opportunity %(number)s is published.", number=number))
        return redirect(url_for("opportunities.manage", number=number), 303)
    return render_template(
        "opportunities/publish.html", opportunity=opportunity, facts=facts, can=buttons(opportunity, facts, person),
        cautions=closing_cautions(opportunity),
    )  # fmt: skip


def _draw(number: int, form: MessageForm, certificate: CertifyForm | None) -> object:
    opportunity, facts, person = staffed(number)
    wrong = form.errors or (certificate and certificate.errors)
    certificate = certificate or CertifyForm(
        formdata=None, data={"amount": opportunity.value_cents, "fund_code": opportunity.fund_code}
    )
    drawn = render_template(
        "opportunities/review.html",
        opportunity=opportunity,
        facts=facts,
        can=buttons(opportunity, facts, person),
        may_certify=policy.certifies(person, opportunity, facts)
        and opportunity.state in ("review", "approved", "open"),
        form=form,
        certificate=certificate,
        one_sided=one_sided(queries.snapshot(opportunity)),
        cautions=closing_cautions(opportunity),
        thresholds=queries.thresholds_just_above(opportunity.value_cents, clock.now().date()),
    )
    return drawn, 422 if wrong else 200
