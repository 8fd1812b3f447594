"""Whatever buyers, officers, bidders and the clock do to a tender, in any order, what the law says of it holds.

After each step: nothing that counts came in at the closing or after it; each state is one that a life cycle leads to,
by events that are in the log; nobody has two live proposals; no stranger hears what a sealed one says, or that it is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core import clock
from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import Refusal
from app.core.lifecycle import Lifecycle
from auth.models import Organization, User
from evaluations import actions as evaluations
from evaluations.queries import find_evaluation
from opportunities import actions as opportunities
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Opportunity
from proposals import actions, queries
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, Submission
from tests.conftest import NOON, Travel, empty_tables
from tests.factories import both, make_department, make_opportunity, make_organization, make_staff, make_user

CANARY = "Zaunkönig"
WEEK = timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)
WHO = st.sampled_from(["ann", "ben", "cleo"])
"""Ann proposes alone; Ben and Cleo belong to one organization."""
MOST_SELDOM = 9
LIVE = ("draft", "submitted", "withdrawn")
PAGES = ("", "/questions", "/changes", "/story", "/story/check")
EDGES: list[tuple[Lifecycle, Any]] = [(OPPORTUNITY, Opportunity), (PROPOSAL, Proposal)]


class Tender(RuleBasedStateMachine):
    """One opportunity, from its publication to the end of its tender."""

    travel: Travel
    application: Flask

    @initialize()
    def begin(self) -> None:
        db.session.remove()
        empty_tables()
        self.travel(NOON)
        department = make_department()
        self.buyer, self.officer = make_staff("buyer", department), make_staff("officer", department)
        self.second = make_staff("officer", department)
        opportunity = make_opportunity(
            department, self.buyer, state="open", closing_at=NOON + WEEK, questions_until=NOON + timedelta(days=1)
        )
        self.people = {name: make_user(name.title(), bio="Maps") for name in ("ann", "ben", "cleo")}
        self.firm = make_organization(self.people["ben"], "Three Pines", self.people["cleo"])
        self.number, self.closings = opportunity.id, {NOON + WEEK}
        self.keys = {name: one.id for name, one in {**self.people, "buyer": self.buyer, "officer": self.officer,
                                                     "second": self.second}.items()}  # fmt: skip
        self.firm_id, self.address = self.firm.id, f"/en/opportunities/{opportunity.number}"
        db.session.commit()
        self.submits("ann", "ann")
        self.submits("ben", "ben")

    def there(self) -> Opportunity:
        return db.session.get_one(Opportunity, self.number)

    @property
    def closing(self) -> datetime:
        """The closing as it stands."""
        closing = self.there().closing_at
        assert closing is not None
        return closing

    def person(self, name: str) -> User:
        return db.session.get_one(User, self.keys[name])

    def side(self, name: str) -> Organization | None:
        return None if name == "ann" else db.session.get_one(Organization, self.firm_id)

    def does(self, act: Callable[[datetime], object]) -> None:
        """Do it as a page does: in one transaction, by the database's clock; a refusal undoes all."""
        try:
            with transaction() as at:
                act(at)
        except Refusal:
            db.session.rollback()

    def own(self, name: str) -> Proposal | None:
        side = self.side(name)
        mine = Proposal.organization_id == side.id if side else Proposal.author_id == self.keys[name]
        return db.session.scalars(select(Proposal).where(mine).order_by(Proposal.id.desc()).limit(1)).first()

    @rule(name=WHO, whose=WHO)
    def writes_and_submits(self, name: str, whose: str) -> None:
        """Also what is somebody else's."""
        self.submits(name, whose)

    def submits(self, name: str, whose: str) -> None:
        """Begin a draft if there is none that can be written, answer everything, submit."""

        def act(at: datetime) -> None:
            by, proposal = self.person(name), self.own(whose)
            if proposal is None or proposal.state not in LIVE:
                proposal = actions.start(self.there(), by=by, at=at, organization=self.side(name))
            answers = {one.key: f"{CANARY} of {name}" for one in queries.ask_of(self.there()).criteria}
            actions.save_approach(proposal, answers, by=by, at=at)
            actions.submit(proposal, accepted=(), by=by, at=at)

        self.does(act)

    @rule(name=WHO)
    def withdraws(self, name: str) -> None:
        def act(at: datetime) -> None:
            proposal = self.own(name)
            if proposal is not None:
                actions.withdraw(proposal, by=self.person(name), at=at)

        self.does(act)

    @rule(days=st.integers(-2, 3), who=st.sampled_from(["buyer", "officer", "ann"]))
    def moves_the_closing(self, days: int, who: str) -> None:
        def act(at: datetime) -> None:
            later = self.closing + timedelta(days=days)
            opportunities.extend(self.there(), later, both("More time."), by=self.person(who), at=at)
            self.closings.add(later)

        self.does(act)

    @rule(material=st.booleans())
    def changes_the_text(self, *, material: bool) -> None:
        values: dict[str, Any] | None = {"deliverables": both("A better map.")} if material else None
        self.does(
            lambda at: opportunities.issue_addendum(
                self.there(), both("Read this."), values, by=self.person("buyer"), at=at
            )
        )  # fmt: skip

    @rule(past=st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND, timedelta(hours=1)]))
    def comes_to_the_closing(self, past: timedelta) -> None:
        db.session.rollback()
        if clock.now() < self.closing + past:
            self.travel(self.closing + past)

    @rule()
    def closes(self) -> None:
        self.does(lambda at: opportunities.close_due(at=at))

    @rule(first=st.sampled_from(["officer", "second", "buyer"]), second=st.sampled_from(["officer", "second", "ann"]))
    def opens(self, first: str, second: str) -> None:
        def act(at: datetime) -> None:
            evaluation = evaluations.begin_opening(self.there(), by=self.person(first), at=at)
            evaluations.complete_opening(evaluation, by=self.person(second), at=at)

        self.does(act)

    @rule(seldom=st.integers(0, 9))
    def cancels(self, seldom: int) -> None:
        if seldom == MOST_SELDOM:
            self.does(lambda at: opportunities.cancel(self.there(), both("No."), by=self.person("officer"), at=at))

    @invariant()
    def nothing_came_in_late(self) -> None:
        db.session.rollback()
        last = max(self.closings)
        assert [one for one in db.session.scalars(select(Submission.received_at)) if one >= last] == []
        counted = select(Submission.received_at).join(Proposal).where(Proposal.state.not_in(("draft", "withdrawn")))
        assert [one for one in db.session.scalars(counted) if one >= self.closing] == []

    @invariant()
    def each_state_is_where_its_events_led(self) -> None:
        for table, model in EDGES:
            for row in db.session.scalars(select(model)):
                story = db.session.execute(
                    select(Event.action, Event.before, Event.after)
                    .where(Event.kind == table.kind, Event.subject_id == row.id, Event.after.is_not(None))
                    .order_by(Event.id)
                ).all()
                state = "open" if table is OPPORTUNITY else None
                for action, before, after in story:
                    edge = table.transitions.get(action.partition(".")[2])
                    if edge is None:
                        continue
                    assert (before or "") in edge.sources
                    assert (before or None, after) == (state or None, edge.target)
                    state = after
                assert row.state == state

    @invariant()
    def nobody_has_two(self) -> None:
        held = [(one.author_id, one.organization_id) for one in db.session.scalars(select(Proposal))
                if one.state in LIVE]  # fmt: skip
        sides = [("firm", firm) if firm else ("person", author) for author, firm in held]
        assert len(sides) == len(set(sides))

    @invariant()
    def no_stranger_hears_of_it(self) -> None:
        if find_evaluation(self.there()) is not None and self.there().state == "evaluation":
            return
        db.session.rollback()
        stranger = self.application.test_client()
        for page in PAGES:
            shown = stranger.get(f"{self.address}{page}", follow_redirects=True).text
            assert CANARY not in shown
            assert not any(one.title() in shown for one in ("ann", "cleo"))

    def teardown(self) -> None:
        db.session.rollback()


@pytest.fixture
def machine(app: Flask, travel: Travel) -> type[Tender]:
    """The machine, with its clock."""
    Tender.travel, Tender.application = staticmethod(travel), app
    return Tender


def test_what_the_law_says_of_a_tender_holds_in_any_order(machine: type[Tender]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )  # fmt: skip
