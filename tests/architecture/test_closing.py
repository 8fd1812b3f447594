"""No way to a proposal is forgotten: each one is tried at the closing, or it is written here why it touches none."""

import ast
from pathlib import Path

from flask import Flask

from tests.architecture.test_source import SOURCES, name_of, walk
from tests.proposals.closing import ELSEWHERE, PATHS

CALLERS = {
    "app/cli/keys.py": "wraps keys anew; what they lock stays as it is",
    "app/demo/posting.py": "makes up a world, each act at its own moment",
    "evaluations/actions/opening.py": "lapses and opens, after the closing",
}
"""Who else than this package's own pages carries out acts on proposals."""


def test_every_page_that_takes_something_for_a_proposal_is_tried_at_the_closing(application: Flask) -> None:
    posts = {rule.endpoint for rule in application.url_map.iter_rules() if "POST" in (rule.methods or ())}
    of_proposals = {one for one in posts if one.startswith("proposals.")}
    assert of_proposals == {one.endpoint for one in PATHS} | set(ELSEWHERE)


def test_nobody_else_acts_on_proposals() -> None:
    outside = [one for one in SOURCES if not name_of(one).startswith("proposals/")]
    assert {name_of(one) for one in outside if acts_on_proposals(one)} == set(CALLERS)


def acts_on_proposals(source: Path) -> bool:
    return any(
        (node.module == "proposals" and any(one.name == "actions" for one in node.names))
        or (node.module or "").startswith("proposals.actions")
        for node in walk(source)
        if isinstance(node, ast.ImportFrom)
    ) or any(
        one.name.startswith("proposals.actions")
        for node in walk(source)
        if isinstance(node, ast.Import)
        for one in node.names
    )
