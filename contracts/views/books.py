"""How our books compare with the payment provider's: every difference, and what to do about it."""

from flask import render_template

from app.core import clock
from app.core.errors import NotAllowed
from auth.queries import departments_of, is_administrator
from auth.views.session import signed_in
from contracts import queries
from contracts.models import Reconciliation
from contracts.views.blueprint import pages


def _departments() -> frozenset[int] | None:
    """Number the departments whose payments a reader may see; None for all of them."""
    person, at = signed_in(), clock.now()
    if is_administrator(person, at):
        return None
    departments = departments_of(person, at, ("finance",))
    if not departments:
        raise NotAllowed
    return departments


@pages.page("/reconciliation", "/rapprochement")
def reconciliations() -> str:
    """List the last comparisons."""
    departments = _departments()
    reports = [
        (one, sum(not seen["repaired"] for seen in _seen(one, departments))) for one in queries.last_reconciliations()
    ]
    return render_template("contracts/reconciliations.html", reports=reports)


@pages.page("/reconciliation/<int:number>", "/rapprochement/<int:number>")
def reconciliation(number: int) -> str:
    """Show one comparison: what differs now, and what was repaired."""
    departments = _departments()
    report = queries.get_reconciliation(number)
    seen = _seen(report, departments)
    return render_template(
        "contracts/reconciliation.html",
        report=report,
        left=[one for one in seen if not one["repaired"]],
        repaired=[one for one in seen if one["repaired"]],
    )


def _seen(report: Reconciliation, departments: frozenset[int] | None) -> list[dict[str, object]]:
    """Give the differences that concern a reader; those of no department of ours concern administrators alone."""
    return [one for one in report.differences if departments is None or one["department_id"] in departments]
