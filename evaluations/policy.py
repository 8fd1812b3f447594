"""Who may open, read, score, lock and award: plain functions of facts."""

from dataclasses import dataclass
from datetime import datetime

from app.core.bilingual import N_
from app.core.errors import NotNow, Refusal

FEWEST_EVALUATORS = 2
FEWEST_WORDS = 3
LONGEST_TEXT = 20_000
PREPARING = ("open", "closed", "evaluation")
"""States of an opportunity in which its panel may be invited and changed."""


@dataclass(frozen=True)
class Facts:
    """What decides: the person's roles and place, how far the procurement is, what the matrix still lacks.

    `proposes`: the person, or an organization of theirs, has a proposal in. `place`: "", "invited" or "accepted".
    `stage` and `judging`: the states of the opportunity (as the clock shows it) and of its evaluation ("" if none).
    `departs`: the award named goes to another than the next in rank. `winner`: the person is on the winner's side.
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
    conflict: bool = False
    departs: bool = False
    winner: bool = False


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


def may_open_second(person_id: int | None, facts: Facts) -> bool:
    """The second is another officer, or an administrator, who opens and does not read."""
    someone_else = person_id is not None and person_id != facts.first_opener_id
    return someone_else and not facts.proposes and bool(facts.roles & {"officer", "administrator"})


def may_follow(facts: Facts) -> bool:
    """Who sees that an evaluation goes on: its officers, its panel, and whoever may complete the opening."""
    opens = "administrator" in facts.roles and facts.stage == "closed" and not facts.proposes
    return is_officer(facts) or opens or (facts.place == "invited") or is_evaluator(facts)


def may_read_proposals(facts: Facts) -> bool:
    """Who reads what proponents wrote: evaluators, and officers once quality is locked; only after the opening."""
    if facts.judging in ("", "opening"):
        return False
    return is_evaluator(facts) or (is_officer(facts) and facts.judging != "scoring")


def may_see_ranking(facts: Facts) -> bool:
    """Who sees totals, names and prices before the award: officers and the panel, once quality is locked."""
    return facts.judging in ("locked", "decided", "ended") and (is_officer(facts) or is_evaluator(facts))


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
    if facts.stage in PREPARING and facts.judging in ("", "opening", "scoring"):
        return None
    return NotNow(N_("The panel can be changed from publication until quality is locked."))


def when_accepting(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """A place is accepted by a declaration without conflict, by nobody who proposes."""
    if facts.proposes:
        return NotNow(N_("You, or an organization of yours, propose here. Decline the invitation."))
    if facts.conflict:
        return NotNow(N_("Whoever declares a conflict cannot evaluate here. Decline the invitation."))
    return when_preparing(row, at, facts)


def when_complete(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """Quality is locked when every evaluator has judged every proponent; 0 is a score."""
    if facts.stage != "evaluation" or not facts.proponents:
        return NotNow(N_("There is nothing to rank."))
    if facts.evaluators < FEWEST_EVALUATORS or not facts.chaired:
        return NotNow(N_("The panel needs at least two evaluators, one of whom chairs."))
    if facts.missing:
        return NotNow(N_("The matrix is not complete: %(count)s scores are missing."), count=facts.missing)
    return None


def when_short_of_evaluators(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """Scoring begins again only when too few evaluators without conflict remain."""
    if facts.stage == "evaluation" and facts.evaluators < FEWEST_EVALUATORS:
        return None
    return NotNow(N_("Quality is locked. Scoring begins again only when fewer than two evaluators remain."))


def when_awarding(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """An award needs locked quality and a complete matrix; evaluators recused since then leave no gap."""
    if facts.judging not in ("locked", "decided"):
        return NotNow(N_("Lock quality before awarding."))
    return when_complete(row, at, facts)


def when_next_in_rank(row: object, at: datetime, facts: Facts) -> Refusal | None:
    """One officer alone awards to the next in rank; anything else waits for a second officer."""
    if facts.departs:
        return NotNow(N_("An award to another than the next in rank needs a second officer."))
    return when_awarding(row, at, facts)


def when_nothing_remains(_row: object, _at: datetime, facts: Facts) -> Refusal | None:
    """Without a proposal that remains, the tender ends unsuccessful."""
    if facts.stage == "evaluation" and not facts.proponents:
        return None
    return NotNow(N_("Proposals remain. Award, or disqualify with a reason."))
