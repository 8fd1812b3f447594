"""Bring the catalogues up to date: `python -m scripts.texts`.

English is written in the program; each package has one French catalogue of its own, sorted and without dates
or line numbers, so that a change shows what changed. `--check` tells what is missing; `--compile` makes the
.mo files that the program reads.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from scripts.steps import ROOT

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
TEMPLATE_OPTIONS = {"trimmed": "true", "silent": "false"}
HEADER = """\
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


LOOSE = re.compile(r"(?<!\u00a0)(?:[;!?»]|:(?=\s|$)|%%)|«(?!\u00a0)")
"""A French mark that a line could end before, or that touches its word: it wants a no-break space."""


@dataclass(frozen=True)
class Package:
    """A catalogue, and the files whose texts it holds."""

    name: str
    patterns: tuple[str, ...]

    @property
    def catalogue(self) -> Path:
        """Tell where its French lies."""
        return ROOT / "translations" / self.name / "fr" / "LC_MESSAGES" / "messages.po"

    def files(self) -> list[Path]:
        """List its files, always in the same order."""
        return sorted({path for pattern in self.patterns for path in ROOT.glob(pattern) if path.is_file()})


def of_trade(name: str) -> Package:
    """Describe a package of the trade: its folder and its templates."""
    return Package(name, (f"{name}/**/*.py", f"templates/{name}/**/*.html"))


CORE = (
    "app/core/**/*.py",
    "templates/layout.html",
    "templates/components/**/*.html",
    "templates/errors/**/*.html",
)
PAGES = ("app/*.py", "app/pages/**/*.py", "templates/pages/**/*.html")
TRADES = ("auth", "opportunities", "proposals", "evaluations", "contracts", "subscriptions")
PACKAGES = (Package("core", CORE), Package("pages", PAGES), *(of_trade(name) for name in TRADES))


def extract(package: Package) -> Catalog:
    """Read the package's texts from its files."""
    catalogue = Catalog(locale="fr")
    for path in package.files():
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2", TEMPLATE_OPTIONS)
        for _line, text, _comments, context in extract_from_file(method, path, KEYWORDS, options=options):
            if text != "":  # gettext("") would be the catalogue's header
                catalogue.add(text, context=context)
    return catalogue


def read(package: Package) -> Catalog:
    """Read the package's catalogue as it stands."""
    if not package.catalogue.exists():
        return Catalog(locale="fr")
    with package.catalogue.open("rb") as file:
        return read_po(file, locale="fr")


def update(package: Package) -> Catalog:
    """Join what the files say with the French there is; what no file says any more is dropped."""
    catalogue = read(package)
    catalogue.update(extract(package), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> str:
    """Give the catalogue as the text of its file."""
    lines = io.BytesIO()
    write_po(
        lines,
        catalogue,
        width=110,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return f"{HEADER}{lines.getvalue().decode()}".rstrip("\n") + "\n"


def forms(message: Message) -> tuple[str, ...]:
    """Give the French of a message, in all its numbers."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def places(texts: tuple[str, ...]) -> set[str]:
    """Name what is filled into the texts."""
    return {name for text in texts for name in re.findall(r"%\((\w+)\)", text)}


def english(message: Message) -> tuple[str, ...]:
    """Give the English of a message, in all its numbers."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def flaws(catalogue: Catalog) -> Iterator[str]:
    """Say which messages have no French, or French that cannot be right."""
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"to be reviewed: {message.id!r}"
        elif not all(forms(message)):
            yield f"no French: {message.id!r}"
        elif places(forms(message)) != places(english(message)):
            yield f"not the same to fill in: {message.id!r}"
        elif any(LOOSE.search(text) for text in forms(message)):
            yield f"a no-break space is missing in the French of: {message.id!r}"
        else:
            yield from (f"{error}: {message.id!r}" for error in message.check(catalogue))


def faults(package: Package) -> Iterator[str]:
    """Say what is wrong with the package's catalogue."""
    catalogue = update(package)
    yield from flaws(catalogue)
    there = package.catalogue.read_text(encoding="utf-8") if package.catalogue.exists() else ""
    if there != (written(catalogue) if there or len(catalogue) else ""):
        yield "not up to date: run `make texts`"


def disagreements() -> Iterator[str]:
    """Name the texts that two catalogues turn into different French: a page would show either."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for package in PACKAGES:
        for message in read(package):
            if message.id and known.setdefault(english(message), forms(message)) != forms(message):
                yield f"{package.name}: not the French of another catalogue: {message.id!r}"


def strays() -> Iterator[str]:
    """Name the templates whose texts no catalogue would hold."""
    kept = {path for package in PACKAGES for path in package.files()}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path not in kept and "notifications" not in path.parts:
            yield f"{path.relative_to(ROOT)} belongs to no catalogue"


def check() -> int:
    """Print every fault; give how many there are."""
    found = [f"{package.name}: {fault}" for package in PACKAGES for fault in faults(package)]
    found += [*strays(), *disagreements()]
    for fault in found:
        print(fault)
    return len(found)


def refresh() -> None:
    """Write every catalogue anew."""
    for package in PACKAGES:
        catalogue = update(package)
        if len(catalogue) or package.catalogue.exists():
            package.catalogue.parent.mkdir(parents=True, exist_ok=True)
            package.catalogue.write_text(written(catalogue), encoding="utf-8")
        empty = sum(1 for message in catalogue if message.id and not all(forms(message)))
        print(f"{package.name}: {len(catalogue)} texts, {empty} without French")


def compile_all() -> None:
    """Make the .mo that the program reads of every .po that is newer."""
    for source in sorted((ROOT / "translations").glob("*/fr/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po, locale="fr"))


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something is missing")
    parser.add_argument("--compile", action="store_true", help="make the .mo files only")
    wanted = parser.parse_args()
    if wanted.check:
        sys.exit(1 if check() else 0)
    if not wanted.compile:
        refresh()
    compile_all()


if __name__ == "__main__":
    main()
