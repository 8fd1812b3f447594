"""Measure the shipped configuration: the real application behind its server, against bare ones in the same run.

Prints one line for each figure, `name ratio >=aim` or `name ratio <=aim`, and notes on how it was measured as comments.
Aims are reports, not gates: what a machine does between two runs is not ours to fail on.
"""

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import bench_bare, bench_inside, bench_money, bench_pay, bench_rank, bench_sealed, bench_weight, postgres
from scripts.steps import ROOT

SIZES = {"small": 1_000, "usual": 5_000, "large": 100_000}
ROUNDS = 5
SECONDS = 1.0
STARTS = 3
PATIENCE = 60.0
LIST = "/en/opportunities"
SECRETS = {
    "DEVEX_SECRET_KEY": "for measuring only " * 3,
    "DEVEX_SEAL_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "BASE_URL": "http://127.0.0.1",
}


@dataclass(frozen=True)
class Site:
    """A server that runs, by its port."""

    port: int

    def get(self, path: str) -> bytes:
        """Get a page, following the redirect to its full address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status in (301, 302):
            return self.get(answer.headers["Location"])
        if answer.status != http.client.OK:
            message = f"{path} answers {answer.status}"
            raise RuntimeError(message)
        return body

    def rate(self, path: str, seconds: float = SECONDS) -> float:
        """Count how many requests a second one client gets answered, over one kept connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        answered, begun = 0, time.perf_counter()
        while (spent := time.perf_counter() - begun) < seconds:
            connection.request("GET", path)
            connection.getresponse().read()
            answered += 1
        connection.close()
        return answered / spent


