"""An opportunity's whole way by its actions: written, reviewed, certified, published, changed, closed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import Event
from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import Department, Skill, User
from opportunities import actions, queries
from opportunities.models import Opportunity
from opportunities.parts import CriterionLine, MilestoneLine
from tests.factories import both, make_department, make_staff, make_user

NOON = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
CLOSING = datetime(2026, 6, 24, 18, 0, tzinfo=UTC)
WHOLE = {
    "problem": both("Nobody sees the gauges."), "users": both("Canoeists."), "deliverables": both("A map."),
    "acceptance": both("It passes."), "value_cents": 9_000_00, "taxes": "excluded", "licence": "MIT",
    "repository": "https://github.com/example/gauges", "closing_at": CLOSING,
    "milestones": (
        MilestoneLine(both("One"), both("Works"), 4_000_00, 14),
        MilestoneLine(both("Two"), both("Works"), 5_000_00, 28),
    ),
    "criteria": (
        CriterionLine("mandatory", both("Open licence")),
        CriterionLine("rated", both("Approach"), both("Clear"), 60, 5, None, 300),
        CriterionLine("rated", both("Experience"), both("Like work"), 40, 5, 2, 300),
    ),
}  # fmt: skip


class Cast:
    """A department with its people."""

    def __init__(self) -> None:
        self.department: Department = make_department()
        self.buyer: User = make_staff("buyer", self.department, "Bea Buyer")
        self.officer: User = make_staff("officer", self.department, "Omar Officer", language="fr")
        self.finance: User = make_staff("finance", self.department, "Fay Finance")
        self.developer: User = make_user("Dev Eloper")


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def begin(cast: Cast, by: User | None = None, **values: object) -> Opportunity:
    opportunity = actions.start(
        cast.department, Bilingual("Gauges", "Jauges"), ocid_prefix="ocds-devex0", by=by or cast.buyer, at=NOON
    )
    actions.write(opportunity, {**WHOLE, **values}, by=by or cast.buyer, at=NOON)
    db.session.commit()
    return opportunity


def publish(cast: Cast, **values: object) -> Opportunity:
    opportunity = begin(cast, None, **values)
    actions.send_for_review(opportunity, by=cast.buyer, at=NOON)
    actions.approve(opportunity, by=cast.officer, at=NOON)
    actions.certify(opportunity, 9_000_00, "F-1", by=cast.finance, at=NOON)
    actions.publish(opportunity, by=cast.officer, at=NOON)
    db.session.commit()
    return opportunity


def told(kind: str) -> list[str]:
    return list(db.session.scalars(select(Notification.address).filter_by(kind=f"opportunities/{kind}")))


def test_an_opportunity_is_written_reviewed_certified_and_published(cast: Cast) -> None:
    opportunity = publish(cast)
    assert (opportunity.state, opportunity.edition, opportunity.material_edition) == ("open", 1, 1)
    assert opportunity.ocid == f"ocds-devex0-{opportunity.number}"
    assert opportunity.plan.frozen_hash == queries.plan_hash(opportunity.plan)
    assert opportunity.editions[0].snapshot == queries.snapshot(opportunity)
    assert told("to_review") == [cast.officer.email]
    assert told("certificate_needed") == [cast.finance.email]
    assert told("approved") == told("published") == [cast.buyer.email]


def test_whoever_wrote_it_neither_approves_nor_certifies_nor_publishes_it(cast: Cast) -> None:
    opportunity = begin(cast, by=cast.officer)
    actions.send_for_review(opportunity, by=cast.officer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.approve(opportunity, by=cast.officer, at=NOON)


def test_nothing_is_published_without_a_certificate_of_its_value(cast: Cast) -> None:
    opportunity = begin(cast)
    actions.send_for_review(opportunity, by=cast.buyer, at=NOON)
    actions.approve(opportunity, by=cast.officer, at=NOON)
    with pytest.raises(NotValid):
        actions.certify(opportunity, 8_999_99, "F-1", by=cast.finance, at=NOON)
    with pytest.raises(NotNow):
        actions.publish(opportunity, by=cast.officer, at=NOON)


def test_the_closing_closes_at_its_very_moment(cast: Cast) -> None:
    opportunity = publish(cast)
    assert actions.close_due(at=CLOSING - timedelta(microseconds=1)) == []
    assert actions.close_due(at=CLOSING) == [opportunity]
    assert opportunity.state == "closed"


def test_the_closing_moves_later_never_earlier(cast: Cast) -> None:
    opportunity = publish(cast)
    with pytest.raises(NotValid):
        actions.extend(opportunity, CLOSING - timedelta(seconds=1), both("Sooner"), by=cast.buyer, at=NOON)
    db.session.rollback()
    later = CLOSING + timedelta(days=2)
    addendum = actions.extend(opportunity, later, both("Two days more"), by=cast.buyer, at=NOON)
    assert (opportunity.closing_at, opportunity.material_edition, addendum.number) == (later, 2, 1)
    with pytest.raises(NotNow):
        actions.extend(opportunity, later + timedelta(days=1), both("More"), by=cast.buyer, at=later)


def test_a_closing_given_in_local_time_is_written_in_universal_time_and_changes_nothing_else(cast: Cast) -> None:
    db.session.add_all(skills := [Skill(code=code, name=both(code)) for code in ("maps", "html")])
    opportunity = publish(cast, skills=skills)
    before = opportunity.editions[-1].snapshot
    db.session.expire_all()
    local = datetime(2026, 6, 26, 14, 0, tzinfo=ZoneInfo("America/Toronto"))
    edition = actions.extend(opportunity, local, both("Two days more"), by=cast.buyer, at=NOON).edition
    assert edition.snapshot == {**before, "closing_at": "2026-06-26T18:00:00.000000Z"}


def test_a_material_change_makes_a_material_edition_and_shows_in_the_plans_hash(cast: Cast) -> None:
    opportunity = publish(cast)
    before = opportunity.plan.frozen_hash
    criteria = (CriterionLine("rated", both("Approach"), both("Clear"), 100),)
    actions.issue_addendum(opportunity, both("One criterion now"), {"criteria": criteria}, by=cast.buyer, at=NOON)
    assert opportunity.material_edition == 2
    assert opportunity.plan.frozen_hash == queries.plan_hash(opportunity.plan)
    assert opportunity.plan.frozen_hash != before


def test_a_clarification_or_a_new_title_is_not_material(cast: Cast) -> None:
    opportunity = publish(cast)
    actions.issue_addendum(opportunity, both("To be clear: any map."), by=cast.buyer, at=NOON)
    assert (opportunity.edition, opportunity.material_edition) == (1, 1)
    actions.issue_addendum(opportunity, both("A better title"), {"title": both("Gauges now")}, by=cast.buyer, at=NOON)
    assert (opportunity.edition, opportunity.material_edition) == (2, 1)


def test_a_change_that_breaks_the_text_is_refused(cast: Cast) -> None:
    opportunity = publish(cast)
    with pytest.raises(NotValid):
        actions.issue_addendum(opportunity, both("Dearer"), {"value_cents": 9_500_00}, by=cast.buyer, at=NOON)


def test_the_asker_is_never_named_to_the_department(cast: Cast) -> None:
    opportunity = publish(cast)
    question = actions.ask(opportunity, "May we use <b>Rust</b>?", "en", by=cast.developer, at=NOON)
    db.session.commit()
    event = db.session.scalars(select(Event).filter_by(action="opportunity.ask")).one()
    assert (event.audience, event.department_id, event.person_id) == ("parties", None, cast.developer.id)
    assert told("question_asked") == [cast.buyer.email]
    letter = db.session.scalars(select(Notification).filter_by(kind="opportunities/question_asked")).one()
    assert cast.developer.name not in letter.body + letter.subject
    actions.answer(question, both("Yes."), both("May one use Rust?"), by=cast.buyer, at=NOON)
    assert question.answered_at == NOON
    with pytest.raises(NotNow):
        actions.answer(question, both("No."), both("May one use Rust?"), by=cast.buyer, at=NOON)


def test_questions_end_when_they_end(cast: Cast) -> None:
    opportunity = publish(cast)
    opportunity.questions_until = NOON + timedelta(days=1)
    with pytest.raises(NotNow):
        actions.ask(opportunity, "Late?", "en", by=cast.developer, at=NOON + timedelta(days=1))
    with pytest.raises(NotAllowed):
        actions.ask(opportunity, "Mine?", "en", by=cast.buyer, at=NOON)


def test_a_cancelled_tender_says_why_and_can_be_posted_again(cast: Cast) -> None:
    opportunity = publish(cast)
    with pytest.raises(NotAllowed):
        actions.cancel(opportunity, both("No money"), by=cast.buyer, at=NOON)
    actions.cancel(opportunity, both("No money"), by=cast.officer, at=NOON)
    assert opportunity.state == "cancelled"
    again = actions.start(
        cast.department, both("Gauges again"), ocid_prefix="ocds-devex0", by=cast.buyer, at=NOON, source=opportunity
    )
    kept, copied = queries.snapshot(opportunity), queries.snapshot(again)
    assert copied["milestones"] == kept["milestones"]
    assert copied["closing_at"] is None
    assert [one["title"] for stage in copied["plan"]["stages"] for one in stage["criteria"]] == [
        one["title"] for stage in kept["plan"]["stages"] for one in stage["criteria"]
    ]


def test_a_lost_update_is_refused(cast: Cast) -> None:
    opportunity = begin(cast)
    shown = opportunity.version
    actions.write(opportunity, {"licence": "Apache-2.0"}, by=cast.buyer, at=NOON, version=shown)
    db.session.commit()
    with pytest.raises(NotNow):
        actions.write(opportunity, {"licence": "MIT"}, by=cast.officer, at=NOON, version=shown)


def test_another_department_changes_nothing(cast: Cast) -> None:
    opportunity = begin(cast)
    stranger = make_staff("buyer", make_department("lakes"))
    with pytest.raises(NotAllowed):
        actions.write(opportunity, {"licence": "MIT"}, by=stranger, at=NOON)
    with pytest.raises(NotAllowed):
        actions.send_for_review(opportunity, by=stranger, at=NOON)
