"""A milestone's work: delivering, accepting, returning."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from contracts import actions, policy, queries, schedule
from contracts.forms import ConfirmForm, DeliverForm, PartForm, ReturnForm
from contracts.invoicing import Invoice
from contracts.lifecycle import MILESTONE
from contracts.views.blueprint import pages
from contracts.views.guards import again, get_milestone, guarded

Answer = str | Response | tuple[str, int]
HERE_EN = "/contracts/<numbered:number>/milestones/<int:position>"
HERE_FR = "/contrats/<numbered:number>/jalons/<int:position>"


def _part(form: PartForm) -> actions.Part:
    return actions.Part(form.amount.data or 0, form.reasons.data or "", form.missing.data or "", form.due_on.data)


def _back(number: int, position: int) -> Response:
    return redirect(url_for("contracts.milestone", number=number, position=position), 303)


@pages.page(f"{HERE_EN}/deliver", f"{HERE_FR}/livrer", methods=("GET", "POST"))
def deliver(number: int, position: int) -> Answer:
    """Deliver a milestone with what shows the work."""
    contract, facts, person = guarded(number, lambda facts: facts.supplier)
    milestone, form = queries.get_milestone(contract, position), DeliverForm()
    MILESTONE.require(milestone, "deliver", by=person, at=clock.now(), facts=facts)
    if form.validate_on_submit():
        try:
            uploads = form.uploads()
            with transaction(contract) as at:
                there = get_milestone(number, position)
                actions.deliver(there, form.note.data or "", form.lines(), uploads, by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Milestone %(position)s is delivered. The buyer was told.", position=position))
            return _back(number, position)
        milestone = get_milestone(number, position)
    page = render_template(
        "contracts/deliver.html", form=form, contract=milestone.contract, milestone=milestone, today=clock.now()
    )
    return (page, 422) if form.errors else page


@pages.page(f"{HERE_EN}/accept", f"{HERE_FR}/accepter", methods=("GET", "POST"))
def accept_delivery(number: int, position: int) -> Answer:
    """Show what acceptance means, then accept (s. 34)."""
    contract, facts, person = guarded(number, policy.is_buyer)
    milestone, form = queries.get_milestone(contract, position), ConfirmForm()
    MILESTONE.require(milestone, "accept", by=person, at=clock.now(), facts=facts)
    if form.validate_on_submit():
        with transaction(contract) as at:
            actions.accept_delivery(get_milestone(number, position), by=again(person), at=at)
        flash(gettext("Milestone %(position)s is accepted. The supplier and finance were told.", position=position))
        return _back(number, position)
    delivery = milestone.deliveries[-1]
    return render_template(
        "contracts/accept_delivery.html",
        form=form,
        contract=contract,
        milestone=milestone,
        delivery=delivery,
        invoice=Invoice.of(delivery.invoice),
        pay_by=schedule.pay_by(delivery.at, clock.now()),
    )


@pages.page(f"{HERE_EN}/accept-part", f"{HERE_FR}/accepter-en-partie", methods=("GET", "POST"))
def accept_part(number: int, position: int) -> Answer:
    """Accept a part of a delivery (s. 34); the rest becomes a milestone of its own."""
    contract, facts, person = guarded(number, policy.is_buyer)
    milestone, form = queries.get_milestone(contract, position), PartForm()
    MILESTONE.require(milestone, "accept", by=person, at=clock.now(), facts=facts)
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                rest = actions.accept_part(get_milestone(number, position), _part(form), by=again(person), at=at)
                left = rest.position
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Accepted in part. What is missing is milestone %(position)s now.", position=left))
            return _back(number, position)
        milestone = get_milestone(number, position)
    delivery = milestone.deliveries[-1]
    page = render_template(
        "contracts/accept_part.html", form=form, contract=milestone.contract, milestone=milestone, delivery=delivery
    )
    return (page, 422) if form.errors else page


@pages.page(f"{HERE_EN}/return", f"{HERE_FR}/renvoyer", methods=("GET", "POST"))
def return_delivery(number: int, position: int) -> Answer:
    """Return a delivery with reasons."""
    contract, facts, person = guarded(number, policy.is_buyer)
    milestone, form = queries.get_milestone(contract, position), ReturnForm()
    MILESTONE.require(milestone, "return", by=person, at=clock.now(), facts=facts)
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                reasons = form.reasons.data or ""
                actions.return_delivery(get_milestone(number, position), reasons, by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Milestone %(position)s is returned. The supplier was told why.", position=position))
            return _back(number, position)
        milestone = get_milestone(number, position)
    delivery = milestone.deliveries[-1]
    page = render_template(
        "contracts/return.html", form=form, contract=milestone.contract, milestone=milestone, delivery=delivery
    )
    return (page, 422) if form.errors else page
