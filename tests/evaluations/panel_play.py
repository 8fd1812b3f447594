"""What a random panel agrees on and how its rounds and the procurement end, beside the same plain model."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from app.core.db import db
from evaluations import actions, policy, queries
from tests.evaluations.panel_model import (
    MANDATORY,
    ROUNDS,
    Agreed,
    Model,
)
from tests.evaluations.panel_seats import PEOPLE, REASON, STARTS, Seats, author, marks, numbers, person, points, staged
from tests.evaluations.story import AFTER, make_story, open_all, propose
from tests.factories import make_user


class Play(Seats):
    """One procurement after its opening; every act is tried by the real actions, and the model says what comes out."""

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
