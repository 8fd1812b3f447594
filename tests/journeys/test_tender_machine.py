"""Whatever buyers, officers, bidders and the clock do to a tender, in any order, what the law says of it holds.

They do it in two processes, one after the other or at once. After each step: nothing that counts came in at the closing
or after it; each state is one that a life cycle leads to, by events that are in the log; nobody has two live proposals;
no stranger hears what a sealed one says, or that it is; of what there can be one of, there is one. What two people did
at once came out, and left everything, as if one had come after the other.

TEST_GAMES=150 plays so many.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core import clock
from app.core.audit import Event
from app.core.db import db, transaction
from app.core.lifecycle import Lifecycle
from contracts import actions as contracts
from contracts.gateway import Account, Method
from contracts.lifecycle import CONTRACT, MILESTONE, PAYMENT
from contracts.models import Contract, Milestone, PaymentAttempt
from contracts.policy import PAID, UNDER_WAY
from evaluations import actions as evaluations
from evaluations.lifecycle import AWARD, EVALUATION, PANEL_MEMBER
from evaluations.models import Award, Evaluation, PanelMember
from evaluations.queries import find_evaluation
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Opportunity
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, Submission
from tests.conftest import NOON, Travel, empty_tables
from tests.factories import (
    make_administrator,
    make_department,
    make_opportunity,
    make_organization,
    make_staff,
    make_user,
)
from tests.journeys.second_process import SecondProcess, second_process
from tests.journeys.tender_acts import CANARY, DONE, LIVE, TOLD, Cast, Step, carry_out
from tests.journeys.tender_steps import (
    ANY,
    LATE,
    STEPS,
    as_shown,
    is_once,
    leading_on,
    one_after_the_other,
    stage,
    standing,
)

GAMES = int(os.environ.get("TEST_GAMES", "3"))
WEEK = timedelta(days=7)
MICROSECOND, MOMENT, HOUR = timedelta(microseconds=1), timedelta(milliseconds=50), timedelta(hours=1)
STAFF = {"buyer": "buyer", "bea": "buyer", "officer": "officer", "second": "officer", "fay": "finance",
         "fred": "finance"}  # fmt: skip
NAMES = {"ann": "Ann", "ben": "Ben", "cleo": "Cleo", "chair": "Chantal", "mark": "Mark", "dora": "Dora"}
BIDDERS = ("Ann", "Cleo")
PAGES = ("", "/questions", "/changes", "/story", "/story/check")
EDGES: list[tuple[Lifecycle, Any]] = [
    (OPPORTUNITY, Opportunity), (PROPOSAL, Proposal), (EVALUATION, Evaluation), (PANEL_MEMBER, PanelMember),
    (AWARD, Award), (CONTRACT, Contract), (MILESTONE, Milestone), (PAYMENT, PaymentAttempt),
]  # fmt: skip
WHICH = st.integers(0, 999)
HERE, THERE, BOTH = "here", "there", "both"
WHERE = st.sampled_from([BOTH, THERE, HERE])
FAR_ALONG = st.sampled_from([0, 0, 0, 2, 5, 6, 8])
"""How many steps that lead on were taken before a game begins."""


class Tender(RuleBasedStateMachine):
    """One opportunity, from its publication to the payments of its contract."""

    travel: Travel
    application: Flask
    other: SecondProcess

    @initialize(far=FAR_ALONG, late=WHICH)
    def begin(self, far: int, late: int) -> None:
        db.session.remove()
        empty_tables()
        self.travel(NOON)
        department = make_department()
        people = {name: make_user(shown, bio="Maps") for name, shown in NAMES.items()}
        people |= {name: make_staff(role, department) for name, role in STAFF.items()} | {"ada": make_administrator()}
        opportunity = make_opportunity(
            department, people["buyer"], state="open", closing_at=NOON + WEEK, standstill_days=0,
            questions_until=NOON + timedelta(days=1),
        )  # fmt: skip
        firm = make_organization(people["ben"], "Three Pines", people["cleo"])
        firm.members[1].role = "admin"
        for judge in ("chair", "mark"):
            seat = evaluations.invite(
                opportunity, people[judge].email, chairs=judge == "chair", by=people["officer"], at=NOON
            )
            words = "I know none of them."
            evaluations.answer(seat, accepts=True, conflict=False, words=words, by=people[judge], at=NOON)
        for owner, who in ((people["ann"], "ann"), (firm, "ben")):
            account = Account(f"acct-{owner.key}")
            contracts.connect_account(owner, account, provider="sandbox", by=people[who], at=NOON)
        contracts.save_method(department, "payer", Method("method", "Visa 4242"), by=people["fay"], at=NOON)
        numbers = {name: person.id for name, person in people.items()}
        self.cast = Cast(opportunity.id, firm.id, numbers, (NOON + WEEK).isoformat())
        self.turn, self.latest, self.address = 0, NOON + WEEK, f"/en/opportunities/{opportunity.number}"
        db.session.commit()
        for name in ("ann", "ben"):
            assert carry_out(self.cast, Step("submits", name, (name, name))) == DONE
        if far:
            self.is_overtaken_by_the_closing(self.of(LATE, late))
        for _step in range(far):
            carry_out(self.cast, leading_on(self.cast)[0])

    @property
    def closing(self) -> datetime:
        """The closing as it stands."""
        closing = self.cast.there().closing_at
        assert closing is not None
        return closing

    def does(self, step: Step, then: Step, where: str) -> None:
        """Do one step in a process, or both at once in two."""
        step, then = as_shown(self.cast, step), as_shown(self.cast, then)
        self.turn += 1
        note(f"{where}: {step}" + (f" and {then}" if where == BOTH else ""))
        if where == HERE:
            carry_out(self.cast, step)
        elif where == THERE:
            self.other.begin(self.cast, step)
            self.other.answer()
        else:
            self.both(step, then)
        db.session.rollback()

    def of(self, steps: list[Step], which: int) -> Step:
        """Choose one; the turn is counted in, for what is drawn is often the same small number."""
        return steps[(which + self.turn * 7) % len(steps)]

    def both(self, here: Step, there: Step) -> None:
        """One process here and one there begin at once; what comes out is one of what two in a row could."""
        this_first, stands = one_after_the_other(self.cast, here, there)
        that_first, stood = one_after_the_other(self.cast, there, here)
        self.other.begin(self.cast, there)
        try:
            came = carry_out(self.cast, here)
        finally:
            answered = self.other.answer()
        outcome = ([came, answered], standing())
        assert outcome in ((this_first, stands), (that_first[::-1], stood))
        assert [came, answered] != [DONE, DONE] or not is_once(here, there)

    @rule(first=WHICH, second=WHICH, where=WHERE, strange=st.sampled_from([False, False, True]))
    def people_act(self, first: int, second: int, where: str, *, strange: bool) -> None:
        """What belongs to this stage, or anything at all."""
        steps = STEPS[stage(self.cast)]
        self.does(self.of(ANY if strange else steps, first), self.of(steps, second), where)

    @rule(first=WHICH, second=WHICH)
    def two_act_at_once(self, first: int, second: int) -> None:
        self.people_act(first, second, BOTH, strange=False)

    @rule(first=WHICH, second=WHICH, where=WHERE)
    def goes_on(self, first: int, second: int, where: str) -> None:
        """What leads on after the closing; two who may take the same step take it at once."""
        if clock.now() < self.closing:
            self.two_act_at_once(first, second)
        elif steps := leading_on(self.cast):
            self.does(self.of(steps, first), self.of(steps, second), where)

    @rule(past=st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND, HOUR, None]), first=WHICH, second=WHICH)
    def time_passes(self, past: timedelta | None, first: int, second: int) -> None:
        """To the closing, or just past it, or while somebody waits for the lock; later it only goes on."""
        if clock.now() >= self.closing:
            self.goes_on(first, second, BOTH)
        elif past is None:
            self.is_overtaken_by_the_closing(self.of(LATE, first))
        elif clock.now() < self.closing + past:
            self.travel(self.closing + past)

    def is_overtaken_by_the_closing(self, step: Step) -> None:
        """Begun before the closing, it gets the lock after it."""
        note(f"overtaken: {step}")
        closing = self.closing
        self.travel(closing - MOMENT)
        step = as_shown(self.cast, step)
        with transaction(on=self.cast.there()):
            self.other.begin(self.cast, step)
            while clock.now() < closing:
                pass
        assert self.other.answer() == TOLD
        db.session.rollback()

    @invariant()
    def nothing_came_in_late(self) -> None:
        assert self.closing >= self.latest
        self.latest = self.closing
        assert [one for one in db.session.scalars(select(Submission.received_at)) if one >= self.latest] == []

    @invariant()
    def each_state_is_where_its_events_led(self) -> None:
        lives = {table.kind: table for table, _model in EDGES}
        led: dict[tuple[str, int], str | None] = {("opportunity", self.cast.opportunity): "open"}
        for event in db.session.scalars(select(Event).where(Event.after.is_not(None)).order_by(Event.id)):
            edge = lives[event.kind].transitions[event.action.partition(".")[2]]
            row = (event.kind, event.subject_id)
            assert (event.before or "") in edge.sources
            assert (event.before, event.after) == (led.get(row), edge.target)
            led[row] = event.after
        stands = {(table.kind, one.id): one.state for table, model in EDGES
                  for one in db.session.execute(select(model.id, model.state))}  # fmt: skip
        assert stands == led

    @invariant()
    def of_what_there_can_be_one_there_is_one(self) -> None:
        held = [("firm", one.organization_id) if one.organization_id else ("person", one.author_id)
                for one in db.session.scalars(select(Proposal)) if one.state in LIVE]  # fmt: skip
        assert len(held) == len(set(held))
        assert len(db.session.scalars(select(Evaluation.id)).all()) <= 1
        assert len(db.session.scalars(select(Award).where(Award.state.in_(("made", "proposed")))).all()) <= 1
        assert len(db.session.scalars(select(Contract).where(Contract.state != "declined")).all()) <= 1
        running = select(PaymentAttempt.milestone_id).where(PaymentAttempt.state.in_((*UNDER_WAY, *PAID)))
        paid = db.session.scalars(running).all()
        assert len(paid) == len(set(paid))

    @invariant()
    def no_stranger_hears_of_it(self) -> None:
        evaluation = find_evaluation(self.cast.there())
        if evaluation is not None and evaluation.opened_at is not None:
            return
        db.session.rollback()
        stranger = self.application.test_client()
        for page in PAGES:
            shown = stranger.get(f"{self.address}{page}", follow_redirects=True).text
            assert CANARY not in shown
            assert not any(one in shown for one in BIDDERS)

    def teardown(self) -> None:
        db.session.rollback()


@pytest.fixture
def machine(app: Flask, travel: Travel, settings: dict[str, str]) -> Iterator[type[Tender]]:
    """The machine, with its clock and the second process."""
    Tender.travel, Tender.application = staticmethod(travel), app
    with second_process(settings) as other:
        Tender.other = other
        yield Tender


def test_what_the_law_says_of_a_tender_holds_in_any_order(machine: type[Tender]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(
            max_examples=GAMES, stateful_step_count=25, deadline=None,
            phases=[Phase.generate],  # what two did at once may come out otherwise when it is tried again
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )  # fmt: skip
