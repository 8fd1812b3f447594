"""Comments on a milestone: both sides write and read, the other side is told, nobody else sees them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from contracts import actions, queries
from tests.contracts.people import NOON, Cast, active, drawn_up

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]
HERE = "/en/contracts/1/milestones/1"


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast()


def test_each_side_writes_and_the_other_is_told(cast: Cast) -> None:
    milestone = active(cast).milestones[0]
    writers = (cast.developer, cast.buyer, cast.officer, cast.finance)
    written = [actions.comment(milestone, f"I am {one.name}.", by=one, at=NOON) for one in writers]
    told = select(Notification.recipient_id).where(Notification.kind == "contracts/comment").order_by(Notification.id)
    assert list(db.session.scalars(told)) == [cast.buyer.id, *[cast.developer.id] * 3]
    assert [one.side for one in written] == ["supplier", "department", "department", "department"]
    assert actions.comment(milestone, "I am Fay Finance. ", by=cast.finance, at=NOON) is written[-1]
    with pytest.raises(NotAllowed):
        actions.comment(milestone, "Me too.", by=cast.stranger, at=NOON)
    for body in (" ", "x" * 5_001):
        with pytest.raises(NotValid):
            actions.comment(milestone, body, by=cast.buyer, at=NOON)


def test_nothing_is_written_on_a_declined_contract(cast: Cast) -> None:
    contract = drawn_up(cast)
    actions.decline(contract, "Too busy.", by=cast.developer, at=NOON)
    with pytest.raises(NotNow):
        actions.comment(contract.milestones[0], "Why?", by=cast.buyer, at=NOON)


def test_a_long_exchange_is_read_page_by_page_in_order(cast: Cast) -> None:
    milestone = active(cast).milestones[0]
    for number in range(45):
        actions.comment(milestone, f"Number {number}", by=cast.buyer, at=NOON + timedelta(minutes=number))
    seen: list[str] = []
    before = None
    for _page in range(3):
        listed, before = queries.comments_of(milestone, before)
        seen = [one.body for one in listed] + seen
    assert (seen, before) == ([f"Number {number}" for number in range(45)], None)


def test_the_page_keeps_a_refused_text_and_is_closed_to_others(
    cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    active(cast)
    developer = sign_in(cast.developer)
    refused = developer.post(f"{HERE}/comments", data={"body": "x" * 5_001})
    assert (refused.status_code, "x" * 5_001 in refused.get_data(as_text=True)) == (422, True)
    assert developer.post(f"{HERE}/comments", data={"body": "<b>Where</b> is it?"}).status_code == 303
    for address in (f"{HERE}/comments", "/fr/contrats/1/jalons/1/commentaires", HERE):
        assert "is it?" in sign_in(cast.buyer).get(address).get_data(as_text=True)
    assert "<b>Where" not in sign_in(cast.buyer).get(HERE).get_data(as_text=True)
    assert "is it?" not in client.get(HERE).get_data(as_text=True)
    assert sign_in(cast.stranger).get(f"{HERE}/comments").status_code == 403
    assert sign_in(cast.buyer).get(f"{HERE}/comments?before=1").status_code == 200
