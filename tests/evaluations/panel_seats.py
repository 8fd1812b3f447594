"""The seats and the scores of a random panel, each act tried beside a plain model that says whether it is refused."""

from collections.abc import Callable
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from app.core.db import db
from app.core.errors import Refusal
from auth.models import User
from evaluations import actions, policy, queries
from evaluations.actions.sheets import Typed
from evaluations.models import PanelMember, Proponent
from opportunities.models import Criterion, EvaluationPlan, Stage
from tests.evaluations.panel_model import (
    LEAST_APPROACH,
    MANDATORY,
    ON_PANEL,
    ROUNDS,
    Marks,
    Model,
)
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story
from tests.factories import both, make_plan

PEOPLE = 5
REASON = "We looked at it again."
numbers = count(1)
person = st.integers(0, PEOPLE - 1)
author = st.integers(0, 4)
points = st.sampled_from((3, 5, 2, 0, 4, 1))
STARTS = {"awarded": 2, "meeting": 0, "locked": 2, "interview": 1, "opened": 0}
"""Where a game begins, and how many rounds are over by then."""
marks = st.tuples(st.sampled_from((1, 1, 0)), points, points)


def staged(*, consensus: bool, top: int | None) -> EvaluationPlan:
    """Mandatory and rated criteria, an interview, and the price."""
    plan = make_plan(formula="lowest", price_weight=20)
    rated = plan.stages[1]
    rated.settled_by, rated.top_n = ("consensus" if consensus else "mean"), top
    rated.criteria[0].weight, rated.criteria[1].weight = 40, 20
    rated.criteria[0].minimum = LEAST_APPROACH
    interview = Stage(position=3, kind="interview", title=both("Interview", "Entrevue"))
    interview.criteria.append(Criterion(position=1, title=both("Answers"), earns=both("Says how"), weight=20))
    plan.stages.append(interview)
    return plan


class Seats(RuleBasedStateMachine):
    """One procurement after its opening; every act is tried by the real actions, and the model says what comes out."""

    story: Story
    model: Model
    people: list[User]
    proponents: list[Proponent]
    criteria: list[Criterion]

    def tries(self, may: bool, act: Callable[[], object]) -> bool:  # noqa: FBT001  (what is expected comes first)
        """Do something in a transaction of its own; it is refused exactly when the model says so."""
        try:
            act()
            db.session.commit()
            done = True
        except Refusal as refusal:
            db.session.rollback()
            done, said = False, refusal
        assert done == may, f"expected {may}, but {done or repr(said)}"
        return done

    def proponent(self, number: int) -> Proponent:
        return self.proponents[number]

    def place(self, number: int) -> PanelMember:
        found = queries.find_place(self.story.opportunity, self.people[number])
        assert found is not None
        return found

    # The panel

    @rule(number=person, chairs=st.booleans(), honest=st.booleans())
    def join(self, number: int, *, chairs: bool, honest: bool) -> None:
        model, who = self.model, self.people[number]
        live = model.places.get(number) in ON_PANEL
        may = model.preparing and not live
        officer, place = self.story.officer, self.story.opportunity
        if not self.tries(may, lambda: actions.invite(place, who.email, chairs=chairs, by=officer, at=AFTER)):
            return
        model.places[number] = "invited"
        model.chair = number if chairs else model.chair
        self.tries(
            True,  # noqa: FBT003
            lambda: actions.answer(
                self.place(number), accepts=True, conflict=not honest, words=NO_CONFLICT, by=who, at=AFTER
            ),
        )
        model.places[number] = "accepted" if honest else "declined"
        model.chair = None if model.chair == number and not honest else model.chair

    @rule(number=person)
    def take_the_chair(self, number: int) -> None:
        if self.model.places.get(number) not in ON_PANEL:
            return
        may = self.model.stage == "evaluation"
        if self.tries(may, lambda: actions.make_chair(self.place(number), by=self.story.officer, at=AFTER)):
            self.model.chair = number

    def leave(self, number: int, state: str) -> None:
        self.model.places[number] = state
        self.model.chair = None if self.model.chair == number else self.model.chair

    @rule(number=person)
    def recuse(self, number: int) -> None:
        if self.model.places.get(number) not in ON_PANEL:
            return
        who = self.people[number]
        self.tries(True, lambda: actions.recuse(self.place(number), words=REASON, by=who, at=AFTER))  # noqa: FBT003
        self.leave(number, "recused")
        self.model.conflict(number, range(self.model.authors))

    @rule(number=person, of=author)
    def recuse_from(self, number: int, of: int) -> None:
        model = self.model
        of %= model.authors
        may = number in model.accepted and (of, number) not in model.conflicts
        may = may and model.state in (*policy.JUDGING, "locked")
        who = self.people[number]
        if self.tries(may, lambda: actions.recuse_from(self.proponent(of), words=REASON, by=who, at=AFTER)):
            model.conflicts.add((of, number))
            model.conflict(number, [of])

    @rule(number=person)
    def replace(self, number: int) -> None:
        if self.model.places.get(number) not in ON_PANEL:
            return
        may = self.model.preparing
        if self.tries(may, lambda: actions.replace(self.place(number), by=self.story.officer, at=AFTER)):
            self.leave(number, "replaced")
            self.model.void(number, range(self.model.authors), [self.model.round])

    # Scores

    def typed(self, given: dict[int, int]) -> dict[str, Typed]:
        words = {MANDATORY: ("not_met", "met")}
        return {
            one.key: Typed(words[index][given[index]] if index in words else str(given[index]), WHY)
            for index, one in enumerate(self.criteria)
            if index in given
        }

    @rule(number=person, of=author, values=marks, reason=st.sampled_from((REASON, "")))
    def score(self, number: int, of: int, values: tuple[int, int, int], reason: str) -> None:
        model = self.model
        of %= model.authors
        given = dict(zip(ROUNDS[model.round], values, strict=False))
        if model.round == 2:
            given = dict.fromkeys(given, values[1])
        before = model.sheets.get((model.round, of, number))
        may = model.state == "scoring" and of in model.judged and number in model.judges(of)
        if before is not None:
            may = may and bool(reason) and (before.given != given or not before.counts)
        who, typed = self.people[number], self.typed(given)
        act = lambda: actions.submit_sheet(self.proponent(of), typed, reason=reason, by=who, at=AFTER)  # noqa: E731
        if self.tries(may, act):
            changed = [one for one in given if before is None or not before.counts or before.given[one] != given[one]]
            model.sheets[model.round, of, number] = Marks(given)
            model.reopen(of, changed)

    @rule(number=person, of=author)
    def keep_a_draft(self, number: int, of: int) -> None:
        model = self.model
        of %= model.authors
        may = model.state == "scoring" and of in model.judged and number in model.judges(of)
        who, typed = self.people[number], self.typed(dict.fromkeys(ROUNDS[model.round], 1))
        self.tries(may, lambda: actions.save_sheet(self.proponent(of), typed, by=who, at=AFTER))

    @rule(values=st.lists(marks, min_size=1, max_size=7))
    def score_what_is_left(self, values: list[tuple[int, int, int]]) -> None:
        if self.model.state == "scoring":
            for turn, (of, number) in enumerate(self.model.waiting()):
                self.score(number, of, values[turn % len(values)], REASON)
