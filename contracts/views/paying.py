"""Releasing a payment, and its receipt."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotNow
from contracts import actions, policy, queries
from contracts.forms import ConfirmForm
from contracts.gateway import GatewayError
from contracts.invoicing import Invoice
from contracts.views.blueprint import gateway, pages
from contracts.views.guards import again, get_milestone, guarded
from contracts.views.working import HERE_EN, HERE_FR

Answer = str | Response | tuple[str, int]


@pages.page(f"{HERE_EN}/release", f"{HERE_FR}/ordre-de-paiement", methods=("GET", "POST"))
def release(number: int, position: int) -> Answer:
    """Show what is paid to whom, or why it failed; then order the payment (s. 33)."""
    contract, facts, person = guarded(number, lambda facts: "finance" in facts.roles and not facts.member)
    milestone, form = queries.get_milestone(contract, position), ConfirmForm()
    if not policy.may_release(person.id, milestone, facts):
        return render_template("contracts/not_releasable.html", contract=contract, milestone=milestone), 403
    not_due = policy.unless_payment_is_due(milestone)
    if not_due is not None:
        raise not_due
    if form.validate_on_submit():
        with transaction(contract) as at:
            there = get_milestone(number, position)
            order = actions.release if there.state == "accepted" else actions.pay_again
            order(there, by=again(person), at=at)
        flash(gettext("The payment is ordered. You are told when it settles or fails."))
        return redirect(url_for("contracts.milestone", number=number, position=position), 303)
    return render_template(
        "contracts/release.html",
        form=form,
        contract=contract,
        milestone=milestone,
        invoice=Invoice.of(milestone.deliveries[-1].invoice),
        last=queries.last_attempt(milestone),
        account=queries.find_account_of(contract),
        payer=queries.find_payer(contract.department),
        refusal=policy.when_both_can(facts),
    )


@pages.page(
    "/contracts/<numbered:number>/payments/<key>/withdraw", "/contrats/<numbered:number>/paiements/<key>/retirer",
    methods=("GET", "POST"),
)  # fmt: skip
def withdraw(number: int, key: str) -> str | Response:
    """Close the provider's page on which a payment waits, so that it can be tried anew."""
    contract, facts, person = guarded(number, lambda facts: "finance" in facts.roles and not facts.member)
    payment, form = queries.get_payment(contract, key), ConfirmForm()
    if not policy.may_release(person.id, payment.milestone, facts):
        raise NotAllowed
    if payment.state != "needs_action":
        raise NotNow(N_("No confirmation of this payment is asked for."))
    if form.validate_on_submit():
        position = payment.milestone.position
        with transaction(contract) as at:
            there = queries.get_payment(queries.get_contract(number), key)
            actions.withdraw(there, by=again(person), at=at)
            attempt_id = there.id
        try:
            actions.close_page(gateway(), attempt_id)
        except GatewayError:
            flash(gettext("The payment provider did not answer. Try again in a minute."))
        return redirect(url_for("contracts.milestone", number=number, position=position), 303)
    return render_template("contracts/withdraw.html", form=form, contract=contract, payment=payment)


@pages.page("/contracts/<numbered:number>/payments/<key>", "/contrats/<numbered:number>/paiements/<key>")
def receipt(number: int, key: str) -> str:
    """Show one payment to the parties."""
    contract, facts, person = guarded(number, lambda facts: facts.party)
    payment = queries.get_payment(contract, key)
    delivery = payment.milestone.deliveries[-1]
    return render_template(
        "contracts/receipt.html",
        contract=contract,
        payment=payment,
        milestone=payment.milestone,
        invoice=Invoice.of(delivery.invoice),
        refunds=queries.refunds_of(payment),
        may_refund=policy.may_release(person.id, payment.milestone, facts) and not policy.unless_refundable(payment),
    )
