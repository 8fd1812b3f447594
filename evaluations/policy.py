"""Who may open, read, score, lock and award: plain functions of facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.bilingual import N_
from app.core.errors import NotNow, Refusal

FEWEST_EVALUATORS = 2
FEWEST_WORDS = 3
LONGEST_TEXT = 20_000
REMINDER_PAUSE = timedelta(days=1)
EXPLANATION_WAITS = N_("The bidder was asked to explain the price and may still answer. Wait for it, or for its day.")
TIME_TO_EXPLAIN = timedelta(days=2)
"""How long a bidder has at least to explain a price."""
QUESTION_PERIOD = timedelta(days=30)
"""How long after the decision a bidder may ask about their debrief."""
UNANSWERED = timedelta(days=3)
"""After how long the clock reminds of an invitation."""
NEAR_DECISION = timedelta(days=3)
"""How near the decision date the clock reminds of sheets that are left."""
PREPARING = ("open", "closed", "evaluation")
"""States of an opportunity in which its panel may be invited and changed."""
JUDGING = ("scoring", "agreeing")
"""States of an evaluation in which the panel is at work."""
LOCKED = ("locked", "decided", "ended")
"""States of an evaluation in which judgements no longer change."""


@dataclass(frozen=True)
class Facts:
    """What decides: the person's roles and place, how far the procurement is, what the matrix still lacks.

    `proposes`: the person, or an organization of theirs, has a proposal in. `place`: "", "invited" or "accepted".
    `stage` and `judging`: the states of the opportunity (as the clock shows it) and of its evaluation ("" if none).
    `round` of `rounds` is under way; `judges`: how many judge the proposal that has the fewest. `missing` scores and
    `unsettled` cells (to be agreed on) are counted in that round; `named`: one of its stages reveals who proposes.
    `left`: how many proposals the person has to score themselves.
    `accounts`: every number under which the person is known; `seated_twice`: another of them has a place on the panel.
    `awarded`: an award is proposed or made. `departs`: the award named does not follow the ranking. `winner`: the
    person is on the winner's side.
    """

    roles: frozenset[str] = frozenset()
    proposes: bool = False
    place: str = ""
    chairs: bool = False
    stage: str = ""
    judging: str = ""
    first_opener_id: int | None = None
    evaluators: int = 0
    chaired: bool = False
    proponents: int = 0
    missing: int = 0
    left: int = 0
    judges: int = 0
    unsettled: int = 0
    round: int = 1
    rounds: int = 1
    named: bool = False
    conflict: bool = False
    awarded: bool = False
    departs: bool = False
    winner: bool = False
    accounts: frozenset[int] = frozenset()
    seated_twice: bool = False


def is_sentence(text: str) -> bool:
    """A reason, rationale or declaration says something: a few words at least, and no book."""
    return len(text.split()) >= FEWEST_WORDS and len(text) <= LONGEST_TEXT


def is_officer(facts: Facts) -> bool:
    """An officer of the department (or lent to it) who is on no proponent's side."""
    return "officer" in facts.roles and not facts.proposes


def is_evaluator(facts: Facts) -> bool:
    """A member who declared no conflict, accepted, and is on no proponent's side."""
    return facts.place == "accepted" and not facts.proposes


def may_open_first(facts: Facts) -> bool:
    """The first of two to open is an officer."""
    return is_officer(facts)


def is_another(person_id: int | None, first_id: int | None, facts: Facts) -> bool:
    """Two people act where two are asked for: neither the same account nor another one of the same human."""
    return person_id is not None and first_id not in {person_id, *facts.accounts}


def may_open_second(person_id: int | None, facts: Facts) -> bool:
    """The second is another officer, or an administrator, who opens and does not read."""
    return (
        is_another(person_id, facts.first_opener_id, facts)
        and not facts.proposes
        and bool(facts.roles & {"officer", "administrator"})
    )


def may_follow(facts: Facts) -> bool:
    """Who sees that an evaluation goes on: its officers, its panel, and whoever may complete the opening."""
    opens = "administrator" in facts.roles and facts.stage == "closed" and not facts.proposes
    return is_officer(facts) or opens or (facts.place == "invited") or is_evaluator(facts)


def may_read_proposals(facts: Facts) -> bool:
    """Who reads what proponents wrote: evaluators, and officers once quality is locked; only after the opening."""
    if facts.judging in ("", "opening"):
        return False
    return is_evaluator(facts) or (is_officer(facts) and facts.judging in LOCKED)


def may_see_ranking(facts: Facts) -> bool:
    """Who sees totals, names and prices before the award: officers and the panel, once quality is locked."""
    return facts.judging in LOCKED and (is_officer(facts) or is_evaluator(facts))


def may_award(facts: Facts) -> bool:
    """Who weighs the ranking and awards: an officer, once quality is locked."""
    return is_officer(facts) and may_see_ranking(facts)


def may_see_names(facts: Facts) -> bool:
    """Who learns who proposes: whoever sees the ranking, and the panel from a stage on that reveals names."""
    return may_see_ranking(facts) or (facts.named and facts.judging in JUDGING and is_evaluator(facts))


def may_meet(facts: Facts) -> bool:
    """The chair holds the panel's meetings and enters what it agrees on."""
    return is_evaluator(facts) and facts.chairs


def may_lock(facts: Facts) -> bool:
    """The officer, or the chair, locks quality."""
    return is_officer(facts) or (is_evaluator(facts) and facts.chairs)


