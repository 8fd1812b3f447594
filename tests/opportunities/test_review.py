"""Review and publication: comments on pages, what changed since, the machine's checks, a moment chosen for later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from opportunities import actions, queries
from opportunities.models import Comment, Opportunity
from subscriptions.models import SavedSearch
from tests.factories import make_department, make_opportunity, make_staff, make_user
from tests.opportunities.forms_of import typed_in

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


def test_a_comment_stays_with_its_page_after_sending_back_until_it_is_settled(desk: Desk) -> None:
    opportunity = desk.opportunity()
    one = actions.comment(opportunity, "need", " For whom? ", by=desk.officer, at=NOON)
    actions.ask_for_changes(opportunity, "", by=desk.officer, at=NOON)
    assert (opportunity.state, one.body, one.settled_at, told("changes_asked")) == (
        "draft", "For whom?", None, [desk.buyer.email],
    )  # fmt: skip
    actions.settle(one, "Canoeists.", by=desk.buyer, at=LATER)
    assert (one.answer, one.settled_at, one.settled_by) == ("Canoeists.", LATER, desk.buyer)
    assert [log("comment"), log("settle")] == [[("Omar Officer", "parties")], [("Bea Buyer", "parties")]]


def test_the_same_comment_sent_twice_is_one(desk: Desk) -> None:
    opportunity = desk.opportunity()
    first = actions.comment(opportunity, "need", "For whom?", by=desk.officer, at=NOON)
    assert actions.comment(opportunity, "need", "For whom?", by=desk.officer, at=LATER) is first


def test_nothing_goes_back_without_a_word_or_a_comment(desk: Desk) -> None:
    with pytest.raises(NotValid):
        actions.ask_for_changes(desk.opportunity(), " ", by=desk.officer, at=NOON)


def test_only_an_officer_who_did_not_write_it_comments_and_only_in_review(desk: Desk) -> None:
    opportunity = desk.opportunity()
    for person in (desk.buyer, make_user("Dev Eloper"), make_staff("officer", make_department("lakes"))):
        with pytest.raises(NotAllowed):
            actions.comment(opportunity, "need", "Hm.", by=person, at=NOON)
    with pytest.raises(NotNow):
        actions.comment(desk.opportunity("draft"), "need", "Hm.", by=desk.officer, at=NOON)
    with pytest.raises(NotFound):
        actions.comment(opportunity, "languages", "Hm.", by=desk.officer, at=NOON)
    with pytest.raises(NotValid):
        actions.comment(opportunity, "need", "x" * 5_001, by=desk.officer, at=NOON)


def test_a_comment_is_settled_in_the_draft_once_by_those_who_write_it(desk: Desk) -> None:
    opportunity = desk.opportunity()
    one = actions.comment(opportunity, "need", "For whom?", by=desk.officer, at=NOON)
    with pytest.raises(NotNow):
        actions.settle(one, by=desk.buyer, at=NOON)
    actions.ask_for_changes(opportunity, "", by=desk.officer, at=NOON)
    for person in (
        make_user("Dev Eloper"),
        make_staff("finance", desk.department),
        make_staff("buyer", make_department("lakes")),
    ):
        with pytest.raises(NotAllowed):
            actions.settle(one, by=person, at=NOON)
    actions.settle(one, by=desk.buyer, at=NOON)
    with pytest.raises(NotNow):
        actions.settle(one, "Again.", by=desk.buyer, at=NOON)


@pytest.mark.parametrize(
    "words",
    [
        ("en", "opportunities", "review", "draft", "Comment on: Problem and users", "1 comment to settle",
         "What changed since it was sent back"),
        ("fr", "defis", "examen", "ebauche", "Commenter\u00a0: Problème et utilisateurs", "1 commentaire à régler",
         "Ce qui a changé depuis le renvoi"),
    ],
)  # fmt: skip
def test_a_round_of_review_goes_by_links_and_buttons_alone(
    desk: Desk, client: FlaskClient, sign_in: SignIn, words: tuple[str, ...]
) -> None:
    lang, root, review, draft, link, waits, changed = words
    opportunity = desk.opportunity()
    home = f"/{lang}/{root}/{opportunity.number}"
    officer, buyer = sign_in(desk.officer), sign_in(desk.buyer)
    assert link in officer.get(f"{home}/{review}").text
    page = "comment/need" if lang == "en" else "commentaire/need"
    assert officer.post(f"{home}/{review}/{page}", data={"body": " "}).status_code == 422
    kept = officer.post(f"{home}/{review}/{page}", data={"body": "<b>Whom</b>?"})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"{home}/{review}#comments-need")
    assert officer.post(f"{home}/{review}", data={"decision": "changes"}).status_code == 303
    assert waits in buyer.get(f"{home}/{draft}").text
    key = db.session.scalars(select(Comment.key)).one()
    section = buyer.get(f"{home}/{draft}/{'need' if lang == 'en' else 'besoin'}").text
    assert f"/{key}" in section
    assert "<b>Whom" not in section
    settle = f"{home}/{draft}/{'comments' if lang == 'en' else 'commentaires'}/{key}"
    assert buyer.get(settle).status_code == 200
    assert buyer.post(settle, data={"answer": "Canoeists."}).status_code == 303
    assert buyer.get(settle).status_code == 409
    assert waits not in buyer.get(f"{home}/{draft}").text
    fresh = queries.get_opportunity(opportunity.number)
    fresh.problem = type(fresh.problem)("Nobody can see the new gauges.", fresh.problem.fr)
    actions.send_for_review(fresh, by=desk.buyer, at=LATER)
    db.session.commit()
    again = officer.get(f"{home}/{review}").text
    assert changed in again
    assert "<ins>new </ins>" in again
    assert "Canoeists." in again


def test_comments_are_nobodys_outside_the_department(desk: Desk, client: FlaskClient, sign_in: SignIn) -> None:
    opportunity = desk.opportunity()
    one = actions.comment(opportunity, "need", "For whom?", by=desk.officer, at=NOON)
    db.session.commit()
    home = f"/en/opportunities/{opportunity.number}"
    for person in (make_user("Dev Eloper"), make_staff("officer", make_department("lakes"))):
        browser = sign_in(person)
        for page in ("review/comment/need", f"draft/comments/{one.key}"):
            assert (page, browser.get(f"{home}/{page}").status_code) == (page, 404)
    assert sign_in(desk.buyer).get(f"{home}/review/comment/need").status_code == 403
    assert sign_in(desk.officer).get(f"{home}/review/comment/nothing").status_code == 404


def test_the_page_says_how_many_will_be_told_and_shows_the_notification(
    desk: Desk, client: FlaskClient, sign_in: SignIn
) -> None:
    number = desk.opportunity("approved").number
    for place, (query, often) in enumerate(
        [({}, "instant"), ({"q": ["jauge"]}, "daily"), ({"q": ["otters"]}, "instant"), ({"min": ["50000"]}, "instant")]
    ):
        db.session.add(
            SavedSearch(
                address=f"{place}@mail.example", query=query, frequency=often, language="fr", created_at=NOON,
                confirmed_at=NOON,
            )
        )  # fmt: skip
    db.session.commit()
    page = sign_in(desk.officer).get(f"/en/opportunities/{number}/review/publish").text
    assert "2 people will get this by mail (1 of them at once, the others in a digest)." in page
    assert "New opportunity: River gauges on a map" in page
    assert "Nouveau défi\u00a0: Jauges fluviales sur une carte" in page


def test_a_draft_sent_back_comes_before_ones_own_older_drafts(desk: Desk, client: FlaskClient, sign_in: SignIn) -> None:
    for _ in range(6):
        desk.opportunity("draft")
    returned = desk.opportunity()
    actions.ask_for_changes(returned, "Shorter.", by=desk.officer, at=NOON)
    db.session.commit()
    page = sign_in(desk.buyer).get("/en/my-work").text
    assert page.index("Make the changes asked for in") < page.index("Finish your draft")


def test_an_extension_takes_the_end_of_questions_and_the_decision_along_if_asked(
    desk: Desk, client: FlaskClient, sign_in: SignIn
) -> None:
    number = desk.opportunity("open").number
    buyer = sign_in(desk.buyer)
    before = queries.get_opportunity(number).questions_until
    assert before is not None
    page = buyer.get(f"/en/opportunities/{number}/manage/extend").text
    assert "Move the end of questions and the decision date by as many days" in page
    moved = {"closing_at": "2026-06-26T14:00", "zone": "America/Toronto", "body_en": "More time", "body_fr": "Du temps"}
    assert buyer.post(f"/en/opportunities/{number}/manage/extend", data={**moved, "along": "y"}).status_code == 303
    assert queries.get_opportunity(number).questions_until == before + timedelta(days=2)


def test_a_copy_is_not_asked_again_how_it_is_bought(desk: Desk, client: FlaskClient, sign_in: SignIn) -> None:
    source = desk.opportunity("open")
    source.plan.award_by = "draw"
    db.session.commit()
    buyer = sign_in(desk.buyer)
    page = buyer.get(f"/fr/defis/nouveau?copy={source.number}").text
    assert "Mode d’achat" not in page
    assert buyer.post(f"/fr/defis/nouveau?copy={source.number}", data=typed_in(page)).status_code == 303
    copy = db.session.scalars(select(Opportunity).where(Opportunity.copied_from_id == source.id)).one()
    assert copy.plan.award_by == "draw"
    assert 'name="pattern"' in buyer.get("/en/opportunities/new?copy=999999").text
