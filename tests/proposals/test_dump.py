"""Who takes the database, the files, the logs, the mails and a backup away before the opening has read nothing.

Several people write at once, alone and for an organization; some submit, one changes, one withdraws, one only drafts.
Requests are refused, break down and come without a session. Whatever stands anywhere of what they wrote is listened
for in every disguise; afterwards, where it belongs, it must be heard.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.logging import default_handler
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.files import DiskStore, chosen
from app.jobs import close_opportunities
from evaluations import actions as evaluations
from evaluations.models import Evaluation
from opportunities.models import Opportunity
from tests.conftest import Travel
from tests.disguises import Ear
from tests.dump import Post, do_every_job, everything_at_rest, forget_what_was
from tests.factories import CLOSING
from tests.proposals.story import make_story, priced_plan
from tests.proposals.writers import CENTS, FIELDS, PRICES, TYPED, Sealed, SignIn


@pytest.fixture
def sealed(client: FlaskClient, sign_in: SignIn) -> Sealed:
    forget_what_was()
    return Sealed(make_story(**priced_plan()), sign_in)


def write(sealed: Sealed, *names: str) -> None:
    """Let people write."""
    for name in names:
        sealed.write(name)


@pytest.fixture
def broken(application: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Let faults be answered as in production; the store's folder can be made unusable, until the test is over."""
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", value=False)
    application.logger.addHandler(default_handler)
    store = chosen.store

    def break_it() -> None:
        (tmp_path / "no-folder").write_text("")
        chosen.store = DiskStore(tmp_path / "no-folder")

    yield break_it
    chosen.store = store
    application.logger.removeHandler(default_handler)


def go_wrong(
    sealed: Sealed, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[], None]
) -> None:
    """Be refused in each way that there is, always with something sealed in the hand."""
    long = {name: f"{value} " * 150 for name, value in sealed.answers("robin", "refused").items()}
    sealed.post("robin", "/approach", 422, **long)
    sealed.post("robin", "/approach", **sealed.answers("robin", "changed"))
    sealed.post("robin", "/plan", 422, price_cents=f"{sealed.mark} {TYPED}")
    sealed.post("robin", "/team", 422, **{"team-0-name": sealed.mark, "team-0-link": f"javascript:{sealed.mark}"})
    sealed.post("robin", "/files", 422, file=(BytesIO(sealed.mark.encode()), f"{sealed.mark}.exe"))
    sealed.post("robin", "/check")
    sealed.post("robin", "/debrief", 405, words=sealed.mark)
    sealed.post("robin", f"/approach?q={sealed.mark}%00", 400, **sealed.answers("robin"))
    for name in ("rosa", "dan"):
        stranger = sealed.browsers[name].post(f"{sealed.homes['robin']}/approach", data=sealed.answers("robin"))
        assert stranger.status_code == 404
    without_session = client.post(
        f"{sealed.homes['robin']}/approach", data=sealed.answers("robin"), headers={"Origin": "http://localhost"}
    )
    assert (without_session.status_code, "kept=" in str(without_session.headers)) == (303, True)
    with monkeypatch.context() as patch:
        patch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 500)
        sealed.post("robin", "/files", 413, file=sealed.file("robin"))
    break_it()
    sealed.post("robin", "/files", 500, file=sealed.file("robin"))


def seat_panel(sealed: Sealed) -> None:
    """Seat Eve alone on the panel."""
    with transaction() as at:
        officer, eve = sealed.person("officer"), sealed.person("eve")
        opportunity = db.session.scalars(select(Opportunity)).one()
        seat = evaluations.invite(opportunity, eve.email, chairs=True, by=officer, at=at)
        evaluations.answer(
            seat, accepts=True, conflict=False, words="I know none of them, and none of them knows me.", by=eve, at=at
        )


def open_half(sealed: Sealed, travel: Travel) -> int:
    """Let it close, be late, and let the first of two people open; gives the number of the evaluation."""
    travel(CLOSING + timedelta(minutes=1))
    sealed.enter()
    sealed.post("robin", "/approach", 409, **sealed.answers("robin", "late"))
    sealed.post("robin", "/check", 409)
    close_opportunities()
    with transaction() as at:
        opportunity = db.session.scalars(select(Opportunity)).one()
        return evaluations.begin_opening(opportunity, by=sealed.person("officer"), at=at).id


def test_who_takes_everything_away_before_the_opening_has_read_nothing(
    sealed: Sealed, application: Flask, client: FlaskClient, travel: Travel, broken: Callable[[], None],
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    post = Post()
    write(sealed, "robin", "rosa", "wim", "dan")
    go_wrong(sealed, client, monkeypatch, broken)
    do_every_job(application, post)
    open_half(sealed, travel)
    do_every_job(application, post)
    kept = everything_at_rest(application, tmp_path / "backup.tar.gz")
    logged = "".join(capfd.readouterr()).encode()
    everything = [*kept, *post.sent, logged]
    assert (b"FileExistsError" in logged, post.told) == (True, sealed.addresses(*sealed.homes, "second"))
    assert Ear("Three Pines Software").hears(kept[-1]) >= {"utf-8"}
    assert sealed.ear.hears(*everything) == set()
    assert [one for one in everything if CENTS.to_bytes(6, "big") in one] == []


def test_whom_it_belongs_to_hears_all_of_it_and_from_the_opening_the_panel(sealed: Sealed, travel: Travel) -> None:
    write(sealed, "robin", "rosa")
    own = [sealed.homes["rosa"] + page for page in ("/approach", "/plan", "/team", "/files", "/check", "/copy")]
    home = sealed.browsers["rosa"].get(own[3]).text
    own.append(re.findall(r'href="([^"]*/files/[^"]+)"', home)[0])
    before = [sealed.browsers["rosa"].get(page).get_data() for page in own]
    assert [field for field in FIELDS if not Ear(sealed.song("rosa", field)).hears(*before)] == []
    assert Ear(*PRICES).hears(*before) != set()
    seat_panel(sealed)
    number = open_half(sealed, travel)
    with transaction() as at:
        evaluations.complete_opening(db.session.get_one(Evaluation, number), by=sealed.person("second"), at=at)
    base = f"/en/opportunities/{sealed.number}/evaluation"
    pages = [f"{base}/{proponent}{page}" for proponent in (1, 2) for page in ("", "/files/1")]
    after = [sealed.browsers["eve"].get(page, follow_redirects=True).get_data() for page in pages]
    heard = {(name, field) for name in sealed.homes for field in FIELDS if Ear(sealed.song(name, field)).hears(*after)}
    assert heard == {(name, field) for name in ("robin", "rosa") for field in ("answer", "bytes")}
