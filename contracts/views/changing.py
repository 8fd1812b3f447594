"""The final report, completion, termination, and a contract handed over."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotValid
from app.core.late import refuse_early
from contracts import actions, policy, queries
from contracts.forms import ConfirmForm, HandOverForm, ReasonForm, ReportForm
from contracts.lifecycle import CONTRACT
from contracts.views.blueprint import pages
from contracts.views.guards import again, guarded
from contracts.views.words import role_words

Answer = str | Response | tuple[str, int]


def _back(number: int) -> Response:
    return redirect(url_for("contracts.show", number=number), 303)


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
    refusal = CONTRACT.refusal(contract, "terminate", by=person, at=clock.now(), facts=facts)
    first = queries.to_decide(contract)
    form = ReasonForm()
    if form.is_submitted() or not first:
        refuse_early(refusal)
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                actions.terminate(queries.get_contract(number), form.reason.data or "", by=again(person), at=at)
        except NotValid as wrong:
            form.refuse(wrong)
        else:
            flash(gettext("Contract %(number)s is terminated. Both sides were told.", number=number))
            return _back(number)
        contract = queries.get_contract(number)
    settled, first = queries.settlement(contract), queries.to_decide(contract)
    page = render_template("contracts/terminate.html", form=form, contract=contract, settled=settled, first=first)
    return (page, 422) if form.errors else page


@pages.page("/contracts/<numbered:number>/hand-over", "/contrats/<numbered:number>/transferer", methods=("GET", "POST"))
def hand_over(number: int) -> Answer:
    """Hand a contract over to another buyer or officer of the department."""
    contract, _facts, person = guarded(number, policy.is_officer)
    refuse_early(policy.unless_it_goes_on(contract))
    form, candidates = HandOverForm(), queries.candidates(contract, clock.now())
    form.offer(candidates, role_words())
    if form.validate_on_submit():
        try:
            with transaction(contract) as at:
                there = queries.get_contract(number)
                role, taker = queries.get_candidate(there, form.to.data or "", at)
                actions.hand_over(there, role, taker, form.reason.data or "", by=again(person), at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("The contract is handed over. Both people and the supplier were told."))
            return _back(number)
        contract = queries.get_contract(number)
    page = render_template("contracts/hand_over.html", form=form, contract=contract, candidates=candidates)
    return (page, 422) if form.errors else page
