"""Commands about evaluations."""

import click
from flask.cli import with_appcontext

from app.core.errors import NotFound
from evaluations import queries


@click.command("verify-ranking")
@click.argument("ocid")
@with_appcontext
def verify_ranking(ocid: str) -> None:
    """Compute the published ranking of procurement OCID again; fail, and name what differs, when it does not agree."""
    try:
        found = queries.recomputed(queries.get_by_ocid(ocid))
    except NotFound as missing:
        raise click.ClickException(f"There is no procurement {ocid}.") from missing
    if found is None:
        raise click.ClickException(f"No award of {ocid} stands, so no ranking is published.")
    for difference in found.differences:
        click.echo(f"- {difference}")
    if found.differences:
        raise SystemExit(1)
    lines, screenings = len(found.published["lines"]), len(found.published["screenings"])
    click.echo(f"Plan, seed, {screenings} screenings and the ranking of {lines} proposals agree.")
