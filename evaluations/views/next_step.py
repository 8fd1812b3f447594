"""One sentence that says where an evaluation stands for its reader, and the one page or button that acts on it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from evaluations import policy, queries
from evaluations.views.guards import Scene

OPEN = "evaluations.open_proposals"


@dataclass(frozen=True)
class Step:
    """The sentence, the button's words and endpoint (posted or linked), and a note on what it does."""

    sentence: str
    state: str
    word: str
    button: str = ""
    endpoint: str = ""
    posts: bool = False
    note: str = ""
    proponent: int | None = None


def next_step(here: Scene) -> Step:
    """Say what stands and what this person does next."""
    if here.facts.place == "invited":
        sentence = _("You are invited to the panel. Declare your interests first.")
        return Step(sentence, "today", _("Invitation"), _("Answer the invitation"), "evaluations.answer")
    if here.facts.stage == "evaluation":
        return _STEPS[here.facts.judging](here)
    if here.facts.stage == "closed":
        return _closed(here) if here.evaluation is None else _opening(here)
    if here.facts.stage == "open":
        return Step(_("Sealed until the closing. The panel can be prepared."), "sealed", _("Sealed"))
    if here.facts.stage in ("awarded", "completed", "unsuccessful"):
        return Step(_("The decision is made."), "awarded", _("Decided"), _("Read the decision"), "evaluations.decision")
    return Step(_("Nothing is evaluated here now."), "draft", _("Not under way"))


def _closed(here: Scene) -> Step:
    sentence = _("Closed. Two people open the proposals; nobody knows yet how many there are.")
    if not policy.may_open_first(here.facts):
        return Step(sentence, "sealed", _("Sealed"))
    note = _("Nothing is unsealed until a second person completes the opening.")
    return Step(sentence, "today", _("Sealed"), _("Begin the opening"), OPEN, posts=True, note=note)


def _opening(here: Scene) -> Step:
    first = here.judged.first_opener.name
    if policy.may_open_second(here.person.id, here.facts):
        sentence = _("%(name)s began the opening. You can complete it.", name=first)
        note = _(
            "Proposals are unsealed, numbered in a shuffled order, and every bidder is told. This cannot be undone."
        )
        return Step(sentence, "today", _("Opening"), _("Complete the opening"), OPEN, posts=True, note=note)
    return Step(_("%(name)s began the opening. It waits for a second person.", name=first), "sealed", _("Opening"))


def _scoring(here: Scene) -> Step:
    if not here.facts.proponents:
        return _nothing_remains(here)
    if policy.is_evaluator(here.facts):
        own = _own_scoring(here)
        if own is not None:
            return own
    if policy.may_lock(here.facts) and policy.when_complete(None, here.at, here.facts) is None:
        sentence = _("Every score is in. Lock quality to see the ranking.")
        return Step(sentence, "today", _("All scores in"), _("Lock quality"), "evaluations.lock")
    if policy.is_officer(here.facts) and here.facts.evaluators < policy.FEWEST_EVALUATORS:
        sentence = _("The panel needs at least two evaluators, one of whom chairs.")
        return Step(sentence, "today", _("Panel"), _("Choose the panel"), "evaluations.panel")
    if policy.is_officer(here.facts) and not here.facts.place:
        sentence = ngettext("%(num)s score is missing.", "%(num)s scores are missing.", here.facts.missing)
        return Step(sentence, "evaluation", _("Scoring"))
    return Step(_("Your scores are in. The panel is still at work."), "evaluation", _("Scoring"))


def _own_scoring(here: Scene) -> Step | None:
    """The next sheet to score; None when all of one's own are in."""
    cells = queries.matrix(here.judged)
    listed = [one.number for one in queries.proponents(here.judged) if one.proposal.state == "opened"]
    submitted = {number for (number, person), cell in cells.items() if person == here.person.id and cell.submitted_at}
    left = [number for number in listed if number not in submitted]
    if not left:
        return None
    values = {"done": len(listed) - len(left), "all": len(listed), "left": len(left)}
    sentence = _("%(done)s of %(all)s scored, %(left)s left.", **values)
    button = _("Score proponent %(number)s", number=left[0])
    return Step(sentence, "today", _("Scoring"), button, "evaluations.sheet", proponent=left[0])


def _nothing_remains(here: Scene) -> Step:
    none_came = not here.judged.proponents
    sentence = _("No proposals came in.") if none_came else _("No proposal remains that could win.")
    if not policy.is_officer(here.facts):
        return Step(sentence, "closed", _("No proposals"))
    note = _("The tender ends unsuccessful; you can then post the opportunity again from a copy.")
    return Step(sentence, "today", _("No proposals"), _("End as unsuccessful"), "evaluations.unsuccessful", note=note)


def _locked(here: Scene) -> Step:
    award = queries.find_live_award(here.opportunity)
    if award is not None:
        return _proposed(here, award.by_id)
    if not here.facts.proponents:
        return _nothing_remains(here)
    if policy.is_officer(here.facts) and here.facts.evaluators < policy.FEWEST_EVALUATORS:
        sentence = _("Too few evaluators remain. Complete the panel and let scoring resume.")
        return Step(sentence, "today", _("Panel"), _("Resume scoring"), "evaluations.resume", posts=True)
    if policy.is_officer(here.facts):
        return Step(
            _("Quality is locked. The ranking is ready."),
            "today",
            _("Ranked"),
            _("Award this opportunity"),
            "evaluations.award",
        )
    return Step(
        _("Quality is locked. The officer awards."),
        "evaluation",
        _("Ranked"),
        _("See the ranking"),
        "evaluations.ranking",
    )


def _proposed(here: Scene, by_id: int) -> Step:
    if policy.is_officer(here.facts) and here.person.id != by_id:
        sentence = _("An award that departs from the ranking waits for you.")
        return Step(sentence, "today", _("To confirm"), _("Confirm or refuse"), "evaluations.confirm")
    return Step(_("The proposed award waits for a second officer."), "evaluation", _("To confirm"))


_STEPS: dict[str, Callable[[Scene], Step]] = {
    "scoring": _scoring,
    "locked": _locked,
    "decided": _locked,
    "ended": _nothing_remains,
}
