"""The pages of writing, reviewing and managing, in both languages, without script."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.bilingual import Bilingual
from app.core.db import db
from auth.models import User
from opportunities import queries
from opportunities.models import Attachment, Opportunity
from tests.conftest import Travel
from tests.factories import make_department, make_opportunity, make_staff, make_user
from tests.opportunities.forms_of import typed_in

SignIn = Callable[[User], FlaskClient]


class Office:
    """A department at work: its people, each with a browser of their own."""

    def __init__(self, sign_in: SignIn) -> None:
        self.department = make_department()
        self.people = {role: make_staff(role, self.department) for role in ("buyer", "officer", "finance")}
        self.people["developer"] = make_user("Dev Eloper")
        self.browsers = {role: sign_in(person) for role, person in self.people.items()}

    def opportunity(self, state: str = "draft", **values: Any) -> Opportunity:
        return make_opportunity(self.department, self.people["buyer"], state=state, **values)


@pytest.fixture
def office(client: FlaskClient, sign_in: SignIn) -> Office:
    return Office(sign_in)


def fresh(opportunity: Opportunity) -> Opportunity:
    db.session.expire_all()
    return queries.get_opportunity(opportunity.number)


def test_a_buyer_begins_a_draft_with_a_title_in_one_language(office: Office) -> None:
    page = office.browsers["buyer"].get("/fr/defis/nouveau")
    assert page.status_code == 200
    answer = office.browsers["buyer"].post(
        "/fr/defis/nouveau", data={"title_fr": "Jauges", "department": "rivers", "pattern": "pass_fail_draw"}
    )
    assert answer.status_code == 303
    draft = db.session.scalars(select(Opportunity)).one()
    assert (draft.title.fr, draft.plan.award_by, draft.state) == ("Jauges", "draw", "draft")
    assert answer.headers["Location"] == f"/fr/defis/{draft.number}-jauges/ebauche"


def test_a_draft_without_a_title_is_refused_and_nothing_is_made(office: Office) -> None:
    answer = office.browsers["buyer"].post("/en/opportunities/new", data={"department": "rivers", "pattern": "priced"})
    assert answer.status_code == 422
    assert "Give it a title in either language." in answer.text
    assert db.session.scalars(select(Opportunity)).all() == []


def test_nobody_but_a_departments_writers_begins_one(office: Office, client: FlaskClient) -> None:
    assert client.get("/en/opportunities/new").status_code == 303
    assert office.browsers["developer"].get("/en/opportunities/new").status_code == 403
    assert office.browsers["finance"].get("/en/opportunities/new").status_code == 403


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_of_a_draft_shows_and_saves_itself_unchanged(office: Office, language: str) -> None:
    opportunity = office.opportunity(value_cents=9_500_00)
    before = queries.snapshot(opportunity)
    pages = {
        "en": ("need", "deliverables", "milestones", "terms", "dates", "criteria", "languages"),
        "fr": ("besoin", "livrables", "jalons", "conditions", "dates", "criteres", "langues"),
    }
    stem = "opportunities" if language == "en" else "defis"
    task = "draft" if language == "en" else "ebauche"
    for page in pages[language]:
        address = f"/{language}/{stem}/{opportunity.number}/{task}/{page}"
        shown = office.browsers["buyer"].get(address)
        assert (page, shown.status_code) == (page, 200)
        data = typed_in(shown.text)
        saved = office.browsers["buyer"].post(address, data=data)
        assert (page, saved.status_code) == (page, 303)
    assert queries.snapshot(fresh(opportunity)) == before


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(office: Office) -> None:
    opportunity = office.opportunity()
    address = f"/en/opportunities/{opportunity.number}/draft/milestones"
    answer = office.browsers["buyer"].post(
        address,
        data={"value_cents": "lots", "taxes": "excluded", "milestones-0-title_en": "<script>alert(1)</script>",
              "milestones-0-due_days": "-3"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert "Write a whole number from 1 to 2000." in answer.text


def test_rows_are_added_and_removed_without_losing_a_word(office: Office) -> None:
    opportunity = office.opportunity()
    address = f"/en/opportunities/{opportunity.number}/draft/milestones"
    typed = {"value_cents": "9000", "milestones-0-title_en": "First words", "milestones-1-title_en": "Second words"}
    added = office.browsers["buyer"].post(address, data={**typed, "add": "milestones"})
    assert added.status_code == 200
    assert "Milestone 3" in added.text
    removed = office.browsers["buyer"].post(address, data={**typed, "remove": "milestones-0"})
    assert "First words" not in removed.text
    assert "Second words" in removed.text
    assert len(fresh(opportunity).milestones) == 2


def test_autosave_saves_quietly_and_gives_the_next_version(office: Office) -> None:
    opportunity = office.opportunity()
    address = f"/en/opportunities/{opportunity.number}/draft/languages"
    data = {"version": str(opportunity.version), "one_language_reason": "Signed in one language"}
    answer = office.browsers["buyer"].post(address, data=data, headers={"X-Autosave": "1"})
    assert answer.json == {"version": str(fresh(opportunity).version)}
    assert fresh(opportunity).one_language_reason == "Signed in one language"


def test_a_lost_update_is_refused_and_what_was_typed_is_kept(office: Office) -> None:
    opportunity = office.opportunity()
    address = f"/en/opportunities/{opportunity.number}/draft/languages"
    shown = {"version": str(opportunity.version)}
    office.browsers["officer"].post(address, data={**shown, "one_language_reason": "Theirs"})
    answer = office.browsers["buyer"].post(address, data={**shown, "one_language_reason": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert fresh(opportunity).one_language_reason == "Theirs"
    again = office.browsers["buyer"].post(address, data=typed_in(answer.text))
    assert (again.status_code, fresh(opportunity).one_language_reason) == (303, "Mine")


def test_markdown_is_previewed_without_saving_or_running_anything(office: Office) -> None:
    opportunity = office.opportunity()
    address = f"/en/opportunities/{opportunity.number}/draft/need"
    answer = office.browsers["buyer"].post(
        address, data={"problem_en": "**Bold** <img src=x onerror=alert(1)>", "preview": "1"}
    )
    assert answer.status_code == 200
    assert "<strong>Bold</strong>" in answer.text
    assert "<img src=x" not in answer.text
    assert fresh(opportunity).problem.en == "Nobody can see the gauges."


def test_a_length_in_days_chooses_the_closing(office: Office) -> None:
    opportunity = office.opportunity(closing_at=None, questions_until=None)
    address = f"/en/opportunities/{opportunity.number}/draft/dates"
    answer = office.browsers["buyer"].post(address, data={"zone": "America/Vancouver", "length": "14"})
    assert answer.status_code == 303
    assert fresh(opportunity).closing_at == datetime(2026, 6, 24, 21, 0, tzinfo=UTC)
    assert "Pacific" in office.browsers["buyer"].get(address).text


def test_an_opportunity_goes_from_draft_to_open_in_the_browser(office: Office) -> None:
    opportunity = office.opportunity()
    root = f"/en/opportunities/{opportunity.number}"
    assert "They are told by e-mail now" in office.browsers["buyer"].get(f"{root}/send").text
    assert office.browsers["buyer"].post(f"{root}/send").status_code == 303
    assert office.browsers["officer"].post(f"{root}/review", data={"decision": "changes"}).status_code == 422
    assert office.browsers["officer"].post(f"{root}/review", data={"decision": "approve"}).status_code == 303
    assert office.browsers["officer"].post(f"{root}/review/publish").status_code == 409
    assert "Finance has not certified" in office.browsers["officer"].get(f"{root}/review/publish").text
    wrong = office.browsers["finance"].post(f"{root}/review/certificate", data={"amount": "1", "fund_code": "F"})
    assert wrong.status_code == 422
    right = office.browsers["finance"].post(
        f"{root}/review/certificate", data={"amount": "10 170,00 $", "fund_code": "F-9"}
    )
    assert right.status_code == 303
    assert "Publish opportunity" in office.browsers["officer"].get(f"{root}/review/publish").text
    assert office.browsers["officer"].post(f"{root}/review/publish").status_code == 303
    assert fresh(opportunity).state == "open"


def test_the_author_is_told_what_to_change(office: Office) -> None:
    opportunity = office.opportunity("review")
    root = f"/en/opportunities/{opportunity.number}"
    data = {"decision": "changes", "message": "Say who the **users** are."}
    assert office.browsers["officer"].post(f"{root}/review", data=data).status_code == 303
    assert "Say who the <strong>users</strong> are." in office.browsers["buyer"].get(f"{root}/draft").text
    assert "Make the changes asked for in" in office.browsers["buyer"].get("/en/my-work").text


@pytest.mark.parametrize("role", ["developer", None])
def test_a_draft_is_not_there_for_others(office: Office, client: FlaskClient, role: str | None) -> None:
    opportunity = office.opportunity()
    browser = office.browsers[role] if role else client
    for page in ("draft", "draft/need", "preview", "review", "manage", "send"):
        answer = browser.get(f"/en/opportunities/{opportunity.number}/{page}")
        assert (page, answer.status_code) == (page, 404 if role else 303)


def test_another_departments_staff_do_not_manage_it(office: Office, sign_in: SignIn) -> None:
    opportunity = office.opportunity("open")
    stranger = sign_in(make_staff("officer", make_department("lakes")))
    root = f"/en/opportunities/{opportunity.number}"
    for page in ("manage", "manage/extend", "manage/cancel", "change/need", "review/publish"):
        assert (page, stranger.get(f"{root}/{page}").status_code) == (page, 403)


def test_an_open_opportunity_is_changed_by_an_addendum_only(office: Office) -> None:
    opportunity = office.opportunity("open")
    root = f"/en/opportunities/{opportunity.number}"
    assert office.browsers["buyer"].get(f"{root}/draft/need").status_code == 409
    shown = office.browsers["buyer"].get(f"{root}/change/deliverables")
    data = typed_in(shown.text) | {"deliverables_en": "A faster map", "body_en": "It must be faster."}
    refused = office.browsers["buyer"].post(f"{root}/change/deliverables", data=data)
    assert refused.status_code == 422
    assert "Say in both languages what changes." in refused.text
    assert fresh(opportunity).deliverables.en == "A map that works by keyboard."
    saved = office.browsers["buyer"].post(f"{root}/change/deliverables", data={**data, "body_fr": "Plus vite."})
    assert saved.status_code == 303
    changed = fresh(opportunity)
    assert (changed.deliverables.en, changed.edition, changed.material_edition) == ("A faster map", 2, 2)
    assert "It must be faster." in office.browsers["buyer"].get(f"{root}/manage").text


def test_a_question_is_asked_and_answered_to_everyone(office: Office) -> None:
    opportunity = office.opportunity("open")
    root = f"/en/opportunities/{opportunity.number}"
    assert office.browsers["developer"].get(f"{root}/ask").status_code == 200
    assert office.browsers["developer"].post(f"{root}/ask", data={"body": " "}).status_code == 422
    assert office.browsers["developer"].post(f"{root}/ask", data={"body": "Is <i>Rust</i> fine?"}).status_code == 303
    question = fresh(opportunity).questions[0]
    page = office.browsers["buyer"].get(f"{root}/manage/questions/{question.key}")
    assert "Is &lt;i&gt;Rust&lt;/i&gt; fine?" in page.text
    assert "Dev Eloper" not in page.text
    data = {"wording_en": "Is Rust fine?", "wording_fr": "Rust convient-il ?", "answer_en": "Yes.", "answer_fr": "Oui."}
    assert office.browsers["buyer"].post(f"{root}/manage/questions/{question.key}", data=data).status_code == 303
    assert fresh(opportunity).questions[0].answer.fr == "Oui."


def test_files_are_checked_kept_served_as_attachments_and_removed(office: Office, client: FlaskClient) -> None:
    opportunity = office.opportunity()
    root = f"/en/opportunities/{opportunity.number}"
    wrong = {"file": (BytesIO(b"MZ\x00"), "tool.exe"), "language": "en"}
    assert office.browsers["buyer"].post(f"{root}/draft/files", data=wrong).status_code == 422
    assert office.browsers["buyer"].post(f"{root}/draft/files", data={"language": "en"}).status_code == 422
    right = {"file": (BytesIO("née, <b>".encode()), "notes é.txt"), "language": "fr"}
    assert office.browsers["buyer"].post(f"{root}/draft/files", data=right).status_code == 303
    key = db.session.scalars(select(Attachment.key)).one()
    served = office.browsers["buyer"].get(f"{root}/files/{key}")
    assert served.data == "née, <b>".encode()
    assert served.headers["Content-Disposition"].startswith('attachment; filename="notes ?.txt"')
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{root}/files/{key}").status_code == 404
    assert office.browsers["buyer"].post(f"{root}/draft/files/{key}/remove").status_code == 303
    assert fresh(opportunity).attachments == []


def test_the_closing_is_moved_and_a_tender_cancelled_in_the_browser(
    office: Office, travel: Travel, sign_in: SignIn
) -> None:
    opportunity = office.opportunity("open")
    root = f"/fr/defis/{opportunity.number}"
    assert office.browsers["buyer"].get(f"{root}/gestion/prolongation").status_code == 200
    data = {
        "zone": "America/Toronto",
        "closing_at": "2026-06-26T14:00",
        "body_en": "More time",
        "body_fr": "Plus de temps",
    }
    assert office.browsers["buyer"].post(f"{root}/gestion/prolongation", data=data).status_code == 303
    assert fresh(opportunity).closing_at == datetime(2026, 6, 26, 18, 0, tzinfo=UTC)
    travel(datetime(2026, 6, 26, 18, 0, tzinfo=UTC))
    buyer, officer = sign_in(office.people["buyer"]), sign_in(office.people["officer"])
    assert buyer.get(f"{root}/gestion/prolongation").status_code == 409
    assert officer.post(f"{root}/gestion/annulation", data={}).status_code == 422
    assert officer.post(f"{root}/gestion/annulation", data={"reason_fr": "Plus d’argent"}).status_code == 422
    reason = {"reason_fr": "Plus d’argent", "reason_en": "No money left"}
    assert officer.post(f"{root}/gestion/annulation", data=reason).status_code == 303
    assert fresh(opportunity).state == "cancelled"


def test_what_is_missing_is_said_with_its_numbers_on_every_page_that_lists_it(office: Office) -> None:
    draft = office.opportunity(value_cents=9_000_01)
    draft.milestones[0].title = Bilingual()
    draft.plan.stages[1].criteria[0].weight = 59
    db.session.commit()
    root = f"/en/opportunities/{draft.number}"
    for role, page in (("buyer", "draft"), ("buyer", "send"), ("officer", "review"), ("officer", "review/publish")):
        text = office.browsers[role].get(f"{root}/{page}").text
        assert "Milestone 1 needs a title, what is accepted, and an amount." in text
        assert "The weights add up to 99, not to 100." in text


def test_a_closing_on_a_weekend_is_warned_of_where_the_buyer_goes_on(office: Office) -> None:
    one = office.opportunity(closing_at=datetime(2026, 9, 13, 18, tzinfo=UTC))
    said = "The closing falls on a weekend."
    for page in ("draft", "send"):
        answer = office.browsers["buyer"].get(f"/en/opportunities/{one.number}/{page}")
        assert said in answer.text
