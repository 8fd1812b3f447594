"""The acts of a random panel, each tried on the exchange and on a plain model that says whether it is refused."""

from collections.abc import Callable
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.core.db import db
from app.core.errors import Refusal
from auth.models import User
from evaluations import actions, policy, queries
from evaluations.actions.sheets import Typed
from evaluations.models import PanelMember, Proponent
from opportunities.models import Criterion as PlanCriterion
from opportunities.models import EvaluationPlan, Stage
from tests.evaluations.panel_model import (
    LEAST_APPROACH,
    MANDATORY,
    ON_PANEL,
    ROUNDS,
    Agreed,
    Marks,
    Model,
)
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story, make_story, open_all, propose
from tests.factories import both, make_plan, make_user

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
    interview.criteria.append(PlanCriterion(position=1, title=both("Answers"), earns=both("Says how"), weight=20))
    plan.stages.append(interview)
    return plan


class Play(RuleBasedStateMachine):
    """One procurement after its opening; every act is tried by the real actions, and the model says what comes out."""

    story: Story
    model: Model
    people: list[User]

    @initialize(
        bidders=st.integers(2, 4), evaluators=st.integers(3, PEOPLE), consensus=st.booleans(),
        top=st.sampled_from((None, 1, 2)), start=st.sampled_from(tuple(STARTS)), values=marks,
    )  # fmt: skip
    def begin(
        self, bidders: int, evaluators: int, top: int | None, start: str, values: tuple[int, int, int], *,
        consensus: bool,
    ) -> None:  # fmt: skip
        db.session.rollback()
        self.story = make_story(staged(consensus=consensus, top=top), department=f"river{next(numbers)}")
        self.people = [make_user(f"Evaluator {number}") for number in range(PEOPLE)]
        self.model = Model(bidders, consensus, top)
        for number in range(bidders):
            propose(self.story, price_cents=500_000 + 1000 * number)
        self.judging = open_all(self.story)
        self.proponents = [self.story.proponent(number) for number in range(bidders)]
        self.criteria = queries.criteria_of(self.story.opportunity)
        for number in range(evaluators):
            self.join(number, chairs=number == 0, honest=True)
        for _round in range(STARTS[start]):
            self.finish_the_round(values, values[1])
        if start == "meeting":
            self.score_what_is_left([(1, *values[1:]), (0, 4, 1)])
            self.meet(0, set(range(evaluators - 1)))
        elif start == "awarded":
            self.award(0, departs=values[2] == 0)

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

    # Agreeing

    @rule(number=person, with_whom=st.sets(person, min_size=1))
    def meet(self, number: int, with_whom: set[int]) -> None:
        model = self.model
        present = with_whom & set(model.accepted)
        due = model.state == "agreeing" or (model.state == "scoring" and model.whole and bool(model.open()))
        may = due and model.chairs == number and number in present and len(present) >= 2
        called = [self.people[one] for one in sorted(with_whom)]
        if self.tries(may, lambda: actions.meet(self.judging, called, by=self.people[number], at=AFTER)):
            model.state, model.attended = "agreeing", present

    @rule(number=person, of=author, which=st.integers(0, 3), value=points, reason=st.booleans(), stale=st.booleans())
    def agree(self, number: int, of: int, which: int, value: int, *, reason: bool, stale: bool) -> None:
        model = self.model
        of %= model.authors
        given = model.given(of, which) if which in ROUNDS[model.round] else []
        value = min(value, 1) if which == MANDATORY else value
        outside = which != MANDATORY and bool(given) and not min(given) <= value <= max(given)
        enters = number in model.judges(of) and (model.chair == number or (of, model.chair) in model.conflicts)
        may = model.state == "agreeing" and enters and (of, which) in model.offered() and not stale
        may = may and model.attended is not None and model.attended <= set(model.accepted)
        present = model.present(of)
        may = may and number in present and len(present) >= 2
        may = may and (reason or not outside)
        criterion = self.criteria[which]
        standing = queries.agreements(self.judging).get((self.proponent(of).id, criterion.id))
        seen = (standing.revision if standing else 0) + stale
        typed = self.typed({which: value})[criterion.key]
        if self.tries(may, lambda: actions.agree(
            self.proponent(of), criterion, typed, outside_reason=REASON if reason else "", seen=seen,
            by=self.people[number], at=AFTER,
        )):  # fmt: skip
            model.agreed[of, which] = Agreed(value, present, number)

    @rule(number=person)
    def confirm_not_met(self, number: int) -> None:
        model = self.model
        rows = queries.agreements(self.judging)
        for (of, which), agreed in list(model.agreed.items()):
            if which != MANDATORY:
                continue
            row = rows[self.proponent(of).id, self.criteria[which].id]
            may = model.state == "agreeing" and number in model.judges(of) and number != agreed.by
            may = may and not agreed.settles(which)
            if self.tries(may, lambda row=row: actions.second(row, by=self.people[number], at=AFTER)):  # type: ignore[misc]
                agreed.second = number
                agreed.involved.add(number)

    @rule(value=points)
    def agree_on_what_is_left(self, value: int) -> None:
        model = self.model
        if model.chairs is not None and model.state in policy.JUDGING and (model.state == "agreeing" or model.whole):
            self.meet(model.chairs, set(model.accepted))
            for of, which in model.open():
                for number in model.judges(of):
                    if model.chair == number or (of, model.chair) in model.conflicts:
                        self.agree(number, of, which, value, reason=True, stale=False)
                        break
            for number in model.accepted:
                self.confirm_not_met(number)

    # The end of a round, and the decision

    @rule(by=st.sampled_from(("officer", "second", "chair", "member")))
    def end_the_round(self, by: str) -> None:
        model = self.model
        who = {"officer": self.story.officer, "second": self.story.second}.get(by, self.people[0])
        entitled = by in ("officer", "second") or model.chairs == 0
        may = entitled and model.state in policy.JUDGING and model.complete
        on = may and model.round == 1
        if self.tries(on, lambda: actions.advance(self.judging, by=who, at=AFTER)):
            model.advance()
        elif self.tries(may, lambda: actions.lock(self.judging, by=who, at=AFTER)):
            model.state = "locked"

    @rule(values=marks, value=points)
    def finish_the_round(self, values: tuple[int, int, int], value: int) -> None:
        self.score_what_is_left([(1, *values[1:]), values])
        self.agree_on_what_is_left(value)
        self.end_the_round("officer")

    @rule()
    def resume(self) -> None:
        model = self.model
        may = model.state in ("agreeing", "locked") and model.stage == "evaluation"
        may = may and bool(model.candidates) and not model.complete
        if self.tries(may, lambda: actions.resume_scoring(self.judging, by=self.story.officer, at=AFTER)):
            model.state = "scoring"

    @rule(of=author)
    def disqualify(self, of: int) -> None:
        model = self.model
        of %= model.authors
        may = model.state in (*policy.JUDGING, "locked") and model.award is None
        may = may and of not in model.disqualified | model.declined
        officer = self.story.officer
        if self.tries(may, lambda: actions.disqualify(self.proponent(of), reason=REASON, by=officer, at=AFTER)):
            model.disqualified.add(of)

    @rule(of=author, departs=st.booleans())
    def award(self, of: int, *, departs: bool) -> None:
        model = self.model
        of %= model.authors
        may = model.state == "locked" and model.complete and model.award is None
        first = queries.ranking(self.judging).next_in_rank if may else None
        if first is not None and not departs:
            of = next(one for one in range(model.authors) if self.proponent(one).id == first.proponent.id)
        alone = first is not None and self.proponent(of).id == first.proponent.id
        other = REASON if departs else ""
        if self.tries(may and of in model.candidates, lambda: actions.award(
            self.proponent(of), reason=REASON, departure_reason=other, by=self.story.officer, at=AFTER
        )):  # fmt: skip
            model.award = (of, "made" if alone else "proposed", 0)
            model.state = "decided" if alone else "locked"

    @rule(confirms=st.booleans(), by=st.sampled_from((0, 1)))
    def answer_the_proposed(self, *, confirms: bool, by: int) -> None:
        model, live = self.model, queries.find_live_award(self.story.opportunity)
        assert (live is None) == (model.award is None)
        if live is None or model.award is None:
            return
        who = (self.story.officer, self.story.second)[by]
        if not confirms:
            if self.tries(
                model.award[1] == "proposed", lambda: actions.refuse_award(live, reason=REASON, by=who, at=AFTER)
            ):
                model.award = None
            return
        may = model.award[1] == "proposed" and by == 1 and model.state == "locked" and model.complete
        if self.tries(may, lambda: actions.confirm_award(live, by=who, at=AFTER)):
            model.award, model.state = (model.award[0], "made", 0), "decided"

    @rule()
    def decline(self) -> None:
        model, live = self.model, queries.find_live_award(self.story.opportunity)
        if live is not None and model.award is not None:
            winner = self.story.authors[model.award[0]]
            made = model.award[1] == "made"
            if self.tries(made, lambda: actions.decline_award(live, by=winner, at=AFTER)):
                model.declined.add(model.award[0])
                model.award, model.state = None, "locked"

    @rule()
    def end_unsuccessful(self) -> None:
        model = self.model
        may = model.state in (*policy.JUDGING, "locked") and not model.candidates and model.award is None
        officer = self.story.officer
        if self.tries(may, lambda: actions.find_unsuccessful(self.judging, reason=REASON, by=officer, at=AFTER)):
            model.state = "ended"
