"""Commands about opportunities."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.db import transaction
from app.core.errors import Refusal
from auth.queries import find_user_by_address, get_department
from opportunities import actions, queries
from opportunities.markdown_pair import front_matter
from opportunities.markdown_pair.imported import ImportedOpportunity
from opportunities.markdown_pair.notes import NOTES, Note
from opportunities.markdown_pair.reading import read_pair

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-opportunity")
@click.argument("english", metavar="EN.md", type=FILE)
@click.argument("french", metavar="FR.md", type=FILE)
@click.option("--department", required=True, help="The department's code.")
@click.option("--author", required=True, help="Verified address of the buyer whose draft it becomes.")
@with_appcontext
def import_opportunity(english: Path, french: Path, department: str, author: str) -> None:
    """Take in an opportunity kept as a pair of Markdown files, one in each language, as a draft."""
    try:
        imported = read_pair(english.read_bytes(), french.read_bytes())
    except front_matter.Unreadable as wrong:
        raise click.ClickException(str(wrong)) from wrong
    try:
        with transaction() as at:
            by = find_user_by_address(author)
            if by is None:
                raise click.ClickException(f"Nobody has signed in with {author} yet.")
            prefix = current_app.extensions["devex"].ocid_prefix
            draft = actions.take_in(imported, get_department(department), ocid_prefix=prefix, by=by, at=at)
            number, lacking = draft.number, queries.facts(draft, by, at).missing
    except Refusal as refusal:
        raise click.ClickException(refusal.message % refusal.values if refusal.values else refusal.message) from refusal
    click.echo(f"Draft {number}: {imported.title.en} / {imported.title.fr}")
    _say("Where it was put", _placed(imported))
    _say("To look at", [_sentence(note) for note in (*imported.warnings, *imported.unplaced)])
    _say("Still missing before publication", [one.text % one.values for one in lacking])


def _placed(imported: ImportedOpportunity) -> list[str]:
    return [f"{heading.en} / {heading.fr}: {place}" for heading, place in imported.placed]


def _sentence(note: Note) -> str:
    return NOTES[note.code] % note.values


def _say(heading: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"\n{heading}:")
        for line in lines:
            click.echo(f"  - {line}")
