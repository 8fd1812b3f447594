"""The public register, a contract, a milestone, and files for the parties."""

from flask import Response, render_template, request

from app.core import clock, files
from app.core.web import language
from auth.views.session import current_person
from contracts import policy, queries
from contracts.changes import Changes
from contracts.forms import FilterForm
from contracts.invoicing import Invoice
from contracts.models import Amendment
from contracts.queries import Filters
from contracts.views.blueprint import pages
from contracts.views.evidence import is_checked
from contracts.views.guards import guarded, read
from contracts.views.status import status_of
from contracts.views.words import state_words

HIGHEST = 10**12
"""No number of a contract is higher."""
COMMENTS_SHOWN = 3
"""On the page of a milestone; its page of comments has them all."""


@pages.page("/contracts", "/contrats")
def index() -> str:
    """List contracts, newest first, by what the reader asks for."""
    form = FilterForm(request.args)
    form.offer(
        [(code, name.text(language())) for code, name in queries.departments_with_contracts()],
        list(state_words().items()),
    )
    form.validate()
    filters = Filters(
        form.department.data or "", form.state.data or "", form.supplier.data or "", form.min.data, form.max.data
    )
    before = request.args.get("before", type=int)
    listed, after = queries.list_contracts(filters, min(before, HIGHEST) if before is not None else None)
    asked = {key: value for key, value in request.args.items() if key != "before" and value}
    return render_template("contracts/index.html", form=form, contracts=listed, after=after, asked=asked, before=before)


@pages.page("/contracts/<numbered:number>", "/contrats/<numbered:number>")
def show(number: int) -> str:
    """Show a contract: to everybody its money and milestones, to the parties what they can do."""
    contract, facts = read(number)
    return render_template(
        "contracts/show.html",
        contract=contract,
        facts=facts,
        money=queries.statement(contract),
        late=queries.late_of(contract, clock.now()),
        status=status_of(contract, facts, current_person(), clock.now()),
        account=queries.find_account_of(contract) if facts.supplier else None,
        consents=queries.consents(contract),
        draft=queries.find_draft(contract) if policy.is_officer(facts) and contract.state == "active" else None,
        handovers=queries.handovers(contract) if facts.party else [],
        funds=queries.funds(contract) if facts.roles & policy.STAFF and not facts.member else None,
        certificates=queries.further_certificates(contract.opportunity) if facts.roles & policy.STAFF else [],
        amendments=[(one, _changes(one)) for one in contract.amendments],
    )


def _changes(amendment: Amendment) -> Changes:
    return Changes.of(amendment.changes)


@pages.page(
    "/contracts/<numbered:number>/milestones/<int:position>", "/contrats/<numbered:number>/jalons/<int:position>"
)
def milestone(number: int, position: int) -> str:
    """Show a milestone: what was to be accepted, each delivery and decision, the payment."""
    contract, facts = read(number)
    row = queries.get_milestone(contract, position)
    last = queries.last_delivery(row)
    return render_template(
        "contracts/milestone.html",
        contract=contract,
        milestone=row,
        facts=facts,
        status=status_of(contract, facts, current_person(), clock.now(), row),
        invoices={one.id: Invoice.of(one.invoice) for one in row.deliveries},
        clock=queries.clock_of(row, clock.now()),
        comments=queries.comments_of(row, limit=COMMENTS_SHOWN) if facts.party else None,
        rests=[one for one in contract.milestones if one.split_from_id == row.id],
        may_check=last is not None and any(is_checked(item) for item in last.evidence),
    )


@pages.page("/contracts/<numbered:number>/files/<key>", "/contrats/<numbered:number>/fichiers/<key>")
def file(number: int, key: str) -> Response:
    """Hand a delivered file to the parties, as an attachment."""
    contract, _facts, _person = guarded(number, lambda facts: facts.party)
    row = queries.get_delivered_file(contract, key)
    answer = Response(files.chosen.store.get(row.stored_as), mimetype=row.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=row.title)
    return answer
