"""Random panels, played by the real acts beside a plain model: blind, complete, and nothing that was said is lost."""

from collections.abc import Iterable

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.lifecycle import START
from evaluations import policy, queries
from evaluations.lifecycle import AWARD, EVALUATION, PANEL_MEMBER
from evaluations.models import Agreement, Award, Evaluation, PanelMember, Proponent, Score, Sheet
from evaluations.policy import Facts
from evaluations.views.guards import Scene
from evaluations.views.opening import visible_cells
from opportunities.lifecycle import OPPORTUNITY
from proposals.lifecycle import PROPOSAL
from tests.evaluations.panel_model import ON_PANEL
from tests.evaluations.panel_play import Play
from tests.evaluations.story import AFTER, Story

TABLES = {one.kind: one for one in (EVALUATION, PANEL_MEMBER, AWARD, OPPORTUNITY, PROPOSAL)}


class Panels(Play):
    """One procurement after its opening, and what holds after every act."""

    def __init__(self) -> None:
        super().__init__()
        self.seen_events = 0
        self.states: dict[tuple[str, int], str] = {}
        self.kept: dict[tuple[type, int], object] = {}
        self.screenings: list[object] = []

    @invariant()
    def each_sees_others_work_only_after_their_own(self) -> None:
        model = self.model
        for number in {*model.accepted, *(one for *_place, one in model.sheets)}:
            who, opened = self.people[number], set()
            for of in range(model.authors):
                own = model.sheets.get((model.round, of, number))
                theirs = {one for at, that, one in model.sheets if (at, that) == (model.round, of) and one != number}
                seen = {one.evaluator_id for one in queries.others_sheets(self.proponent(of), who)}
                allowed = {self.people[one].id for one in theirs} if own is not None and own.counts else set()
                assert seen == allowed
                opened |= {self.proponent(of).number} if own is not None and own.counts else set()
            if number in model.accepted and model.state in policy.JUDGING:
                facts = Facts(place="accepted", judging=model.state, stage="evaluation")
                here = Scene(self.story.opportunity, self.judging, facts, who, AFTER)
                assert {key[0] for key in visible_cells(here) if key[1] != who.id} <= opened

    @invariant()
    def completeness_is_what_the_model_counts(self) -> None:
        model = self.model
        facts = queries.facts(self.story.opportunity, self.story.officer, AFTER)
        assert (facts.judging, facts.round, facts.missing) == (model.state, model.round, model.missing)
        assert facts.unsettled == (0 if model.missing else len(model.open()))
        assert (policy.when_complete(self.judging, AFTER, facts) is None) == model.complete
        assert facts.proponents == len(model.candidates)
        ends = EVALUATION.open_to(self.judging, by=self.story.officer, at=AFTER, facts=facts) & {"advance", "lock"}
        can = model.complete and model.state in policy.JUDGING
        assert ends == ({"lock" if model.round == 2 else "advance"} if can else set())
        if model.state in ("locked", "decided") and not model.missing and not model.open() and model.accepted:
            assert len(queries.ranking(self.judging).lines) == model.authors - len(model.disqualified)

    @invariant()
    def only_what_counts_is_counted(self) -> None:
        found = queries.individual_scores(self.judging)
        counted = sum(len(one.given) for one in self.model.sheets.values() if one.counts)
        assert sum(len(scores) for scores in found.values()) == counted

    @invariant()
    def nothing_said_is_lost_or_changed(self) -> None:
        scores = select(Score).join(Sheet).join(Proponent).where(Proponent.evaluation_id == self.judging.id)
        agreements = select(Agreement).join(Proponent).where(Proponent.evaluation_id == self.judging.id)
        rows: list[Score | Agreement] = [*db.session.scalars(scores), *db.session.scalars(agreements)]
        said = {(type(one), one.id): (one.points, one.passed, one.rationale, one.revision, one.at) for one in rows}
        assert {key: said.get(key) for key in self.kept} == self.kept
        self.kept = dict(said)
        standing = [_cell(one) for one in rows if not one.superseded]
        assert len(set(standing)) == len(standing)
        revisions = [(*_cell(one), one.revision) for one in rows]
        assert len(set(revisions)) == len(revisions)

    @invariant()
    def a_screening_that_is_over_never_changes(self) -> None:
        judging = self.judging
        assert judging.screenings[: len(self.screenings)] == self.screenings
        self.screenings = list(judging.screenings)
        passed = {of: self.proponent(of).rounds_passed for of in range(self.model.authors)}
        assert passed == {of: self.model.passed.get(of, 0) for of in range(self.model.authors)}

    @invariant()
    def one_chairs_at_most(self) -> None:
        chairs = [one.user_id for one in queries.panel(self.story.opportunity) if one.chairs and one.state in ON_PANEL]
        assert chairs == ([] if self.model.chair is None else [self.people[self.model.chair].id])

    @invariant()
    def every_change_of_state_is_one_edge_and_one_event(self) -> None:
        ocid = self.story.opportunity.ocid
        events = select(Event).where(Event.procurement == ocid, Event.id > self.seen_events, Event.after.is_not(None))
        for event in db.session.scalars(events.order_by(Event.id)):
            kind, name = event.action.split(".")
            if kind in TABLES:
                edge = TABLES[kind].transitions[name]
                assert event.before is None or event.before in edge.sources
                known = self.states.get((kind, event.subject_id), event.before or START)
                assert (event.before or START, event.after) == (known, edge.target)
                self.states[kind, event.subject_id] = edge.target
                self.seen_events = event.id
        assert self.states == {**self.states, **_states(self.story)}


def _cell(one: Score | Agreement) -> tuple[type, int, int]:
    return (type(one), one.sheet_id if isinstance(one, Score) else one.proponent_id, one.criterion_id)


def _states(story: Story) -> dict[tuple[str, int], str]:
    awards = db.session.scalars(select(Award).where(Award.opportunity_id == story.opportunity.id))
    groups: Iterable[tuple[str, Iterable[Evaluation | PanelMember | Award]]] = (
        ("evaluation", [story.evaluation]), ("panel_member", queries.panel(story.opportunity)), ("award", awards),
    )  # fmt: skip
    rows = {(kind, one.id): one.state for kind, group in groups for one in group}
    proposals = {("proposal", one.proposal_id): one.proposal.state for one in queries.proponents(story.evaluation)}
    return {**rows, **proposals, ("opportunity", story.opportunity.id): story.opportunity.state}


def test_random_panels_stay_blind_complete_and_whole(app: Flask) -> None:
    run_state_machine_as_test(
        Panels,
        settings=settings(
            max_examples=10, phases=(Phase.generate,),
            stateful_step_count=15, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