def is_scoring(facts: Facts) -> bool:
    """Scores can be given and revised now."""
    return facts.judging == "scoring" and facts.stage == "evaluation"


def when_closed(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """Nothing is opened before the closing, nor once the tender has ended."""
    return None if facts.stage == "closed" else NotNow(N_("Proposals are opened after the closing, once."))


def when_preparing(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """The panel is chosen until quality is locked."""
    if facts.stage in PREPARING and facts.judging in ("", "opening", *JUDGING):
        return None
    return NotNow(N_("The panel can be changed from publication until quality is locked."))


def when_accepting(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """A place is accepted by a declaration without conflict, by nobody who proposes."""
    if facts.proposes:
        return NotNow(N_("You, or an organization of yours, propose here. Decline the invitation."))
    if facts.seated_twice:
        return NotNow(N_("You are on this panel already, under another account of yours. Decline the invitation."))
    if facts.conflict:
        return NotNow(N_("Whoever declares a conflict cannot evaluate here. Decline the invitation."))
    return when_preparing(row, at, facts)


def when_judged(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """A round is judged when everyone who judges a proposal has given every score; 0 is a score."""
    if facts.stage != "evaluation" or not facts.proponents:
        return NotNow(N_("There is nothing to rank."))
    if facts.evaluators < FEWEST_EVALUATORS or not facts.chaired:
        return NotNow(N_("The panel needs at least two evaluators, one of whom chairs."))
    if facts.judges < FEWEST_EVALUATORS:
        return NotNow(N_("A proposal has fewer than two evaluators without conflict. Invite another to the panel."))
    if facts.left:
        return NotNow(N_("Submit your own scores first."))
    if facts.missing:
        return NotNow(N_("The matrix is not complete: %(count)s scores are missing."), count=facts.missing)
    return None


def when_complete(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """A round is complete when it is judged and the panel has agreed wherever it must."""
    early = when_judged(row, at, facts)
    if early is None and facts.unsettled:
        return NotNow(N_("The panel has to agree on %(count)s scores first."), count=facts.unsettled)
    return early


def when_meeting(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """The panel meets once all individual scores are in, and only if there is something to agree on."""
    early = when_judged(row, at, facts)
    if early is None and not facts.unsettled:
        return NotNow(N_("Nothing is left to agree on in this round."))
    return early


def when_advancing(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """A complete round that is not the last decides who goes on to the next."""
    if facts.round >= facts.rounds:
        return NotNow(N_("This is the last round. Lock quality."))
    return when_complete(row, at, facts)


def when_locking(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """Quality is locked at the end of the last round."""
    if facts.round < facts.rounds:
        return NotNow(N_("Rounds remain. Let proposals go on to the next."))
    return when_complete(row, at, facts)


def when_short_of_evaluators(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """Scoring begins again only when evaluators without conflict, or judgements, are missing."""
    if facts.stage == "evaluation" and facts.proponents and when_complete(row, at, facts) is not None:
        return None
    return NotNow(N_("Quality is locked. Scoring begins again only when judgements are missing."))


def when_awarding(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """An award needs locked quality and a complete matrix; evaluators recused since then leave no gap."""
    if facts.judging not in ("locked", "decided"):
        return NotNow(N_("Lock quality before awarding."))
    return when_complete(row, at, facts)


def when_disqualifying(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """A proposal is disqualified between the opening and the award."""
    if facts.stage == "evaluation" and facts.judging in (*JUDGING, "locked") and not facts.awarded:
        return None
    return NotNow(N_("A proposal is disqualified between the opening and the award."))


def when_next_in_rank(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """One officer alone awards to the next in rank; anything else waits for a second officer."""
    if facts.departs:
        return NotNow(N_("An award to another than the next in rank needs a second officer."))
    return when_awarding(row, at, facts)


def when_nothing_remains(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """Without a proposal that remains, the tender ends unsuccessful."""
    if facts.stage == "evaluation" and not facts.proponents and not facts.awarded:
        return None
    return NotNow(N_("Proposals remain. Award, or disqualify with a reason."))


def when_wording(facts: Facts, *, released: bool) -> Refusal | None:
    """Debriefs are worded from the locking of quality until the decision; what bidders have read stays as it is."""
    if facts.judging == "locked" and not released:
        return None
    return NotNow(N_("Debriefs are worded between the locking of quality and the decision."))


def when_asking(released_at: datetime | None, at: datetime, *, waits: bool) -> Refusal | None:
    """A bidder asks about their debrief within thirty days of the decision, one question at a time."""
    if released_at is None or at >= released_at + QUESTION_PERIOD:
        return NotNow(N_("A question about a debrief can be asked for 30 days from the decision."))
    return NotNow(N_("Your earlier question waits for its answer.")) if waits else None


def explanation_waits(answered_at: datetime | None, due_at: datetime, at: datetime) -> bool:
    """An explanation can be given before its moment, once; until then the proposal is not disqualified."""
    return answered_at is None and at < due_at


def when_explaining(facts: Facts, *, low: bool, asked: bool) -> Refusal | None:
    """A bidder is asked, once, to explain an abnormally low price between the lock and the award."""
    if facts.judging != "locked" or facts.stage != "evaluation" or facts.awarded:
        return NotNow(N_("A price is explained between the locking of quality and the award."))
    if not low:
        return NotNow(N_("This price is not abnormally low."))
    return NotNow(N_("An explanation was asked for already.")) if asked else None
