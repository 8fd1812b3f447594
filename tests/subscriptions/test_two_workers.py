"""Two workers read the log at once: nothing is skipped, nothing told twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import CLOCK, Cursor, EventNumber
from app.core.db import transaction
from app.core.outbox import Notification
from opportunities.searching import Search
from subscriptions import actions
from subscriptions.models import Match
from tests.factories import make_user
from tests.subscriptions.story import alert, follow, letters, make_story

EVENTS = 30


def read_to_the_end(app: Flask, together: Barrier) -> int:
    """Number, tell and send digests as a worker does, until nothing is left."""
    with app.app_context():
        together.wait(10)
        read = 0
        while True:
            with transaction():
                audit.number_events()
            with transaction() as at:
                told = actions.tell(limit=4)
                actions.send_digests(at=at)
            if not told:
                return read
            read += told


def test_two_workers_tell_each_event_once(app: Flask, session: Session) -> None:
    story = make_story()
    follow(story.opportunity, make_user())
    follow(story.opportunity, make_user(language="fr"))
    alert("daily@mail.example", Search(), "instant")
    for number in range(EVENTS):
        with transaction() as at:
            action = "opportunity.answer" if number else "opportunity.publish"
            audit.record(action, story.opportunity.subject, by=CLOCK, at=at, question=number)
    together = Barrier(2)
    with ThreadPoolExecutor(2) as workers:
        read = list(workers.map(lambda _number: read_to_the_end(app, together), range(2)))
    session.rollback()
    told = session.scalar(select(func.count()).where(Notification.kind == "subscriptions/answered"))
    assert told == 2 * (EVENTS - 1)
    assert len(letters("match")) == 1
    assert session.scalars(select(Match.notification_id)).all() == [letters("match")[0].id]
    numbers = session.scalars(select(EventNumber.number).order_by(EventNumber.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))
    assert sum(read) == len(numbers)
    assert session.scalars(select(Cursor.number).where(Cursor.name == "subscriptions")).one() == numbers[-1]
