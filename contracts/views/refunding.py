"""Having a payment back: by finance, with a reason, after everything was shown."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.late import refuse_early
from contracts import actions, policy, queries
from contracts.forms import RefundForm
from contracts.views.blueprint import pages
from contracts.views.guards import again, guarded


@pages.page(
    "/contracts/<numbered:number>/payments/<key>/refund", "/contrats/<numbered:number>/paiements/<key>/rembourser",
    methods=("GET", "POST"),
)  # fmt: skip
def refund(number: int, key: str) -> str | Response | tuple[str, int]:
    """Show what would go back from whom; then order it."""
    contract, facts, person = guarded(number, lambda facts: "finance" in facts.roles and not facts.member)
    payment, form = queries.get_payment(contract, key), RefundForm()
    if not policy.may_release(person.id, payment.milestone, facts):
        raise NotAllowed
    not_now = policy.unless_refundable(payment)
    if not_now is None and queries.find_live_refund(payment) is not None:
        not_now = NotNow(N_("A refund of this payment is under way."))
    refuse_early(not_now)
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_payment(queries.get_contract(number), key)
                actions.order_refund(there, form.reason.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The refund is ordered. Both sides are told when it arrives or fails."))
            return redirect(url_for("contracts.receipt", number=number, key=key), 303)
    payment = queries.get_payment(queries.get_contract(number), key)
    page = render_template("contracts/refund.html", form=form, contract=payment.milestone.contract, payment=payment)
    return (page, 422) if form.errors else page
