"""One opportunity: its address, where it stands for each reader, its questions, changes and story."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.core.db import db, transaction
from app.pages.events import SENTENCES
from auth.models import User
from contracts.lifecycle import AMENDMENT, CONTRACT, MILESTONE, PAYMENT
from evaluations.lifecycle import AWARD, EVALUATION, PANEL_MEMBER
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Addendum, Edition, Opportunity, Question
from opportunities.queries import snapshot
from proposals import actions as proposing
from proposals.lifecycle import PROPOSAL
from tests.conftest import NOON
from tests.factories import both, make_staff, make_user, save
from tests.pages.conftest import Count, Office

pytestmark = pytest.mark.usefixtures("travel")
SignIn = Callable[[User], FlaskClient]
SENTENCE = re.compile(r'<p class="status-sentence">([^<]*)</p>')


def of(opportunity: Opportunity, language: str = "en") -> str:
    words = {"en": "opportunities", "fr": "defis"}
    slug = {"en": "river-gauges-on-a-map", "fr": "jauges-fluviales-sur-une-carte"}
    return f"/{language}/{words[language]}/{opportunity.number}-{slug[language]}"


def sentence(browser: FlaskClient, opportunity: Opportunity) -> str:
    found = SENTENCE.search(browser.get(of(opportunity)).text)
    assert found
    return found.group(1).replace("\u00a0", " ")


def test_other_words_lead_to_the_own_address_and_keep_the_query(client: FlaskClient, office: Office) -> None:
    one = office.post()
    answer = client.get(f"/en/opportunities/{one.number}-something-else?x=1")
    assert (answer.status_code, answer.location) == (301, of(one) + "?x=1")
    assert client.get(f"/fr/defis/{one.number}").location == of(one, "fr")


@pytest.mark.parametrize(
    "address", ["/en/opportunities/999999", "/fr/defis/999999-rien", "/en/opportunities/999999/story"]
)
def test_what_does_not_exist_is_not_found(client: FlaskClient, office: Office, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["", "/questions", "/changes", "/story"])
def test_a_draft_shows_to_its_department_alone(client: FlaskClient, sign_in: SignIn, office: Office, page: str) -> None:
    one = office.post(state="draft")
    assert client.get(of(one) + page).status_code == 404
    assert sign_in(make_user()).get(of(one) + page).status_code == 404
    assert sign_in(office.officer).get(of(one) + page).status_code == 200


def test_the_page_says_everything_in_both_languages(client: FlaskClient, office: Office) -> None:
    one = office.post()
    english, french = client.get(of(one)).text, client.get(of(one, "fr")).text
    for said in ("Nobody can see the gauges.", "$9,000", "Part 1", "Approach", "MIT", "No question has been asked."):
        assert said in english
    for said in ("Rivières Canada", "9\u00a0000\u00a0$", "Jalons", "Aucune question n’a été posée.", "Conditions"):
        assert said in french


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", "Open until 24 June 2026, 14:00."),
        ("closed", "Closed. Two people will open the proposals."),
        ("evaluation", "Closed. The proposals are being evaluated."),
        ("unsuccessful", "Ended without an award."),
        ("cancelled", "Cancelled by the department."),
    ],
)
def test_a_visitor_reads_where_it_stands(client: FlaskClient, office: Office, state: str, said: str) -> None:
    assert sentence(client, office.post(state=state)) == said


def test_past_its_closing_it_is_closed_before_the_clock_has_moved_it(client: FlaskClient, office: Office) -> None:
    assert sentence(client, office.post(closing_at=NOON)) == "Closed. Two people will open the proposals."


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "A draft. Only your department sees it."),
        ("review", "In review. Only your department sees it."),
        ("approved", "Approved. Not published yet."),
        ("open", "Open until 24 June 2026, 14:00."),
        ("closed", "Closed. Two people open the proposals."),
    ],
)
def test_an_officer_reads_what_to_do(sign_in: SignIn, office: Office, state: str, said: str) -> None:
    assert sentence(sign_in(office.officer), office.post(state=state)) == said


def test_finance_cannot_propose_here(sign_in: SignIn, office: Office) -> None:
    page = sign_in(make_staff("finance", office.department)).get(of(office.post())).text
    assert "You work for this department, so you cannot propose here." in page
    assert "Start a proposal" not in page


def test_a_developer_goes_on_with_their_draft(client: FlaskClient, sign_in: SignIn, office: Office) -> None:
    one, person = office.post(), make_user()
    with transaction() as at:
        proposing.start(db.session.merge(one), by=db.session.merge(person), at=at)
    assert "Continue your draft" in sign_in(person).get(of(one)).text
    assert "Start a proposal" in sign_in(make_user()).get(of(one)).text


def test_the_answers_are_for_everyone_and_the_asker_for_nobody(client: FlaskClient, office: Office) -> None:
    one, asker = office.post(), make_user("Curious Cat")
    for answered in (True, False):
        save(Question(
            opportunity_id=one.id, asker_id=asker.id, language="en", asked_at=NOON,
            body=both("How many?" if answered else "Secret so far?"), answer=both("Twelve." if answered else ""),
            answered_at=NOON if answered else None, answered_by_id=office.buyer.id if answered else None,
        ))  # fmt: skip
    for page in ("", "/questions"):
        text = client.get(of(one) + page).text
        assert "How many?" in text
        assert "Twelve." in text
        assert "Secret so far?" not in text
        assert "Curious Cat" not in text


def test_addenda_and_versions_are_told(client: FlaskClient, office: Office, sign_in: SignIn) -> None:
    one = office.post()
    later = {**snapshot(one), "value_cents": 8_000_00}
    place = {"opportunity_id": one.id, "number": 2}
    edition = save(Edition(**place, material=True, by_id=office.officer.id, at=NOON, snapshot=later))
    save(Addendum(opportunity_id=one.id, number=1, edition_id=edition.id, body=both("Less money."), at=NOON))
    page = client.get(of(one) + "/changes").text
    assert "<del>$9,000</del><ins>$8,000</ins>" in page
    assert "Less money." in page
    assert "8\u00a0000\u00a0$" in client.get(of(one, "fr") + "/modifications").text


def test_the_story_shows_the_public_what_is_public(client: FlaskClient, sign_in: SignIn, office: Office) -> None:
    one, person = office.post(), make_user()
    with transaction() as at:
        proposing.start(db.session.merge(one), by=db.session.merge(person), at=at)
    assert "proposal" not in client.get(of(one) + "/story").text.split("<main", 1)[1].split("</main>")[0].lower()
    assert (
        "proposal" not in sign_in(office.officer).get(of(one) + "/story").text.split("<main", 1)[1].split("</main>")[0]
    )
    assert "You began a proposal" in sign_in(person).get(of(one) + "/story").text


def test_every_transition_has_its_sentence() -> None:
    tables = (OPPORTUNITY, PROPOSAL, EVALUATION, PANEL_MEMBER, AWARD, CONTRACT, MILESTONE, AMENDMENT, PAYMENT)
    every = {f"{table.kind}.{name}" for table in tables for name in table.transitions}
    assert sorted(every - set(SENTENCES)) == []


@pytest.mark.parametrize("questions", [0, 30])
def test_a_visitor_costs_six_statements_however_much_there_is(
    client: FlaskClient, office: Office, statements: Count, questions: int
) -> None:
    one = office.post()
    for _ in range(questions):
        save(Question(
            opportunity_id=one.id, asker_id=office.buyer.id, language="en", asked_at=NOON, body=both("?"),
            answer=both("!"), answered_at=NOON, answered_by_id=office.buyer.id,
        ))  # fmt: skip
    client.get(of(one))
    with statements() as sent:
        client.get(of(one))
    assert len(sent) == 5


def test_my_work_says_what_waits_and_counts_it_in_the_head(sign_in: SignIn, office: Office) -> None:
    office.post(state="review", title=both("Trails", "Sentiers"))
    browser = sign_in(office.officer)
    page = browser.get("/en/my-work").text
    assert "Review Trails" in page
    assert "My work (1)" in page
    assert "Sentiers" in browser.get("/fr/mon-travail").text


def test_nothing_waits_for_a_newcomer(sign_in: SignIn, client: FlaskClient) -> None:
    page = sign_in(make_user()).get("/en/my-work").text
    assert "Nothing waits for you." in page
    assert client.get("/en/my-work").status_code == 303


def test_the_home_page_shows_five_and_both_doors(client: FlaskClient, office: Office) -> None:
    for number in range(7):
        office.post(closing_at=NOON + timedelta(days=10 + number), title=both(f"n{number}"))
    page = client.get("/en/").text
    assert page.count('class="opportunity"') == 5
    assert "All 7 open opportunities" in page
    assert "I work for a department" in page
    assert "Je travaille pour un ministère" in client.get("/fr/").text


@pytest.mark.parametrize(
    "address",
    [
        "/en/how-it-works",
        "/fr/fonctionnement",
        "/en/accessibility",
        "/fr/accessibilite",
        "/en/contact",
        "/fr/nous-joindre",
    ],
)
def test_what_the_exchange_says_of_itself_is_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200
