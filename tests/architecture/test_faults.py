"""A fault behind a sealed address is nobody's but its author's, and neither its page nor its line in the log tells."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.logging import default_handler
from sqlalchemy import func, select, update

from app.core.db import db
from app.core.files import DiskStore, chosen
from app.core.keyring import keyring
from app.core.outbox import Notification
from proposals.models import AuthorKey, Proposal
from tests.architecture.answers import Seen
from tests.architecture.canaries import CANARY
from tests.architecture.places import VISITORS
from tests.architecture.test_before_opening import OUTSIDERS, leading_to_a_proposal
from tests.architecture.visits import Visits, elsewhere, undone, values

PLACE = "open"
Fault = Callable[[pytest.MonkeyPatch, Path], None]


def unreadable(_patch: pytest.MonkeyPatch, _folder: Path) -> None:
    """Alter each seal."""
    db.session.execute(update(Proposal).values(content=b"altered"))


def unwrapped(_patch: pytest.MonkeyPatch, _folder: Path) -> None:
    """Alter each author's key."""
    db.session.execute(update(AuthorKey).values(wrapped_private_key=b"altered"))


def keyless(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    """Lose the platform's key."""
    patch.setattr(keyring, "_keys", ())


def without_files(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lose the folder of files."""
    (folder / "no-folder").write_text("")
    patch.setattr(chosen, "store", DiskStore(folder / "no-folder"))


FAULTS: dict[str, tuple[Fault, set[int]]] = {
    "the seal": (unreadable, {500}),
    "the author's key": (unwrapped, {500}),
    "the platform's key": (keyless, {500}),
    "the files": (without_files, {200, 404}),
}
"""What is broken, and how its author is answered who reads."""


@pytest.fixture
def answered(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let faults be answered as in production, and stand in the log."""
    monkeypatch.setitem(visits.app.config, "PROPAGATE_EXCEPTIONS", value=False)
    visits.app.logger.addHandler(default_handler)
    yield
    visits.app.logger.removeHandler(default_handler)


def asked(visits: Visits, who: str, method: str, endpoint: str, given: dict[str, Any]) -> Seen:
    answer = visits.browser(who).open(visits.address(endpoint, given), method=method)
    return visits.seen(answer, endpoint, given)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.once
@pytest.mark.usefixtures("answered")
def test_a_fault_inside_shows_to_no_outsider_and_tells_nothing(
    visits: Visits, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    breaks, codes = FAULTS[fault]
    differs, told = [], list[str]()
    with undone(monkeypatch), monkeypatch.context() as patch:
        letters = db.session.scalar(select(func.count()).select_from(Notification))
        breaks(patch, tmp_path)
        db.session.commit()
        for number, endpoint in enumerate(leading_to_a_proposal(visits)):
            given = values(visits.world, endpoint, PLACE, set(visits.rules[endpoint].arguments))
            visitor, method = OUTSIDERS[number % len(OUTSIDERS)], visits.methods(endpoint)[-1]
            for who in {visitor, VISITORS[0], "developer"}:
                answers = [asked(visits, who, method, endpoint, one) for one in (given, elsewhere(given))]
                if answers[0] != answers[1] or answers[0][0] not in (303, 404):
                    differs.append((who, method, endpoint, answers[0][0]))
        given = values(visits.world, "proposals.file", PLACE, {"key", "file"})
        for endpoint in ("proposals.approach", "proposals.file"):
            parts = {name: given[name] for name in visits.rules[endpoint].arguments & given.keys()}
            own = visits.browser("author").get(visits.address(endpoint, parts))
            told.append(own.text)
            assert own.status_code in codes
        assert db.session.scalar(select(func.count()).select_from(Notification)) == letters
    logged = "".join(capfd.readouterr())
    assert differs == []
    assert ("Traceback" in logged) == (500 in codes)
    assert CANARY.findall(logged) == []
    assert CANARY.findall("".join(told[1:])) == []
