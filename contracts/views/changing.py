"""Amendments, the final report, completion and termination."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotAllowed, NotValid
from contracts import actions, policy, queries
from contracts.changes import Changes
from contracts.forms import AmendForm, AnswerForm, ConfirmForm, ReasonForm, ReportForm
from contracts.lifecycle import CONTRACT
from contracts.views.blueprint import pages
from contracts.views.guards import again, guarded

Answer = str | Response | tuple[str, int]


def _back(number: int) -> Response:
    return redirect(url_for("contracts.show", number=number), 303)


@pages.page("/contracts/<numbered:number>/amend", "/contrats/<numbered:number>/modifier", methods=("GET", "POST"))
def amend(number: int) -> Answer:
    """Propose an amendment."""
    contract, _facts, person = guarded(number, policy.is_officer)
    not_now = policy.unless_amendable(contract)
    if not_now is not None:
        raise not_now
    form = AmendForm()
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_contract(number)
                reason = form.reason.data or ""
                actions.propose_amendment(there, form.changes(there), reason, by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The amendment is proposed. The supplier was told."))
            return _back(number)
        contract = queries.get_contract(number)
    elif not form.is_submitted():
        form.fill(contract)
    page = render_template("contracts/amend.html", form=form, contract=contract)
    return (page, 422) if form.errors else page


@pages.page(
    "/contracts/<numbered:number>/amendments/<int:amendment>",
    "/contrats/<numbered:number>/modifications/<int:amendment>",
    methods=("GET", "POST"),
)
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
        return _back(number)
    page = render_template(
        "contracts/amendment.html",
        form=form,
        contract=contract,
        amendment=row,
        changes=Changes.of(row.changes),
        facts=facts,
        officer=policy.is_officer(facts),
    )
    return (page, 422) if form.errors else page


@pages.page("/contracts/<numbered:number>/report", "/contrats/<numbered:number>/rapport", methods=("GET", "POST"))
def report(number: int) -> Answer:
    """Write the final report."""
    contract, facts, person = guarded(number, lambda facts: facts.supplier)
    CONTRACT.require(contract, "report", by=person, at=clock.now(), facts=facts)
    form = ReportForm(obj=contract)
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_contract(number)
                actions.report(there, form.final_report.data or "", form.lessons.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The report is kept. It is public."))
            return _back(number)
    page = render_template("contracts/report.html", form=form, contract=queries.get_contract(number))
    return (page, 422) if form.errors else page


@pages.page("/contracts/<numbered:number>/complete", "/contrats/<numbered:number>/achever", methods=("GET", "POST"))
def complete(number: int) -> Answer:
    """Complete a contract once everything is paid."""
    contract, facts, person = guarded(number, lambda facts: policy.is_buyer(facts) or policy.is_officer(facts))
    CONTRACT.require(contract, "complete", by=person, at=clock.now(), facts=facts)
    form = ConfirmForm()
    if form.validate_on_submit():
        with transaction(contract) as at:
            actions.complete(queries.get_contract(number), by=again(person), at=at)
        flash(gettext("Contract %(number)s is completed.", number=number))
        return _back(number)
    return render_template("contracts/complete.html", form=form, contract=contract, facts=facts)


@pages.page("/contracts/<numbered:number>/terminate", "/contrats/<numbered:number>/resilier", methods=("GET", "POST"))
def terminate(number: int) -> Answer:
    """End a contract early with a reason."""
    contract, facts, person = guarded(number, policy.is_officer)
    CONTRACT.require(contract, "terminate", by=person, at=clock.now(), facts=facts)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                actions.terminate(queries.get_contract(number), form.reason.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Contract %(number)s is terminated. The supplier was told.", number=number))
            return _back(number)
    page = render_template("contracts/terminate.html", form=form, contract=queries.get_contract(number))
    return (page, 422) if form.errors else page