def environment(folder: Path, name: str) -> dict[str, str]:
    """Give the settings of the installation that has one of the worlds."""
    database = f"sqlite:///{folder / name}.sqlite3"
    return {**os.environ, **SECRETS, "DATABASE_URL": database, "FILES_DIR": str(folder / "files")}


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@contextmanager
def served(target: str, settings: dict[str, str]) -> Iterator[Site]:
    """Serve an application by granian, one worker and one thread, until the block ends."""
    port = free_port()
    one = [
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "1",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    place = ["--host", "127.0.0.1", "--port", str(port), target]
    command = [sys.executable, "-m", "granian", *one, *place]
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL)
    try:
        _await(port)
        yield Site(port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _await(port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.02)
    message = "the server did not start"
    raise RuntimeError(message)


def alternating(first: Callable[[], float], second: Callable[[], float]) -> float:
    """Measure two things in turn and give the median of their ratios, so that a slow moment touches both."""
    first(), second()
    return statistics.median(first() / second() for _ in range(ROUNDS))


def pages(folder: Path) -> None:
    """Compare the list and the page with bare ones of the same rows."""
    settings = environment(folder, "usual")
    with served("wsgi:app", settings) as ours, served("scripts.bench_bare:app", settings) as bare:
        one = f"{LIST}/{bench_bare.NUMBER}"
        full = f"{one}-{bench_bare.WORDS}"
        for site in (ours, bare):
            site.get(LIST), site.get(full)
        say("list-vs-bare", alternating(lambda: ours.rate(LIST), lambda: bare.rate(LIST)), ">=0.40")
        say("page-vs-bare", alternating(lambda: ours.rate(full), lambda: bare.rate(full)), ">=0.35")
        weight, requests = bench_weight.first_visit(ours.port, LIST)
        seconds = bench_weight.largest_paint(ours.port, LIST)
    say("weight-list", weight, "<=60", 1)
    say("requests-list", requests, "<=6", 0)
    say("page-lcp-seconds", seconds, "<=2.0")


def growth(folder: Path) -> None:
    """Compare the list of a hundred thousand with that of a thousand, and its last page with its first."""
    with served("wsgi:app", environment(folder, "large")) as large:
        with served("wsgi:app", environment(folder, "small")) as small:
            large.get(LIST), small.get(LIST)
            say("list-growth", alternating(lambda: small.rate(LIST), lambda: large.rate(LIST)), "<=1.2")
        last = f"{LIST}?after={bench_inside.last_page(environment(folder, 'large'))}"
        large.get(last)
        say("list-deep", alternating(lambda: large.rate(LIST), lambda: large.rate(last)), "<=1.5")


def cold_start(folder: Path) -> None:
    """Compare the time from exec to the first 200 with that of a bare Flask and SQLAlchemy application."""
    settings = environment(folder, "small")

    def until_answered(target: str) -> float:
        begun = time.perf_counter()
        with served(target, settings) as site:
            site.get("/health")
            return time.perf_counter() - begun

    ratios = [until_answered("wsgi:app") / until_answered("scripts.bench_bare:orm_app") for _ in range(STARTS)]
    say("cold-start", statistics.median(ratios), "<=3")


def ranking(folder: Path) -> None:
    """Compare the exact ranking of a large procurement with one SQL statement, and its sensitivity with the ranking."""
    settings = environment(folder, "ranked")
    bench_rank.make_world(settings)
    over_sql, report = bench_rank.figures(settings)
    say("rank-vs-sql", over_sql, "<=6")
    say("rank-sensitivity", report, "<=15")


def money(folder: Path) -> None:
    """Compare the intake of notices with a bare route's, and payments carried out with bare calls of the library."""
    settings = {**environment(folder, "small"), **bench_money.SETTINGS}
    with served("wsgi:app", settings) as ours, served("scripts.bench_money:bare", bench_money.prepare(folder)) as bare:
        say("webhook-vs-bare", bench_money.intake(ours.port, bare.port), ">=0.5")
    share, mine, library = bench_pay.figure(environment(folder, "paying"))
    say("pay-vs-library", share, ">=0.7")
    print(f"# {mine:.0f} releases a second carried out, {library:.0f} bare calls; nothing but the stand-in's own delay")


def submitting(folder: Path) -> None:
    """Compare a submission with a bare durable insert; each one seals, signs its receipt and writes its event."""
    share = bench_inside.submit_against_insert(environment(folder, "small"), folder)
    for name in ("submit-vs-insert", "sealed-vs-insert"):
        say(name, share, ">=0.10")


def sealed(folder: Path) -> None:
    """Compare many writers who submit at once with one, and the answers to what is sealed with those to nothing."""
    settings = environment(folder, "small")
    several, one = (bench_sealed.written(settings, bench_sealed.prepare(settings, count)) for count in (8, 1))
    say("submit-fair", several.tail, "<=10")
    say("sealed-timing", bench_sealed.timing(settings), "<=1.05")
    many = bench_sealed.written(settings, bench_sealed.prepare(settings, 16))
    say("sealed-writers-sqlite", many.rate / one.rate, ">=0.8")
    say("sealed-writers-sqlite-tail", many.tail, "<=10")
    if not postgres.is_installed():
        print("# sealed-writers on PostgreSQL: PostgreSQL is not installed")
        return
    with postgres.throwaway() as url:
        settings = {**settings, "DATABASE_URL": url}
        bench_inside.make_world(settings, SIZES["small"])
        bench_sealed.go_on_counting(settings)
        one, many = (bench_sealed.written(settings, bench_sealed.prepare(settings, count)) for count in (1, 16))
        say("sealed-writers-postgresql", many.rate / one.rate, ">=2")
        say("sealed-writers-postgresql-tail", many.tail, "<=10")


def say(name: str, figure: float, aim: str, digits: int = 2) -> None:
    """Print one figure beside its aim."""
    print(f"{name} {figure:.{digits}f} {aim}", flush=True)


def main() -> None:
    """Make the worlds, measure, throw them away."""
    folder = Path(tempfile.mkdtemp(prefix="devex-bench-"))
    try:
        for name, size in SIZES.items():
            bench_inside.make_world(environment(folder, name), size, wordy=name == "usual")
        cold_start(folder)
        pages(folder)
        growth(folder)
        submitting(folder)
        sealed(folder)
        ranking(folder)
        money(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
