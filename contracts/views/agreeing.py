"""Drawing a contract up, accepting it, declining it."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.document import Document
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.web import language
from auth.models import User
from auth.queries import roles_in
from auth.views.session import signed_in
from contracts import actions, policy, queries
from contracts.forms import AcceptForm, ConfirmForm, ReasonForm
from contracts.lifecycle import CONTRACT
from contracts.policy import Facts
from contracts.views import text_document
from contracts.views.blueprint import pages
from contracts.views.guards import again, guarded
from contracts.views.texts import document_of
from evaluations.lifecycle import AWARD
from evaluations.models import Award
from evaluations.queries import award_facts
from opportunities.queries import get_opportunity, get_visible

Answer = str | Response | tuple[str, int]


@pages.page("/opportunities/<numbered:number>/contract", "/defis/<numbered:number>/contrat", methods=("GET", "POST"))
def draw_up(number: int) -> Answer:
    """Show the contract that the award makes, then draw it up."""
    person, form = signed_in(), ConfirmForm()
    opportunity = get_visible(number, person, clock.now())
    if "officer" not in roles_in(person, opportunity.department_id, clock.now()):
        raise NotAllowed
    drawn = queries.find_contract(opportunity)
    award = queries.find_award_to_draw(opportunity)
    if award is None:
        if drawn is None:
            raise NotFound
        return redirect(url_for("contracts.show", number=drawn.number), 303)
    if form.validate_on_submit():
        with transaction(opportunity) as at:
            contract = actions.draw_up(get_opportunity(number), by=again(person), at=at)
        flash(gettext("Contract %(number)s is drawn up. The supplier was told.", number=contract.number))
        return redirect(url_for("contracts.show", number=contract.number), 303)
    until = policy.standstill_until(award.made_at or award.at, opportunity.standstill_days)
    return render_template(
        "contracts/draw_up.html",
        form=form,
        opportunity=opportunity,
        award=award,
        document=_planned_text(award, person),
        until=until,
        waits=clock.now() < until,
    )


def _planned_text(award: Award, officer: User) -> Document:
    """Show the text as it would be drawn up now."""
    contract = queries.planned(award, officer, clock.now())
    contract.milestones = queries.planned_milestones(contract)
    return text_document.as_document(queries.terms_of(contract), language())


@pages.page(
    "/opportunities/<numbered:number>/decline-award", "/defis/<numbered:number>/refuser-attribution",
    methods=("GET", "POST"),
)  # fmt: skip
def decline_award(number: int) -> Answer:
    """Decline an award before a contract is drawn up; where there is one, it is declined on its own page."""
    person, at, form = signed_in(), clock.now(), ReasonForm()
    opportunity = get_visible(number, person, at)
    award = queries.find_award_to_decline(opportunity, person)
    if award is None:
        drawn = queries.find_contract(opportunity)
        if drawn is None:
            raise NotFound
        return redirect(url_for("contracts.show", number=drawn.number), 303)
    facts = award_facts(award, person, at)
    AWARD.require(award, "decline", by=person, at=at, facts=facts)
    if form.validate_on_submit():
        try:
            with transaction(opportunity) as now:
                _decline_award(number, form.reason.data or "", again(person), now)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The award was declined. The department may award to the next in rank."))
            return redirect(url_for("pages.opportunity", number=opportunity), 303)
    page = render_template("contracts/decline_award.html", form=form, opportunity=opportunity, winner=facts.winner)
    return (page, 422) if form.errors else page


def _decline_award(number: int, reason: str, by: User, at: datetime) -> None:
    award = queries.find_award_to_decline(get_opportunity(number), by)
    if award is None:
        raise NotNow(policy.NO_AWARD)
    actions.decline_before_contract(award, reason, by=by, at=at)


def _accepts(facts: Facts) -> bool:
    return facts.supplier or policy.is_officer(facts)


@pages.page("/contracts/<numbered:number>/accept", "/contrats/<numbered:number>/accepter", methods=("GET", "POST"))
def accept(number: int) -> Answer:
    """Show everything that is agreed; accept exactly that."""
    contract, facts, person = guarded(number, _accepts)
    CONTRACT.require(contract, policy.acceptance(facts), by=person, at=clock.now(), facts=facts)
    form = AcceptForm()
    if form.validate_on_submit():
        with transaction(contract) as at:
            contract = actions.accept(queries.get_contract(number), form.digest.data or "", by=again(person), at=at)
            begun = contract.state == "active"
        flash(
            gettext("The contract has begun.")
            if begun
            else gettext("You accepted the contract. The other side was told.")
        )
        return redirect(url_for("contracts.show", number=number), 303)
    form.digest.data = contract.text_hash
    page = render_template(
        "contracts/accept.html", form=form, contract=contract, facts=facts, document=document_of(contract)
    )
    return (page, 422) if form.errors else page


@pages.page("/contracts/<numbered:number>/decline", "/contrats/<numbered:number>/refuser", methods=("GET", "POST"))
def decline(number: int) -> Answer:
    """Decline a proposed contract with a reason."""
    contract, facts, person = guarded(number, _accepts)
    CONTRACT.require(contract, "decline", by=person, at=clock.now(), facts=facts)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                actions.decline(queries.get_contract(number), form.reason.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The contract was declined. The department was told."))
            return redirect(url_for("contracts.show", number=number), 303)
    page = render_template("contracts/decline.html", form=form, contract=contract, facts=facts)
    return (page, 422) if form.errors else page
