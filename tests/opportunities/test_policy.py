"""Tables of truth: who may do what with an opportunity, in which state, and until when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.audit import CLOCK
from opportunities import policy
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import STATES
from opportunities.policy import Facts, Missing

CLOSING = datetime(2026, 6, 24, 18, 0, tzinfo=UTC)
BEFORE = CLOSING - timedelta(microseconds=1)
AFTER = CLOSING + timedelta(microseconds=1)


@dataclass
class Shape:
    """An opportunity as the rules see it."""

    state: str = "open"
    closing_at: datetime | None = CLOSING
    questions_until: datetime | None = None
    publish_at: datetime | None = BEFORE


@pytest.mark.parametrize(
    ("state", "closing", "at", "expected"),
    [
        ("open", CLOSING, BEFORE, True),
        ("open", CLOSING, CLOSING, False),
        ("open", CLOSING, AFTER, False),
        ("open", None, BEFORE, False),
        *((state, CLOSING, BEFORE, False) for state in STATES if state != "open"),
    ],
)
def test_it_is_open_strictly_before_its_closing(
    state: str, closing: datetime | None, at: datetime, *, expected: bool
) -> None:
    assert policy.is_open(Shape(state, closing), at) is expected


def test_it_shows_closed_from_the_closing_on_before_the_clock_has_done_its_work() -> None:
    assert policy.shown_state(Shape(), BEFORE) == "open"
    assert policy.shown_state(Shape(), CLOSING) == "closed"
    assert policy.shown_state(Shape("awarded"), CLOSING) == "awarded"


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        (None, BEFORE, True),
        (None, CLOSING, False),
        (CLOSING - timedelta(days=1), CLOSING - timedelta(days=1, microseconds=1), True),
        (CLOSING - timedelta(days=1), CLOSING - timedelta(days=1), False),
        (CLOSING + timedelta(days=1), CLOSING, False),
    ],
)
def test_questions_end_when_they_end_and_never_after_the_closing(
    until: datetime | None, at: datetime, *, expected: bool
) -> None:
    assert policy.accepts_questions(Shape(questions_until=until), at) is expected


BUYER, OFFICER, FINANCE = (frozenset({role}) for role in ("buyer", "officer", "finance"))
ADMINISTRATOR = frozenset({"administrator"})
NOBODY: frozenset[str] = frozenset()

WHO = {
    # name: (source, at, roles that may as somebody else, whether the author may too)
    "start": ("", BEFORE, {BUYER, OFFICER}, True),
    "send_for_review": ("draft", BEFORE, {BUYER, OFFICER}, True),
    "take_back": ("approved", BEFORE, {BUYER, OFFICER}, True),
    "ask_for_changes": ("review", BEFORE, {OFFICER}, False),
    "approve": ("review", BEFORE, {OFFICER}, False),
    "schedule": ("approved", BEFORE, {OFFICER}, False),
    "unschedule": ("approved", BEFORE, {OFFICER}, False),
    "miss": ("approved", BEFORE, set(), False),
    "publish": ("approved", BEFORE, {OFFICER}, False),
    "extend": ("open", BEFORE, {BUYER, OFFICER}, True),
    "issue_addendum": ("open", BEFORE, {BUYER, OFFICER}, True),
    "close": ("open", CLOSING, set(), False),
    "open_proposals": ("closed", AFTER, {OFFICER, ADMINISTRATOR}, True),
    "award": ("evaluation", AFTER, {OFFICER}, True),
    "reconsider": ("awarded", AFTER, {BUYER, OFFICER, FINANCE, ADMINISTRATOR, NOBODY}, True),
    "find_unsuccessful": ("closed", AFTER, {OFFICER, ADMINISTRATOR}, True),
    "drop": ("review", BEFORE, {BUYER, OFFICER}, True),
    "cancel": ("open", BEFORE, {OFFICER}, True),
    "complete": ("awarded", AFTER, {BUYER, OFFICER, FINANCE, ADMINISTRATOR, NOBODY}, True),
}


def refused(name: str, state: str, at: datetime, facts: Facts, by: object = None) -> bool:
    return OPPORTUNITY.refusal(Shape(state), name, by=by, at=at, facts=facts) is not None  # type: ignore[arg-type]


def test_every_transition_has_its_line_in_the_table() -> None:
    assert set(WHO) == set(OPPORTUNITY.transitions)


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize("roles", [BUYER, OFFICER, FINANCE, ADMINISTRATOR, NOBODY], ids="".join)
def test_a_transition_is_open_to_its_roles_alone(name: str, roles: frozenset[str]) -> None:
    state, at, allowed, author_too = WHO[name]
    assert refused(name, state, at, Facts(roles=roles, certified=True)) is (roles not in allowed)
    as_author = Facts(roles=roles, is_author=True, certified=True)
    assert refused(name, state, at, as_author) is not (roles in allowed and author_too)


@pytest.mark.parametrize("name", WHO)
def test_a_transition_starts_from_its_own_states_alone(name: str) -> None:
    edge = OPPORTUNITY.transitions[name]
    _state, at, allowed, _author = WHO[name]
    by = CLOCK if name in ("close", "miss") else None
    facts = Facts(roles=next(iter(allowed), NOBODY), certified=True)
    open_from = {state for state in ("", *STATES) if not refused(name, state, at, facts, by)}
    assert open_from == set(edge.sources)


@pytest.mark.parametrize("name", ["send_for_review", "approve", "schedule", "publish"])
def test_nothing_goes_on_while_something_is_missing(name: str) -> None:
    state, at, _roles, _author = WHO[name]
    lacking = Facts(roles=OFFICER, certified=True, missing=(Missing("need", "The title is missing."),))
    assert refused(name, state, at, lacking)


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_nothing_is_published_uncertified(name: str) -> None:
    assert refused(name, "approved", BEFORE, Facts(roles=OFFICER))


@pytest.mark.parametrize(
    ("publish_at", "facts", "expected"),
    [
        (BEFORE, Facts(roles=OFFICER, certified=True), True),
        (None, Facts(roles=OFFICER, certified=True), False),
        (BEFORE, Facts(roles=BUYER, certified=True), False),
        (BEFORE, Facts(roles=OFFICER, is_author=True, certified=True), False),
        (BEFORE, Facts(roles=OFFICER), False),
        (BEFORE, Facts(), False),
    ],
)
def test_the_clock_publishes_what_an_officer_planned_with_the_rights_that_they_have_then(
    publish_at: datetime | None, facts: Facts, *, expected: bool
) -> None:
    row: Any = Shape("approved", publish_at=publish_at)
    assert (OPPORTUNITY.refusal(row, "publish", by=CLOCK, at=BEFORE, facts=facts) is None) is expected


@pytest.mark.parametrize("state", STATES)
def test_comments_are_written_in_review_and_settled_in_the_draft(state: str) -> None:
    row: Any = Shape(state)
    officer, author, buyer = (Facts(roles=OFFICER), Facts(roles=OFFICER, is_author=True), Facts(roles=BUYER))
    assert policy.comments(None, row, officer) is (state in ("review", "approved"))
    assert [policy.comments(None, row, facts) for facts in (author, buyer, Facts())] == [False, False, False]
    settles = [policy.settles(None, row, facts) for facts in (officer, author, buyer, Facts(roles=FINANCE))]
    assert settles == [state == "draft"] * 3 + [False]


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("extend", CLOSING, True),
        ("extend", BEFORE, False),
        ("issue_addendum", CLOSING, True),
        ("close", BEFORE, True),
        ("close", CLOSING, False),
        ("open_proposals", BEFORE, True),
        ("open_proposals", CLOSING, False),
        ("find_unsuccessful", BEFORE, True),
    ],
)
def test_the_closing_divides_what_can_be_done_before_and_after(name: str, at: datetime, *, expected: bool) -> None:
    by = CLOCK if name == "close" else None
    assert refused(name, WHO[name][0], at, Facts(roles=OFFICER), by) is expected
