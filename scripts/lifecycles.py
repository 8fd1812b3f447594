"""Draw every life cycle from its table into docs/lifecycles.md: `python -m scripts.lifecycles`."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from app.core.audit import FROM_AWARD, FROM_OPENING, PARTIES, PUBLIC
from app.core.lifecycle import START, Lifecycle, Transition, always
from scripts.steps import ROOT

PACKAGES = ("auth", "opportunities", "proposals", "evaluations", "contracts")
PAGE = ROOT / "docs" / "lifecycles.md"
AUDIENCES = {
    PUBLIC: "everyone",
    FROM_OPENING: "all, from the opening",
    FROM_AWARD: "all, from the award",
    PARTIES: "its parties",
}
HEAD = """\
# Life cycles

Drawn from the tables of transitions by `python -m scripts.lifecycles`; a test says when this page is stale.
Nothing else moves a state. Each move writes one event into the audit log, in the same transaction.

*Who* and *when* are the functions that the table names; the last column says who reads the event.
"""


def lifecycles() -> Iterator[tuple[str, Lifecycle]]:
    """Give every table with its package, in the order of the trade."""
    for package in PACKAGES:
        for found in vars(import_module(f"{package}.lifecycle")).values():
            if isinstance(found, Lifecycle):
                yield package, found


def in_words(rule: Callable[..., Any]) -> str:
    """Say a rule by the first line of its docstring, or by its name."""
    if rule is always:
        return ""
    said = (rule.__doc__ or rule.__name__.strip("_").replace("_", " ")).strip().splitlines()[0]
    return said[:1].upper() + said[1:].rstrip(".")


def diagram(lifecycle: Lifecycle) -> Iterator[str]:
    """Draw one table as a Mermaid state diagram."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for edge in lifecycle.transitions.values():
        for source in edge.sources:
            yield f"    {'[*]' if source == START else source} --> {edge.target}: {edge.name.replace('_', ' ')}"
    left = {source for edge in lifecycle.transitions.values() for source in edge.sources if source != edge.target}
    yield from (f"    {state} --> [*]" for state in lifecycle.states if state not in left)
    yield "```"


def row(edge: Transition) -> str:
    """Write one transition as a row of the table."""
    sources = ", ".join(source or "(nothing)" for source in edge.sources)
    cells = (f"`{edge.name}`", sources, edge.target, in_words(edge.who), in_words(edge.when), AUDIENCES[edge.audience])
    return "| " + " | ".join(cells) + " |"


def section(package: str, lifecycle: Lifecycle) -> Iterator[str]:
    """Draw one life cycle: its diagram and its table."""
    yield f"## {lifecycle.kind.replace('_', ' ').capitalize()}"
    yield ""
    yield f"`{package}/lifecycle.py`"
    yield ""
    yield from diagram(lifecycle)
    yield ""
    yield "| transition | from | to | who | when | read by |"
    yield "|---|---|---|---|---|---|"
    yield from (row(edge) for edge in lifecycle.transitions.values())


def page() -> str:
    """Give the whole page."""
    parts = ("\n".join(section(package, lifecycle)) for package, lifecycle in lifecycles())
    return "\n".join((HEAD, *(f"{part}\n" for part in parts)))


def main(target: Path = PAGE) -> None:
    """Write the page."""
    target.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
