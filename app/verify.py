"""Check receipts, rankings and the audit log from files alone: no network, no database, no trust.

    devex-verify log entries.jsonl --head head.txt --key "devex.example+1a2b3c4d+AQ…"
    devex-verify story story-12.json --head head.txt
    devex-verify receipt proposal-12.json --receipt receipt.txt
    devex-verify ranking decision-12.json

Ends with 0 when everything agrees, 1 when something does not, 2 when a file cannot be read.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from babel.support import Translations

from app.core.bilingual import Bilingual
from app.core.notes import Head, NotSigned, read_note
from app.core.proofs import NBSP, Finding, check_log, check_story, heads_of
from evaluations import record
from proposals import seal

TRANSLATIONS = Path(__file__).parents[1] / "translations" / "evaluations"
OWN_HEAD = "checkpoint"
STANDS, BROKEN, UNREADABLE = 0, 1, 2
AGREES = Bilingual("Everything agrees: {what}.", f"Tout concorde{NBSP}: {{what}}.")
ENTRIES = Bilingual("{count} entries, {heads} heads", "{count} inscriptions, {heads} têtes")
RECEIPT = Bilingual(
    "receipt {number}, received {at}, SHA-256 {digest}", "accusé de réception {number}, reçu le {at}, SHA-256 {digest}"
)
RANKING = Bilingual("the ranking of {count} proposals", "le classement de {count} propositions")
OTHER_TEXT = Bilingual(
    "The text and salt of this copy do not give the fingerprint on the receipt.",
    "Le texte et le sel de cette copie ne donnent pas l’empreinte de l’accusé de réception.",
)
OTHER_FILES = Bilingual(
    "{name} is not one of the files that were received.", "{name} n’est pas un des fichiers qui ont été reçus."
)
NOT_SIGNED = Bilingual(
    "The receipt is not signed by any of the keys given, or was altered.",
    "L’accusé de réception n’est signé par aucune des clés fournies, ou il a été modifié.",
)
RECEIPT_APART = Bilingual(
    "This copy was downloaded before submitting: the receipt is a file of its own. Download it from the page of the "
    "receipt, or take it from the mail, and name it: devex-verify receipt {name} --receipt FILE",
    "Cette copie a été téléchargée avant l’envoi : l’accusé de réception est un fichier distinct. Téléchargez-le "
    "depuis la page de l’accusé de réception, ou prenez-le dans le courriel, et indiquez-le : "
    "devex-verify receipt {name} --receipt FICHIER".replace(" :", f"{NBSP}:"),
)
NOTHING_RECEIVED = Bilingual("This copy holds no receipt.", "Cette copie ne contient aucun accusé de réception.")
OWN_KEY = Bilingual(
    "The key is the file's own. Compare it with one that you know: {key}",
    f"La clé provient du fichier lui-même. Comparez-la à une clé que vous connaissez{NBSP}: {{key}}",
)
CANNOT_READ = Bilingual("{name} cannot be read: {fault}", f"{{name}} est illisible{NBSP}: {{fault}}")


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    file: Path
    heads: tuple[Path, ...]
    keys: tuple[str, ...]
    receipt: Path | None
    files: tuple[Path, ...]
    language: str


def _language() -> str:
    return "fr" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("fr") else "en"


@click.command()
@click.argument("what", type=click.Choice(["log", "story", "receipt", "ranking"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--head", "heads", type=click.Path(path_type=Path), multiple=True, help="A head that you hold.")
@click.option("--key", "keys", multiple=True, help="A verifier key that you know.")
@click.option("--receipt", type=click.Path(path_type=Path), help="The receipt that came by mail.")
@click.option("--with-file", "files", type=click.Path(path_type=Path), multiple=True, help="A file of the proposal.")
@click.option("--lang", "language", type=click.Choice(["en", "fr"]), default=_language)
def main(what: str, **values: Any) -> None:
    """Check what a FILE from the exchange says against the heads, keys and receipts that you hold."""
    asked = Asked(**values)
    checks = {"log": _log, "story": _story, "receipt": _receipt, "ranking": _ranking}
    try:
        found, said = checks[what](asked)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        click.echo(CANNOT_READ.text(asked.language).format(name=asked.file, fault=fault), err=True)
        sys.exit(UNREADABLE)
    for one in found:
        click.echo(f"- {one}")
    if found:
        sys.exit(BROKEN)
    click.echo(AGREES.text(asked.language).format(what=said))


def _log(asked: Asked) -> tuple[list[str], str]:
    first, *entries = [json.loads(line) for line in asked.file.read_text(encoding="utf-8").splitlines() if line]
    heads, found = _heads(asked, first)
    return _said(asked, [*found, *check_log(entries, heads)]), _entries(asked, entries, heads)


def _story(asked: Asked) -> tuple[list[str], str]:
    told = json.loads(asked.file.read_text(encoding="utf-8"))
    heads, found = _heads(asked, told)
    if OWN_HEAD in heads:
        found += check_story(told["events"], heads, OWN_HEAD, told.get("consistency", {}))
    return _said(asked, found), _entries(asked, told["events"], heads)


def _receipt(asked: Asked) -> tuple[list[str], str]:
    received = json.loads(asked.file.read_text(encoding="utf-8"))["received"]
    if received is None:
        return _said(asked, [Finding(NOTHING_RECEIVED)]), ""
    note = asked.receipt.read_text(encoding="utf-8") if asked.receipt else received["receipt"]
    if not note:
        return _said(asked, [Finding(RECEIPT_APART, {"name": asked.file})]), ""
    lines = next((lines for key in _keys(asked, received) if (lines := _lines(note, key))), None)
    if lines is None:
        return _said(asked, [Finding(NOT_SIGNED)]), ""
    _name, number, at, digest = (line.rpartition(" ")[2] for line in lines)
    files = [bytes.fromhex(one) for one in received["file_digests"]]
    salt = bytes.fromhex(received["salt"])
    found = [] if seal.verify(bytes.fromhex(digest), salt, received["content"], files) else [Finding(OTHER_TEXT)]
    strange = (path.name for path in asked.files if seal.file_digest(path.read_bytes()) not in files)
    found += [Finding(OTHER_FILES, {"name": name}) for name in strange]
    return _said(asked, found), RECEIPT.text(asked.language).format(number=number, at=at, digest=digest)


def _ranking(asked: Asked) -> tuple[list[str], str]:
    published = json.loads(asked.file.read_text(encoding="utf-8"))
    catalogue = Translations.load(TRANSLATIONS, [asked.language])
    found = [catalogue.gettext(one.text) % one.values for one in record.differences(published)]
    return found, RANKING.text(asked.language).format(count=len(published["lines"]))


def _heads(asked: Asked, told: dict[str, Any]) -> tuple[dict[str, Head], list[Finding]]:
    """Read the file's own head and those that are held."""
    held = {str(path): path.read_text(encoding="utf-8") for path in asked.heads}
    return heads_of({**held, OWN_HEAD: told["checkpoint"]}, _keys(asked, told))


def _keys(asked: Asked, told: dict[str, Any]) -> list[str]:
    """Take the keys that the reader knows, or the file's own, and say so."""
    if not asked.keys:
        newest, *older = told["keys"]
        for key in (newest, *older):
            click.echo(OWN_KEY.text(asked.language).format(key=key), err=True)
    return list(asked.keys or told["keys"])


def _lines(note: str, key: str) -> list[str] | None:
    try:
        return read_note(note, key)
    except NotSigned:
        return None


def _entries(asked: Asked, entries: list[Any], heads: dict[str, Head]) -> str:
    return ENTRIES.text(asked.language).format(count=len(entries), heads=len(heads))


def _said(asked: Asked, found: Sequence[Finding]) -> list[str]:
    return [one.text(asked.language) for one in found]


if __name__ == "__main__":
    main()
