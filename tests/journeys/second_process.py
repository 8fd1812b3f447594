"""A second process of the same exchange: it does each step that it reads from a line, and answers what came out.

`python -m tests.journeys.second_process` reads the installation's settings first. It is started once, and is warm.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from app.core import clock
from app.core.db import db
from app.factory import create_app
from tests.journeys.tender_acts import Cast, Step, carry_out

ROOT = Path(__file__).parents[2]


class SecondProcess:
    """The other end of its pipe."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self.program = program

    def begin(self, cast: Cast, step: Step) -> None:
        """Ask for a step and wait until it has begun; its clock is moved as ours is, and never shows less."""
        real = time_machine.escape_hatch.datetime.datetime.now(UTC)
        ahead = clock.now() - real
        self.says({"cast": cast.as_dict(), "step": step, "ahead": ahead.total_seconds()})
        self.hears()

    def says(self, what: Mapping[str, Any]) -> None:
        assert self.program.stdin is not None
        self.program.stdin.write(json.dumps(what) + "\n")
        self.program.stdin.flush()

    def hears(self) -> dict[str, str]:
        assert self.program.stdout is not None
        said: dict[str, str] = json.loads(self.program.stdout.readline())
        return said

    def answer(self) -> str:
        """Wait for what came out; an error there is one here."""
        said = self.hears()
        assert not said["error"], said["error"]
        return said["came"]


@contextmanager
def second_process(settings: Mapping[str, str]) -> Iterator[SecondProcess]:
    """Start it; it ends with its input."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.second_process"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as program:  # fmt: skip
        other = SecondProcess(program)
        other.says(settings)
        try:
            yield other
        finally:
            assert program.stdin is not None
            program.stdin.close()
            program.wait()


def answer(cast: dict[str, Any], step: list[Any], ahead: float) -> dict[str, str]:
    """Do one step at the moment that the asker's clock shows."""
    name, by, given = step
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True) as traveller:
        shown = clock.now()
        traveller.shift(ahead - (shown - time_machine.escape_hatch.datetime.datetime.now(UTC)).total_seconds())
        print(json.dumps({"begun": name}), flush=True)  # noqa: T201
        try:
            return {"came": carry_out(Cast(**cast), Step(name, by, tuple(given))), "error": ""}
        except Exception:  # noqa: BLE001  (whatever it is, the asker fails by it)
            return {"came": "", "error": traceback.format_exc()}
        finally:
            db.session.remove()


def main() -> None:
    """Answer until the input ends."""
    app = create_app(json.loads(sys.stdin.readline()))
    with app.app_context():
        for line in sys.stdin:
            print(json.dumps(answer(**json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
