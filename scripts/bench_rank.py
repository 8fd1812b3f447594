"""What the exact ranking of a large procurement costs, from the database, against one SQL statement on the same rows.

One procurement: a thousand proposals, ten rated criteria, five evaluators, and the lowest price for thirty points.
All of it runs in this process and from memory, so processor time is counted: other programs do not touch it.
"""

import gc
import hashlib
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import Connection, Table, delete, insert, update

from app.core.db import db
from auth.models import User
from evaluations import queries, sensitivity
from evaluations.models import Evaluation, PanelMember, Proponent, Score, Sheet
from evaluations.queries.ranking import Ranking
from opportunities.models import Criterion, EvaluationPlan, Opportunity
from proposals.models import Proposal, Submission
from scripts.bench_inside import inside
from scripts.bench_world import BEGINNING, TEXT, fill
from scripts.steps import ROOT

PROPOSALS, CRITERIA, EVALUATORS = 1_000, 10, 5
PRICE_WEIGHT, MOST = 30, 5
ROUNDS = 7
ONE = 1
OPENED = BEGINNING + timedelta(days=40)
RATIONALE = "Clear steps, and a test with people who use a screen reader after each of them."

SQL = """select p.number, sum(s.points * c.weight * 1.0 / c.max_points) / count(distinct h.evaluator_id) as total
from score s join sheet h on h.id = s.sheet_id join proponent p on p.id = h.proponent_id
join criterion c on c.id = s.criterion_id where p.evaluation_id = ? and not s.superseded
group by p.id order by total desc"""

Row = dict[str, Any]


def make_world(settings: Mapping[str, str]) -> None:
    """Make an installation's tables with one procurement whose quality is locked."""
    with inside(settings):
        upgrade(directory=str(ROOT / "migrations"))
        with db.engine.begin() as connection:
            fill(connection, ONE, BEGINNING, TEXT)
            _plan(connection)
            _people(connection)
            _proposals(connection)
            _scores(connection)


def figures(settings: Mapping[str, str]) -> tuple[float, float]:
    """Give the ranking's time over the bare statement's, and the sensitivity report's over the ranking's.

    Medians of the ratios of measurements taken in turn.
    """
    with inside(settings), closing(sqlite3.connect(settings["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        judged = _rank().settled

        def bare() -> list[Any]:
            return connection.execute(SQL, (ONE,)).fetchall()

        def report() -> sensitivity.Report:
            return sensitivity.report(judged.plan, judged.entries, seed=judged.seed)

        if len(bare()) != PROPOSALS or len(judged.entries) != PROPOSALS:
            message = "the ranking and the statement do not read the same proposals"
            raise RuntimeError(message)
        gc.freeze()  # as wsgi.py does for the web server
        times = [(_timed(_rank), _timed(bare), _timed(report)) for _round in range(ROUNDS)]
        gc.unfreeze()
    over_bare = statistics.median(ours / theirs for ours, theirs, _whole in times)
    return over_bare, statistics.median(whole / once for once, _bare, whole in times)


def _rank() -> Ranking:
    db.session.remove()
    return queries.ranking(db.session.get_one(Evaluation, ONE))


def _timed(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


# --- the world -------------------------------------------------------------------------------------------------------


def _plan(connection: Connection) -> None:
    connection.execute(update(Opportunity).values(state="evaluation", value_cents=5_000_000))
    connection.execute(update(EvaluationPlan).values(format="priced", formula="lowest", price_weight=PRICE_WEIGHT))
    connection.execute(delete(Criterion))
    _put(connection, Criterion, (_criterion(number) for number in range(1, CRITERIA + 1)))


def _criterion(number: int) -> Row:
    return {
        "id": number, "key": f"criterion-{number}", "stage_id": ONE, "position": number,
        "title_en": f"Criterion {number}", "title_fr": f"Critère {number}", "earns_en": "Clear steps.",
        "earns_fr": "Des étapes claires.", "weight": (100 - PRICE_WEIGHT) // CRITERIA, "max_points": MOST,
    }  # fmt: skip


def _people(connection: Connection) -> None:
    bidders = range(_bidder(1), _bidder(PROPOSALS) + 1)
    people = ({"id": number, "key": f"person-{number}", "name": f"Person {number}", "language": "en",
               "email": f"person{number}@mail.example", "version": 1, "created_at": BEGINNING}
              for number in (*_evaluators(), *bidders))  # fmt: skip
    _put(connection, User, people)
    _put(connection, Evaluation, ({
        "id": ONE, "opportunity_id": ONE, "first_opener_id": 1, "first_opened_at": OPENED,
        "second_opener_id": _evaluators()[0], "opened_at": OPENED, "seed": "5e" * 32, "state": "locked",
        "version": 1, "locked_at": OPENED,
    } for _ in range(1)))  # fmt: skip
    _put(connection, PanelMember, ({
        "key": f"member-{person}", "opportunity_id": ONE, "user_id": person, "invited_by_id": 1,
        "invited_at": BEGINNING, "answered_at": BEGINNING, "state": "accepted", "version": 1,
        "chairs": person == _evaluators()[0],
    } for person in _evaluators()))  # fmt: skip


def _proposals(connection: Connection) -> None:
    numbers = range(1, PROPOSALS + 1)
    sealed = {name: TEXT.encode() for name in ("content", "key_for_procurement", "key_for_author")}
    _put(connection, Proposal, ({
        "id": number, "key": f"proposal-{number}", "opportunity_id": ONE, "author_id": _bidder(number), **sealed,
        "state": "opened", "version": 1, "created_at": BEGINNING, "updated_at": BEGINNING, "submitted_at": BEGINNING,
    } for number in numbers))  # fmt: skip
    _put(connection, Submission, ({
        "key": f"submission-{number}", "proposal_id": number, "number": 1, "by_id": _bidder(number),
        "received_at": BEGINNING, "edition": 1, "digest": _chance(number).hex(), "sealed_salt": b"", "content": b"",
    } for number in numbers))  # fmt: skip
    _put(connection, Proponent, ({
        "id": number, "key": f"proponent-{number}", "evaluation_id": ONE, "proposal_id": number, "number": number,
        "price_cents": 1_000_000 + int.from_bytes(_chance(number)[:4]) % 4_000_000,
    } for number in numbers))  # fmt: skip


def _scores(connection: Connection) -> None:
    sheets = [(number, person) for number in range(1, PROPOSALS + 1) for person in _evaluators()]
    _put(connection, Sheet, ({
        "id": sheet, "proponent_id": number, "evaluator_id": person, "round": 1, "submitted_at": OPENED, "version": 1,
    } for sheet, (number, person) in enumerate(sheets, 1)))  # fmt: skip
    _put(connection, Score, ({
        "sheet_id": sheet, "criterion_id": criterion, "revision": 1, "points": points % (MOST + 1),
        "rationale": RATIONALE, "at": OPENED,
    } for sheet in range(1, len(sheets) + 1)
      for criterion, points in enumerate(_chance(sheet)[:CRITERIA], 1)))  # fmt: skip


def _evaluators() -> range:
    return range(2, 2 + EVALUATORS)


def _bidder(number: int) -> int:
    return 100 + number


def _chance(number: int) -> bytes:
    """Give bytes that look like chance and are the same on every run."""
    return hashlib.sha256(str(number).encode()).digest()


def _put(connection: Connection, model: Any, rows: Iterator[Row]) -> None:  # noqa: ANN401  (any mapped class)
    table: Table = model.__table__
    connection.execute(insert(table), list(rows))
