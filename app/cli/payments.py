"""Commands for whoever answers for the money: compare our books with the payment provider's."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.db import db
from app.core.formats import DEFAULT_ZONE, money
from contracts import actions
from contracts.gateway import GatewayError
from contracts.models import Reconciliation

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "since", type=DAY, required=True, help="The first day (Eastern time), such as 2026-04-01.")
@click.option("--to", "until", type=DAY, required=True, help="The last day, compared whole.")
@with_appcontext
def reconcile(since: datetime, until: datetime) -> None:
    """Compare the payments of a period with the provider's own list; fail if a difference is left."""
    if until < since:
        raise click.ClickException("The last day is before the first.")
    zone = ZoneInfo(DEFAULT_ZONE)
    begin, end = since.replace(tzinfo=zone), (until + timedelta(days=1)).replace(tzinfo=zone)
    try:
        number = actions.reconcile(current_app.extensions["gateway"], begin, end)
    except GatewayError as silent:
        raise click.ClickException("The payment provider did not answer. Nothing was compared.") from silent
    report = db.session.get_one(Reconciliation, number)
    for one in report.differences:
        click.echo(_line(one))
    click.echo(f"{report.compared} payments compared, {report.open} differences left.")
    if report.open:
        raise SystemExit(1)


def _line(one: dict[str, Any]) -> str:
    place = f"contract {one['contract']}, milestone {one['position']}" if one["contract"] else "no contract"
    here, there = (f"{one[side] or 'nothing'} {money(one[f'{side}_cents'], 'en')}" for side in ("here", "there"))
    done = " (repaired)" if one["repaired"] else ""
    return f"- {one['kind']}{done}: {place}, {one['reference'] or 'no reference'}: here {here}, there {there}"
