"""Releasing a payment, its receipt, and where a supplier is paid."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.errors import NotAllowed
from auth.models import Organization, User
from auth.views.session import signed_in
from contracts import actions, policy, queries
from contracts.forms import ConfirmForm
from contracts.gateway import GatewayError
from contracts.invoicing import Invoice
from contracts.sandbox_gateway import NOT_READY
from contracts.views.blueprint import gateway, pages
from contracts.views.guards import again, get_milestone, guarded
from contracts.views.working import HERE_EN, HERE_FR

Answer = str | Response | tuple[str, int]
PROVIDER = "sandbox"


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
        refusal=policy.when_payee_is_ready(facts),
    )


@pages.page("/contracts/<numbered:number>/payments/<key>", "/contrats/<numbered:number>/paiements/<key>")
def receipt(number: int, key: str) -> str:
    """Show one payment to the parties."""
    contract, _facts, _person = guarded(number, lambda facts: facts.party)
    payment = queries.get_payment(contract, key)
    delivery = payment.milestone.deliveries[-1]
    return render_template(
        "contracts/receipt.html",
        contract=contract,
        payment=payment,
        milestone=payment.milestone,
        invoice=Invoice.of(delivery.invoice),
    )


@pages.page("/account/payment", "/compte/paiement", methods=("GET", "POST"))
def payee() -> Answer:
    """Show where one is paid, alone or for an organization; connect an account."""
    person, form = signed_in(), ConfirmForm()
    if form.validate_on_submit():
        owner = _owner(person, request.form.get("owner", ""))
        ending = NOT_READY if request.form.get("kind") == "not_ready" else ""
        try:
            account = gateway().account(f"acct-{owner.key}{ending}")
        except GatewayError:
            abort(503)
        with transaction() as at:
            there = _owner(again(person), request.form.get("owner", ""))
            actions.connect_account(there, account, provider=PROVIDER, by=again(person), at=at)
        flash(
            gettext("The account is connected.")
            if account.ready
            else gettext("The account is connected, but not ready.")
        )
        return redirect(url_for("contracts.payee"), 303)
    owners = [(owner, queries.find_account(owner)) for owner in queries.payees_of(person)]
    return render_template("contracts/payee.html", form=form, owners=owners)


def _owner(person: User, key: str) -> User | Organization:
    for owner in queries.payees_of(person):
        if owner.key == key:
            return owner
    raise NotAllowed
