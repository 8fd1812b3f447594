"""Publication at a chosen moment: by the clock alone, given up or lost, and told when it cannot be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from app.core.outbox import Notification
from app.jobs import publish_opportunities
from auth.models import Appointment, User
from opportunities import actions, queries
from opportunities.models import Opportunity
from tests.conftest import Travel
from tests.factories import make_department, make_opportunity, make_staff

NOON = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
SignIn = Callable[[User], FlaskClient]


class Desk:
    """A department with what its officer reviews."""

    def __init__(self) -> None:
        self.department = make_department()
        self.buyer = make_staff("buyer", self.department, "Bea Buyer")
        self.officer = make_staff("officer", self.department, "Omar Officer", language="fr")

    def opportunity(self, state: str = "review") -> Opportunity:
        return make_opportunity(self.department, self.buyer, state=state)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def told(kind: str) -> list[str]:
    return list(db.session.scalars(select(Notification.address).filter_by(kind=f"opportunities/{kind}")))


def log(action: str) -> list[tuple[str, str | None]]:
    found = db.session.scalars(select(Event).filter_by(action=f"opportunity.{action}").order_by(Event.id))
    return [(one.actor_name, one.audience) for one in found]


def test_the_clock_publishes_at_the_chosen_moment_and_not_before(desk: Desk) -> None:
    opportunity = desk.opportunity("approved")
    actions.schedule(opportunity, LATER, by=desk.officer, at=NOON)
    assert actions.publish_due(at=LATER - timedelta(microseconds=1)) == []
    assert actions.publish_due(at=LATER) == [opportunity]
    assert (opportunity.state, opportunity.published_at, opportunity.publish_at) == ("open", LATER, None)
    assert (opportunity.editions[0].by, log("publish")) == (desk.officer, [("clock", "public")])
    assert told("published") == [desk.buyer.email]
    assert actions.publish_due(at=LATER) == []


def test_a_moment_that_is_past_or_after_the_closing_is_refused(desk: Desk) -> None:
    opportunity = desk.opportunity("approved")
    assert opportunity.closing_at is not None
    for moment in (NOON, opportunity.closing_at):
        with pytest.raises(NotValid):
            actions.schedule(opportunity, moment, by=desk.officer, at=NOON)


def test_only_another_officer_chooses_the_moment(desk: Desk) -> None:
    opportunity = desk.opportunity("approved")
    for person in (desk.buyer, make_staff("officer", make_department("lakes"))):
        with pytest.raises(NotAllowed):
            actions.schedule(opportunity, LATER, by=person, at=NOON)
    db.session.rollback()
    opportunity.author = desk.officer
    with pytest.raises(NotAllowed):
        actions.schedule(opportunity, LATER, by=desk.officer, at=NOON)


def test_what_the_publication_lacks_by_then_is_told_instead(desk: Desk) -> None:
    opportunity = desk.opportunity("approved")
    actions.schedule(opportunity, LATER, by=desk.officer, at=NOON)
    opportunity.repository = ""
    assert actions.publish_due(at=LATER) == []
    assert (opportunity.state, opportunity.publish_at, opportunity.publisher) == ("approved", None, None)
    assert sorted(told("not_published")) == sorted([desk.buyer.email, desk.officer.email])
    assert log("miss") == [("clock", "parties")]
    assert actions.publish_due(at=LATER + timedelta(minutes=1)) == []


def test_an_officer_who_left_publishes_nothing_by_the_clock(desk: Desk) -> None:
    opportunity = desk.opportunity("approved")
    actions.schedule(opportunity, LATER, by=desk.officer, at=NOON)
    db.session.scalars(select(Appointment).filter_by(user_id=desk.officer.id)).one().ends_at = NOON
    assert actions.publish_due(at=LATER) == []
    why = db.session.scalars(select(Event.facts).filter_by(action="opportunity.miss")).one()
    assert why == {"why": "role"}


@pytest.mark.parametrize("act", ["unschedule", "take_back", "ask_for_changes"])
def test_the_chosen_moment_is_given_up_or_lost_with_the_approval(desk: Desk, act: str) -> None:
    opportunity = desk.opportunity("approved")
    actions.schedule(opportunity, LATER, by=desk.officer, at=NOON)
    if act == "unschedule":
        actions.unschedule(opportunity, by=desk.officer, at=NOON)
    elif act == "take_back":
        actions.take_back(opportunity, by=desk.buyer, at=NOON)
    else:
        actions.ask_for_changes(opportunity, "Shorter.", by=desk.officer, at=NOON)
    assert (opportunity.publish_at, actions.publish_due(at=LATER)) == (None, [])


@pytest.mark.parametrize(
    ("address", "again", "sentence"),
    [
        (
            "/en/opportunities/{}/review/publish",
            "/en/opportunities/{}/review/wait",
            "Do not publish it then",
        ),
        ("/fr/defis/{}/examen/publication", "/fr/defis/{}/examen/attente", "Ne pas le publier à ce moment"),
    ],
)
def test_an_officer_chooses_a_moment_and_gives_it_up_in_the_browser(
    desk: Desk, client: FlaskClient, sign_in: SignIn, travel: Travel, address: str, again: str, sentence: str
) -> None:
    number = desk.opportunity("approved").number
    officer = sign_in(desk.officer)
    later = {"zone": "America/Toronto", "when": "later"}
    assert officer.post(address.format(number), data=later).status_code == 422
    past = officer.post(address.format(number), data={**later, "publish_at": "2026-06-01T09:00"})
    assert (past.status_code, "2026-06-01T09:00" in past.text) == (422, True)
    chosen = {**later, "publish_at": "2026-06-12T09:00"}
    assert officer.post(address.format(number), data=chosen, follow_redirects=True).text.count(sentence) == 1
    assert officer.post(again.format(number)).status_code == 303
    assert officer.post(again.format(number)).status_code == 409
    assert officer.post(address.format(number), data=chosen).status_code == 303
    travel(datetime(2026, 6, 12, 13, 0, tzinfo=UTC))
    assert publish_opportunities() == 1
    assert queries.get_opportunity(number).state == "open"
