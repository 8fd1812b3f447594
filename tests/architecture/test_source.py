"""The laws of the source: states move only through lifecycles, imports stand at the top, files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "auth", "contracts", "evaluations", "opportunities", "proposals", "subscriptions")
EXPECTED_FOLDERS = {*PACKAGES, "docs", "migrations", "scripts", "static", "templates", "tests", "translations"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 60

SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=SOURCES, ids=name_of)
def source(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def walk(source: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(source.read_text(encoding="utf-8")))


def assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [
            part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def sets_state(node: ast.AST) -> bool:
    if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in assigned(node)):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
        return any(isinstance(one, ast.Constant) and one.value == "state" for one in node.args)
    updates = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("values", "update")
    )
    return updates and any(keyword.arg == "state" for keyword in node.keywords)  # type: ignore[attr-defined]


def test_states_move_only_through_lifecycles(source: Path) -> None:
    lines = [node.lineno for node in walk(source) if sets_state(node)]  # type: ignore[attr-defined]
    allowed = 1 if name_of(source) == "app/core/lifecycle.py" else 0
    assert len(lines) == allowed, f"{name_of(source)} assigns a state in lines {lines}"


def test_nothing_is_imported_inside_a_function(source: Path) -> None:
    functions = [node for node in walk(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_a_file_is_one_thing(source: Path) -> None:
    lines = len(source.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{name_of(source)} has {lines} lines"


def test_a_function_fits_a_screen(source: Path) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in walk(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_views_never_commit_and_only_the_clock_reads_the_clock(source: Path) -> None:
    calls = {
        node.func.attr for node in walk(source) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if name_of(source) != "app/core/db.py":
        assert "commit" not in calls
    if name_of(source) != "app/core/clock.py":
        assert not calls & {"utcnow", "today"}


def test_the_packages_are_those_that_were_decided() -> None:
    found = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and not path.name.startswith(".")
        and path.name not in ("instance", "node_modules", "build")
        and not path.name.startswith("__")
    }
    assert found <= EXPECTED_FOLDERS
