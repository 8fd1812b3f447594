"""Alerts, following, stopping and the mailbox as people use them, in both languages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import CLOCK, Subject
from app.core.db import transaction
from app.core.mail import Mailbox, deliver_due
from app.core.outbox import Address, Notification, Suppression, post
from auth.models import User
from subscriptions.models import SavedSearch, Watch
from tests.conftest import NOON, Travel
from tests.factories import make_skill, make_user
from tests.subscriptions.story import follow, happen, letters, make_story

SignIn = Callable[[User], FlaskClient]


def link_in(letter: Notification) -> str:
    found = re.search(r"\(http://devex\.test(/[^)]*/(?:confirm|confirmer)/[^)]*)\)", letter.body)
    assert found is not None
    return found[1]


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("page", "kind", "subject"),
    [("/en/alerts", "Alerts", "Confirm your alert"), ("/fr/avis", "Avis", "Confirmez votre demande d’avis")],
)
def test_an_address_alone_gets_an_alert_in_two_clicks_and_stops_it_in_one(
    client: FlaskClient, session: Session, page: str, kind: str, subject: str
) -> None:
    make_skill()
    answer = client.post(
        f"{page}?q=maps&skill=python&min=5000", data={"email": " Me@Mail.example ", "frequency": "daily"}
    )
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    (letter,) = letters("confirm_alert")
    assert (letter.address, letter.subject) == ("me@mail.example", subject)
    confirmed = client.get(link_in(letter), follow_redirects=True)
    assert confirmed.status_code == 200
    assert kind in confirmed.text
    assert "maps" in confirmed.text
    assert "Python" in confirmed.text
    saved = session.scalars(select(SavedSearch)).one()
    assert saved.query == {"q": ["maps"], "skill": ["python"], "min": ["5000"]}
    assert saved.confirmed_at is not None
    stopped = client.get(page.replace("alerts", "alerts/stop").replace("avis", "avis/arreter") + f"/{letter.key}")
    assert stopped.status_code == 200
    session.expire_all()
    assert saved.stopped_at is not None


def test_a_mail_programs_one_click_post_stops_without_token_or_cookie(client: FlaskClient, session: Session) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    try:
        story = make_story()
        follow(story.opportunity, make_user())
        happen("answer", story.opportunity, by=story.buyer, question=1)
        (letter,) = letters("answered")
        answer = client.post(f"/en/alerts/stop/{letter.key}", data={"List-Unsubscribe": "One-Click"})
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    assert session.scalars(select(Watch)).one().stopped_at is not None


def test_looking_at_the_head_of_a_stop_link_stops_nothing(client: FlaskClient, session: Session) -> None:
    story = make_story()
    watch = follow(story.opportunity, make_user())
    assert client.head(f"/en/alerts/stop/{watch.key}").status_code == 200
    assert session.scalars(select(Watch)).one().stopped_at is None


def test_a_stop_is_taken_back_by_one_button(client: FlaskClient, session: Session) -> None:
    story = make_story()
    watch = follow(story.opportunity, make_user())
    client.get(f"/en/alerts/stop/{watch.key}")
    client.post(f"/en/alerts/stop-all/{watch.key}")
    assert session.scalars(select(Suppression.kind)).all() == ["*"]
    answer = client.post(f"/en/alerts/start/{watch.key}", follow_redirects=True)
    assert answer.status_code == 200
    assert session.scalars(select(Suppression)).all() == []
    session.expire_all()
    assert session.scalars(select(Watch)).one().stopped_at is None


def test_stopping_from_a_message_of_another_kind_stops_its_group_in_one_click(
    client: FlaskClient, session: Session
) -> None:
    with transaction() as at:
        event = audit.record("test.done", Subject("test", 1), by=CLOCK, at=at)
        to = Address("one@mail.example", "en")
        letter = session.get_one(Notification, post("subscriptions/confirm_alert", to=to, event=event, key="k"))
        letter.kind = "proposals/withdrawn"
        key = letter.key
    page = client.get(f"/en/alerts/stop/{key}")
    assert "Your proposals: receipts and results" in page.text
    kinds = set(session.scalars(select(Suppression.kind)))
    assert {"proposals/receipt", "proposals/withdrawn"} <= kinds
    client.post(f"/en/alerts/start/{key}")
    assert session.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize(
    "typed", ["", "nobody", "a@b", "a b@mail.example", "a@mail.example\nBcc: b@mail.example", "é@mail.example"]
)
def test_what_is_no_address_is_said_beside_the_field_and_kept(client: FlaskClient, typed: str) -> None:
    answer = client.post("/fr/avis?q=cartes", data={"email": typed, "frequency": "weekly"})
    assert answer.status_code == 422
    assert "Écrivez une adresse de courriel" in answer.text
    assert re.search(r'value="weekly"[^>]*checked|checked[^>]*value="weekly"', answer.text)
    assert letters("confirm_alert") == []


def test_an_address_is_not_asked_without_end(client: FlaskClient, travel: Travel) -> None:
    answers = [
        client.post(f"/en/alerts?q=word{number}", data={"email": "victim@mail.example", "frequency": "instant"})
        for number in range(6)
    ]
    assert [answer.status_code for answer in answers] == [303] * 5 + [422]
    assert len(letters("confirm_alert")) == 5
    travel(NOON + timedelta(days=2))
    again = client.post("/en/alerts?q=later", data={"email": "victim@mail.example", "frequency": "instant"})
    assert again.status_code == 303


def test_nothing_that_was_searched_for_is_in_the_mail_that_asks_to_confirm(client: FlaskClient) -> None:
    client.post("/en/alerts?q=visit+evil.example", data={"email": "victim@mail.example", "frequency": "instant"})
    assert "evil" not in letters("confirm_alert")[0].body


def test_a_signed_in_persons_own_address_needs_no_confirmation(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    person = make_user()
    browser = sign_in(person)
    assert f'value="{person.email}"' in browser.get("/en/alerts?q=maps").text
    data = {"email": person.email, "frequency": "instant"}
    answer = browser.post("/en/alerts?q=maps", data=data, follow_redirects=True)
    assert "You will be told of new opportunities that match: “maps”." in answer.text
    assert session.scalars(select(SavedSearch)).one().user_id == person.id
    assert letters("confirm_alert") == []


def test_following_takes_one_click_with_an_account_and_a_confirmation_without(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    story, person = make_story(), make_user()
    page = f"/en/opportunities/{story.opportunity.number}/follow"
    sign_in(person).post(page, data={"email": person.email})
    client.post(page, data={"email": "alone@mail.example"})
    mine, alone = session.scalars(select(Watch).order_by(Watch.id)).all()
    assert (mine.user_id, mine.confirmed_at is not None) == (person.id, True)
    assert (alone.user_id, alone.confirmed_at) == (None, None)
    client.get(link_in(letters("confirm_follow")[0]))
    session.expire_all()
    assert alone.confirmed_at is not None
    sign_in(person).post(page.replace("follow", "unfollow"))
    session.expire_all()
    assert mine.stopped_at is not None


@pytest.mark.parametrize("state", ["draft", "review", "approved"])
def test_a_draft_cannot_be_followed_by_anybody(client: FlaskClient, sign_in: SignIn, state: str) -> None:
    story = make_story(state=state)
    for browser in (client, sign_in(make_user())):
        assert browser.get(f"/en/opportunities/{story.opportunity.number}/follow").status_code == 404
        assert browser.post(f"/en/opportunities/{story.opportunity.number}/follow").status_code == 404


def test_each_person_sees_their_own_mailbox_and_nobody_elses(client: FlaskClient, sign_in: SignIn) -> None:
    story, mine, other = make_story(), make_user("Mine"), make_user("Other", language="fr")
    follow(story.opportunity, mine)
    follow(story.opportunity, other)
    happen("answer", story.opportunity, by=story.buyer, question=1)
    to_mine, to_other = letters("answered")
    page = sign_in(mine).get("/en/mailbox").text
    assert to_mine.key in page
    assert to_other.key not in page
    assert "Hello Mine," in sign_in(mine).get(f"/en/mailbox/{to_mine.key}").text
    strange, missing = (sign_in(mine).get(f"/en/mailbox/{key}") for key in (to_other.key, "no-such-key"))
    assert strange.status_code == missing.status_code == 404
    assert main_of(strange.text) == main_of(missing.text)
    assert client.get("/en/mailbox").status_code == 303
    assert 'lang="fr"' in sign_in(other).get(f"/en/mailbox/{to_other.key}").text


def test_a_long_mailbox_is_paged(client: FlaskClient, sign_in: SignIn) -> None:
    story, person = make_story(), make_user()
    follow(story.opportunity, person)
    for _number in range(27):
        happen("answer", story.opportunity, by=story.buyer, question=1)
    first = sign_in(person).get("/fr/courrier").text
    found = re.search(r'href="(/fr/courrier\?before=[\d-]+)"', first)
    assert found is not None
    assert first.count('href="/fr/courrier/') == 25
    assert sign_in(person).get(found[1]).text.count('href="/fr/courrier/') == 2


def test_a_person_chooses_by_group_what_comes_by_mail(client: FlaskClient, sign_in: SignIn, session: Session) -> None:
    story, person = make_story(), make_user()
    browser = sign_in(person)
    assert browser.get("/en/account/alerts").text.count("checked") == 8
    browser.post("/en/account/alerts", data={"groups": ["alerts", "contracts"]})
    assert browser.get("/fr/compte/avis").text.count("checked") == 2
    follow(story.opportunity, person)
    happen("answer", story.opportunity, by=story.buyer, question=1)
    assert letters("answered")[0].withheld_at is not None
    assert deliver_due(Mailbox(), "DevEx <devex@exchange.example>") == 0
    browser.post("/en/account/alerts", data={"nothing": "1"})
    assert set(session.scalars(select(Suppression.kind))) == {"*"}
    assert browser.post("/en/account/alerts", data={"groups": ["nonsense"]}).status_code == 422


@pytest.mark.parametrize(
    ("feed", "title"), [("/en/opportunities.atom", "River gauges on a map"), ("/fr/defis.atom", "Jauges")]
)
def test_the_feed_lists_what_the_list_lists(client: FlaskClient, feed: str, title: str) -> None:
    make_story()
    answer = client.get(feed)
    assert answer.mimetype == "application/atom+xml"
    assert title in answer.text
    assert title not in client.get(f"{feed}?min=100000").text


def test_the_calendar_holds_each_closing(client: FlaskClient) -> None:
    make_story()
    answer = client.get("/fr/defis.ics")
    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20260624T180000Z" in answer.text
    assert "SUMMARY:Clôture\u00a0: Jauges fluviales sur une carte" in answer.text
