"""Review: the text as developers will see it, the checks, comments, the decision, the certificate, the publication."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock, formats
from app.core.bilingual import LANGUAGES, N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotValid
from app.core.markdown import to_html
from app.core.web import language
from app.pages import editions
from app.pages.views.blueprint import pages
from opportunities import actions, policy, queries
from opportunities.forms import CertifyForm, MessageForm, PublishForm
from opportunities.models import Opportunity, Review
from opportunities.views.cautions import closing_cautions
from opportunities.views.guards import buttons, deciding, staffed
from opportunities.views.parts import CHANGEABLE, PARTS
from subscriptions.notifications import foretold
from subscriptions.queries import foreseen

BOTH = ("GET", "POST")


@pages.page("/opportunities/<numbered:number>/review", "/defis/<numbered:number>/examen", BOTH)
def review(number: int) -> object:
    """Show the text as developers will see it, beside the checks; take the officer's decision."""
    opportunity, _facts, person = staffed(number)
    form = MessageForm()
    if request.method == "POST":
        deciding(number, "approve" if request.form.get("decision") == "approve" else "ask_for_changes")
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                address = _decide(queries.get_opportunity(number), form, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            return redirect(address, 303)
    return _draw(number, form, None)


def _decide(opportunity: Opportunity, form: MessageForm, **who: Any) -> str:
    """Decide, and give the page on which it goes on."""
    if request.form.get("decision") not in ("approve", "changes"):
        raise NotValid(N_("Choose a decision."))
    if request.form["decision"] == "changes":
        actions.ask_for_changes(opportunity, form.message.data, **who)
        flash(_("Sent back to its author."))
        return url_for("pages.review", number=opportunity)
    actions.approve(opportunity, form.message.data, **who)
    flash(_("Approved."))
    certified = queries.is_certified(opportunity)
    return url_for("pages.publish" if certified else "pages.review", number=opportunity)


@pages.page(
    "/opportunities/<numbered:number>/review/certificate", "/defis/<numbered:number>/examen/attestation", ("POST",)
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
            return redirect(url_for("pages.review", number=number), 303)
    return _draw(number, MessageForm(formdata=None), form)


@pages.page("/opportunities/<numbered:number>/review/publish", "/defis/<numbered:number>/examen/publication", BOTH)
def publish(number: int) -> object:
    """Say what publication does and who will be told, then do it, or have the clock do it at a later moment."""
    opportunity, facts, person = staffed(number)
    if not policy.decides_for_another(person, opportunity, facts):
        raise NotAllowed
    form = PublishForm() if request.method == "POST" else _offered(opportunity)
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                address = _publish(queries.get_opportunity(number), form, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            return redirect(address, 303)
    told = foreseen(opportunity)
    drawn = render_template(
        "pages/publish.html", opportunity=opportunity, facts=facts, can=buttons(opportunity, facts, person), form=form,
        cautions=closing_cautions(opportunity), people=len({one.email for one in told}),
        at_once=len({one.email for one in told if one.frequency == "instant"}),
        letters=[_letter(opportunity, code) for code in LANGUAGES],
    )  # fmt: skip
    return drawn, 422 if form.errors else 200


def _offered(opportunity: Opportunity) -> PublishForm:
    """Offer what is chosen so far: now, or the moment that stands."""
    when = "later" if opportunity.publish_at else "now"
    given = {"zone": opportunity.zone, "when": when, "publish_at": opportunity.publish_at}
    return PublishForm(formdata=None, data=given)


def _publish(opportunity: Opportunity, form: PublishForm, **who: Any) -> str:
    """Publish now or choose the moment, and give the page on which it goes on."""
    if form.when.data == "later":
        moment = actions.schedule(opportunity, form.publish_at.data, **who).publish_at
        said = formats.moment(moment, language(), opportunity.zone)
        flash(_("It will be published on %(moment)s.", moment=said))
        return url_for("pages.review", number=opportunity)
    actions.publish(opportunity, **who)
    flash(_("Opportunity %(number)s is published.", number=opportunity.number))
    return url_for("opportunities.manage", number=opportunity)


def _letter(opportunity: Opportunity, code: str) -> tuple[str, str, object]:
    drawn = foretold(opportunity, code, clock.now())
    return code, drawn.subject, to_html(drawn.body)


@pages.page("/opportunities/<numbered:number>/review/wait", "/defis/<numbered:number>/examen/attente", ("POST",))
def unschedule(number: int) -> object:
    """Give up the moment that was chosen for its publication."""
    opportunity, person = deciding(number, "unschedule")
    with transaction(on=opportunity) as at:
        actions.unschedule(queries.get_opportunity(number), by=person, at=at)
    flash(_("It will not be published by itself. It stays approved."))
    return redirect(url_for("pages.review", number=number), 303)


def _draw(number: int, form: MessageForm, certificate: CertifyForm | None) -> object:
    opportunity, facts, person = staffed(number)
    wrong = form.errors or (certificate and certificate.errors)
    certificate = certificate or CertifyForm(
        formdata=None, data={"amount": opportunity.value_cents, "fund_code": opportunity.fund_code}
    )
    cautions = closing_cautions(opportunity)
    drawn = render_template(
        "pages/review.html",
        opportunity=opportunity,
        facts=facts,
        can=buttons(opportunity, facts, person),
        comments={code: [one for one in opportunity.comments if one.page == code] for code in CHANGEABLE},
        may_comment=policy.comments(person, opportunity, facts),
        may_certify=policy.certifies(person, opportunity, facts)
        and opportunity.state in ("review", "approved", "open"),
        parts=PARTS,
        form=form,
        certificate=certificate,
        checks=policy.checks(queries.snapshot(opportunity), clock.now(), cautions),
        thresholds=queries.thresholds_just_above(opportunity.value_cents, clock.now().date()),
        **_since(opportunity),
    )
    return drawn, 422 if wrong else 200


def _since(opportunity: Opportunity) -> dict[str, Any]:
    """After a first round, say what changed since it was sent back."""
    returned: list[Review] = [one for one in opportunity.reviews if one.decision == "changes"]
    if not returned or opportunity.published_at is not None:
        return {"since": None}
    changed = editions.changes(returned[-1].snapshot, queries.snapshot(opportunity), queries.skills())
    return {"since": returned[-1], "changed": changed}
