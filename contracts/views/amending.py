"""Amendments: written, checked with before and after, proposed, certified by finance, answered by the supplier."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock, formats
from app.core.db import transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.late import refuse_early
from app.core.web import language
from auth.models import User
from contracts import actions, policy, queries
from contracts.changes import Changes
from contracts.forms import AmendForm, AnswerForm, CertifyForm, ConfirmForm, SplitForm
from contracts.models import Contract
from contracts.views.blueprint import pages
from contracts.views.guards import again, guarded

Answer = str | Response | tuple[str, int]
HERE_EN = "/contracts/<numbered:number>/amendments/<int:amendment>"
HERE_FR = "/contrats/<numbered:number>/modifications/<int:amendment>"


def _amendable(number: int) -> tuple[Contract, User]:
    """Give a contract to an officer while an amendment may be proposed."""
    contract, _facts, person = guarded(number, policy.is_officer)
    not_now = policy.unless_amendable(contract)
    refuse_early(not_now)
    return contract, person


def _money(cents: int) -> str:
    return formats.money(cents, language())


@pages.page("/contracts/<numbered:number>/amend", "/contrats/<numbered:number>/modifier", methods=("GET", "POST"))
def amend(number: int) -> Answer:
    """Write an amendment; it is checked on the next page."""
    contract, person = _amendable(number)
    form = AmendForm()
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_contract(number)
                changes, reason = form.changes(there), form.reason.data or ""
                actions.write_amendment(there, changes, reason, by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("contracts.check_amendment", number=number), 303)
        contract = queries.get_contract(number)
    elif not form.is_submitted():
        form.fill(contract, queries.find_draft(contract))
    splittable = [one for one in contract.milestones if one.state in policy.CHANGEABLE]
    page = render_template("contracts/amend.html", form=form, contract=contract, splittable=splittable)
    return (page, 422) if form.errors else page


@pages.page(
    "/contracts/<numbered:number>/milestones/<int:position>/split",
    "/contrats/<numbered:number>/jalons/<int:position>/scinder",
    methods=("GET", "POST"),
)
def split(number: int, position: int) -> Answer:
    """Write an amendment that makes two of a milestone; it is checked on the next page."""
    contract, person = _amendable(number)
    milestone, form = queries.get_milestone(contract, position), SplitForm()
    if milestone.state not in policy.CHANGEABLE:
        refuse_early(NotNow(actions.STALE))
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_contract(number)
                changes = form.changes(queries.get_milestone(there, position), _money)
                actions.write_amendment(there, changes, form.reason.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("contracts.check_amendment", number=number), 303)
        contract = queries.get_contract(number)
    elif not form.is_submitted():
        form.fill(milestone, queries.find_draft(contract))
    milestone = queries.get_milestone(contract, position)
    page = render_template("contracts/split.html", form=form, contract=contract, milestone=milestone)
    return (page, 422) if form.errors else page


@pages.page(
    "/contracts/<numbered:number>/amend/check", "/contrats/<numbered:number>/modifier/verifier", methods=("GET", "POST")
)
def check_amendment(number: int) -> Answer:
    """Show what the amendment as written does, before and after; then propose it."""
    contract, person = _amendable(number)
    draft, form = queries.find_draft(contract), ConfirmForm()
    if draft is None:
        return redirect(url_for("contracts.amend", number=number), 303)
    if form.validate_on_submit():
        with transaction(contract) as at:
            proposed = actions.propose_draft(queries.get_contract(number), by=again(person), at=at)
            waits = bool(proposed.uncertified_cents)
        flash(
            gettext("The amendment is proposed. Finance was told; the supplier is asked once the money is certified.")
            if waits
            else gettext("The amendment is proposed. The supplier was told.")
        )
        return redirect(url_for("contracts.show", number=number), 303)
    changes = Changes.of(draft.changes)
    return render_template(
        "contracts/check_amendment.html",
        form=form,
        contract=contract,
        draft=draft,
        changes=changes,
        outlook=queries.outlook(contract, changes.change_cents, clock.now()),
        funds=queries.funds(contract),
    )


@pages.page(HERE_EN, HERE_FR, methods=("GET", "POST"))
def amendment(number: int, amendment: int) -> Answer:
    """Show an amendment to the parties; the supplier answers it, an officer may take it back."""
    contract, facts, person = guarded(number, lambda facts: facts.party)
    row, form = queries.get_amendment(contract, amendment), AnswerForm()
    if form.is_submitted() and not (facts.supplier or policy.is_officer(facts)):
        raise NotAllowed
    if form.validate_on_submit():
        with transaction(contract) as at:
            there = queries.get_amendment(queries.get_contract(number), amendment)
            accepts = form.answer.data == "accept"
            answer = actions.accept_amendment if accepts else actions.decline_amendment
            answer(there, by=again(person), at=at)
        flash(gettext("The amendment is accepted.") if accepts else gettext("The amendment is declined."))
        return redirect(url_for("contracts.show", number=number), 303)
    page = render_template(
        "contracts/amendment.html",
        form=form,
        contract=contract,
        amendment=row,
        changes=Changes.of(row.changes),
        outlook=queries.outlook_of(row),
        consents=[one for one in queries.consents(contract) if one.amendment_id == row.id],
        funds=queries.funds(contract) if facts.roles & policy.STAFF else None,
        facts=facts,
        officer=policy.is_officer(facts),
        certifies=policy.may_certify(person.id, row, facts),
    )
    return (page, 422) if form.errors else page


@pages.page(f"{HERE_EN}/certify", f"{HERE_FR}/attester", methods=("GET", "POST"))
def certify_amendment(number: int, amendment: int) -> Answer:
    """Certify the money that an amendment needs beyond what is certified (s. 32)."""
    contract, facts, person = guarded(number, lambda facts: "finance" in facts.roles and not facts.member)
    row, form = queries.get_amendment(contract, amendment), CertifyForm()
    if not policy.may_certify(person.id, row, facts):
        raise NotAllowed
    if row.state != "proposed" or not row.uncertified_cents:
        refuse_early(NotNow(actions.NOTHING_TO_CERTIFY))
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_amendment(queries.get_contract(number), amendment)
                amount, code = form.amount.data or 0, form.fund_code.data or ""
                actions.certify_amendment(there, amount, code, by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The money is certified. The supplier was asked to answer the amendment."))
            return redirect(url_for("contracts.amendment", number=number, amendment=amendment), 303)
        contract = queries.get_contract(number)
        row = queries.get_amendment(contract, amendment)
    elif not form.is_submitted():
        form.amount.data, form.fund_code.data = row.uncertified_cents, contract.opportunity.fund_code
    page = render_template(
        "contracts/certify_amendment.html",
        form=form,
        contract=contract,
        amendment=row,
        outlook=queries.outlook_of(row),
        funds=queries.funds(contract),
    )
    return (page, 422) if form.errors else page
