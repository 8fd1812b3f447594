"""Check everything: `make test` calls `python -m scripts.check`.

Every step runs, whatever the others say. The closing summary counts what passed, failed and was not run,
and why. With `--lint` or `--migrations` only that is checked.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts import machine, postgres
from scripts.steps import ROOT

BIN = Path(sys.executable).parent
LIMIT = 15 * 60  # seconds that one step may take
WORKERS = str(max(2, os.cpu_count() or 2))
SETTINGS = (
    "DEVEX_",
    "DATABASE_URL",
    "GITHUB_",
    "SMTP_URL",
    "MAIL_FROM",
    "CLAMD_URL",
    "FILES_DIR",
    "BASE_URL",
    "TEST_",
    "BRAND_",
)

LINT = {
    "types": ["mypy"],
    "format": ["ruff", "format", "--check", "."],
    "rules": ["ruff", "check", "."],
    "layers": ["lint-imports", "--no-logo"],
    "templates": ["djlint", ".", "--lint", "--quiet"],
    "texts": ["python", "-m", "scripts.texts", "--check"],
}


@dataclass
class Outcome:
    """What came of one step."""

    name: str
    passed: int = 0
    failed: int = 0
    reasons: list[str] = field(default_factory=list)
    """One for each thing that was not run."""
    seconds: float = 0.0


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a step: none of the settings that somebody works with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    return {**kept, **more}


def command(*words: str | Path, shown: bool, **more: str) -> tuple[int, str]:
    """Run one of our programs; give its exit code and, unless it is shown as it comes, what it said."""
    program, *arguments = words
    pipe = None if shown else subprocess.PIPE
    try:
        done = subprocess.run(
            [BIN / program, *arguments],
            cwd=ROOT,
            env=environment(**more),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return 1, f"stopped after {LIMIT} seconds"
    return done.returncode, done.stdout or ""


def tool(name: str, *words: str, **more: str) -> Outcome:
    """Run a program that either passes or fails."""
    start = time.monotonic()
    code, said = command(*words, shown=False, **more)
    seconds = time.monotonic() - start
    print(f"{name}: {'passed' if code == 0 else 'FAILED'}, {seconds:.1f} s", flush=True)
    if code or name.startswith("migrations"):
        print(said, flush=True)
    return Outcome(name, passed=int(code == 0), failed=int(code != 0), seconds=seconds)


def lint() -> Iterator[Outcome]:
    """Run every check that needs no database; two at a time."""
    with ThreadPoolExecutor(int(WORKERS)) as pool:
        yield from pool.map(lambda name: tool(name, *LINT[name]), LINT)


def read_report(name: str, report: Path, code: int) -> Outcome:
    """Count what a test run wrote into its report."""
    outcome = Outcome(name)
    cases = ET.parse(report).getroot().iter("testcase") if report.exists() else ()  # noqa: S314 - our own file
    for case in cases:
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.reasons.append(skipped.get("message", ""))
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        else:
            outcome.passed += 1
    if code and not outcome.failed:
        outcome.failed = 1  # no test at all, or the run itself broke
    return outcome


def tests(name: str, *words: str, **more: str) -> Outcome:
    """Run tests, shown as they come."""
    print(f"\n{name}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code, _said = command("pytest", *words, "-n", WORKERS, f"--junit-xml={report}", shown=True, **more)
        outcome = read_report(name, report, code)
    outcome.seconds = time.monotonic() - start
    return outcome


def migrations(name: str, url: str) -> Outcome:
    """Take the migrations up and down on an empty database."""
    return tool(name, "python", "-m", "scripts.migrations", url)


def on_sqlite(*, only_migrations: bool) -> Iterator[Outcome]:
    """Run what runs on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        yield migrations("migrations on SQLite", f"sqlite:///{folder}/devex.sqlite3")
    if not only_migrations:
        yield tests("tests on SQLite", "--ignore=tests/browser")


def on_postgres(*, only_migrations: bool) -> Iterator[Outcome]:
    """Run what runs on PostgreSQL, in a cluster of its own."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.throwaway())
        except RuntimeError as error:
            print(error, flush=True)
            yield Outcome("PostgreSQL", failed=1)
            return
        yield migrations("migrations on PostgreSQL", postgres.create(url, "migrated"))
        if not only_migrations:
            yield tests("tests on PostgreSQL", "--ignore=tests/browser", TEST_DATABASE_URL=url)


def in_browser() -> Iterator[Outcome]:
    """Run what runs in Chromium."""
    yield tests("tests in Chromium", "tests/browser")


def everything() -> Iterator[Outcome]:
    """Run every step that this machine has the parts for."""
    missing = machine.missing_parts()
    for package, purpose in missing.items():
        print(f"{package} is missing and may not be installed from here: no {purpose}.", flush=True)
    yield from lint()
    yield from on_sqlite(only_migrations=False)
    steps: dict[str, Callable[[], Iterator[Outcome]]] = {
        "postgresql": lambda: on_postgres(only_migrations=False),
        machine.CHROMIUM: in_browser,
    }
    for package, step in steps.items():
        if package in missing:
            yield Outcome(missing[package], failed=1, reasons=[f"{package} is missing"])
        else:
            yield from step()


def only_migrations() -> Iterator[Outcome]:
    """Run the migrations on both databases."""
    yield from on_sqlite(only_migrations=True)
    yield from on_postgres(only_migrations=True)


def summary(outcomes: list[Outcome]) -> int:
    """Print what came of every step; give the exit code."""
    print(f"\n{'':28}{'passed':>8}{'failed':>8}{'not run':>9}{'seconds':>9}")
    for one in outcomes:
        print(f"{one.name:28}{one.passed:8}{one.failed:8}{len(one.reasons):9}{one.seconds:9.1f}")
    reasons = [reason for one in outcomes for reason in one.reasons]
    for reason in sorted(set(reasons)):
        print(f"Not run: {reasons.count(reason)} × {reason}")
    passed, failed = sum(one.passed for one in outcomes), sum(one.failed for one in outcomes)
    print(f"\n{passed} passed, {failed} failed, {len(reasons)} skipped")
    return 1 if failed or not passed else 0


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--lint", action="store_true", help="format, rules, types, layers, templates and texts only")
    only.add_argument("--migrations", action="store_true", help="migrations on both databases only")
    wanted = parser.parse_args()
    steps = lint if wanted.lint else only_migrations if wanted.migrations else everything
    sys.exit(summary(list(steps())))


if __name__ == "__main__":
    main()
