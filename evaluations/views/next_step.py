"""One sentence that says where an evaluation stands for its reader, and the one page or button that acts on it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.formats import day
from app.core.web import language
from evaluations import policy, queries
from evaluations.views.guards import Scene
from proposals.queries import Held
from proposals.queries import held as keys_held

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


def progress(here: Scene, left: int) -> str:
    """Say how far a person's own scoring is: what is in, what is left, and by when."""
    whole = len(queries.to_judge(here.judged, here.person))
    said = _("%(done)s of %(all)s scored · %(left)s left", done=whole - left, all=whole, left=left)
    decided = here.opportunity.decision_on
    return said if decided is None else _("%(said)s · by %(day)s", said=said, day=day(decided, language()))


def _closed(here: Scene) -> Step:
    sentence = _("Closed. Two people open the proposals; nobody knows yet how many there are.")
    if not policy.may_open_first(here.facts):
        return Step(sentence, "sealed", _("Sealed"))
    note = _("Nothing is unsealed until a second person completes the opening.")
    return Step(sentence, "today", _("Sealed"), _("Begin the opening"), OPEN, posts=True, note=note)


def _opening(here: Scene) -> Step:
    first = here.judged.first_opener.name
    held = keys_held(here.opportunity)
    if held is not None and held.missing:
        return _waits_for_custodians(here, held)
    if policy.may_open_second(here.person.id, here.facts):
        sentence = _("%(name)s began the opening. You can complete it.", name=first)
        note = _(
            "Proposals are unsealed, numbered in a shuffled order, and every bidder is told. This cannot be undone."
        )
        return Step(sentence, "today", _("Opening"), _("Complete the opening"), OPEN, posts=True, note=note)
    return Step(_("%(name)s began the opening. It waits for a second person.", name=first), "sealed", _("Opening"))


def _waits_for_custodians(here: Scene, held: Held) -> Step:
    sentence = _(
        "The opening has begun. Custodians keep the key: passphrases still needed (%(count)s).", count=held.missing
    )
    note = _("Asked and not given yet: %(names)s.", names=", ".join(held.waiting)) if held.waiting else ""
    if not policy.is_officer(here.facts):
        return Step(sentence, "sealed", _("Opening"), note=note)
    return Step(sentence, "sealed", _("Opening"), _("Use the recovery sheet"), "proposals.recovery", note=note)


def _scoring(here: Scene) -> Step:
    if not here.facts.proponents:
        return _nothing_remains(here)
    if policy.is_evaluator(here.facts):
        left = queries.left_to_score(here.judged, here.person)
        if left:
            button = _("Score proponent %(number)s", number=left[0])
            return Step(
                progress(here, len(left)), "today", _("Scoring"), button, "evaluations.sheet", proponent=left[0]
            )
    if policy.when_judged(None, here.at, here.facts) is None:
        return _round_judged(here)
    if policy.is_officer(here.facts):
        return _watched(here)
    return Step(_("Your scores are in. The panel is still at work."), "evaluation", _("Scoring"))


def _watched(here: Scene) -> Step:
    """What an officer does while the panel scores: complete it, invite proponents, or wait."""
    if _short(here):
        sentence = _("A proposal needs at least two evaluators, and the panel exactly one chair.")
        return Step(sentence, "today", _("Panel"), _("Choose the panel"), "evaluations.panel")
    uninvited = queries.uninvited(here.judged)
    if uninvited:
        sentence = ngettext("%(num)s proponent is to be invited.", "%(num)s proponents are to be invited.", uninvited)
        return Step(sentence, "today", _("To invite"), _("Invite proponents"), "evaluations.invitations")
    if here.facts.place:
        return Step(_("Your scores are in. The panel is still at work."), "evaluation", _("Scoring"))
    sentence = ngettext("%(num)s score is missing.", "%(num)s scores are missing.", here.facts.missing)
    return Step(sentence, "evaluation", _("Scoring"))


def _short(here: Scene) -> bool:
    """The panel lacks a chair, or somebody for a proposal."""
    return here.facts.judges < policy.FEWEST_EVALUATORS or not here.facts.chaired


def _round_judged(here: Scene) -> Step:
    """Every score is in: the panel agrees, then proposals go on, or quality is locked."""
    facts = here.facts
    if facts.unsettled:
        return _to_agree(here)
    if not policy.may_lock(facts):
        return Step(_("Every score is in. The chair or the officer goes on."), "evaluation", _("All scores in"))
    if facts.round < facts.rounds:
        sentence = _("Round %(number)s of %(all)s is judged. See who goes on.", number=facts.round, all=facts.rounds)
        return Step(sentence, "today", _("Round judged"), _("Let proposals go on"), "evaluations.advance")
    sentence = _("Every score is in. Lock quality to see the ranking.")
    return Step(sentence, "today", _("All scores in"), _("Lock quality"), "evaluations.lock")


def _to_agree(here: Scene) -> Step:
    count = here.facts.unsettled
    sentence = ngettext("The panel has %(num)s score to agree on.", "The panel has %(num)s scores to agree on.", count)
    if policy.may_meet(here.facts):
        button = _("Begin the meeting") if here.facts.judging == "scoring" else _("Agree on the scores")
        return Step(sentence, "today", _("Meeting"), button, "evaluations.consensus")
    if policy.is_evaluator(here.facts) and here.facts.judging == "agreeing":
        return Step(sentence, "evaluation", _("Meeting"), _("Follow the meeting"), "evaluations.consensus")
    return Step(sentence, "evaluation", _("Meeting"))


def _agreeing(here: Scene) -> Step:
    if not here.facts.proponents:
        return _nothing_remains(here)
    if policy.when_judged(None, here.at, here.facts) is None:
        return _round_judged(here)
    return _resumed(here, _("Judgements are missing. Scoring has to begin again before the panel agrees."))


def _resumed(here: Scene, sentence: str) -> Step:
    if policy.is_officer(here.facts):
        return Step(sentence, "today", _("Panel"), _("Resume scoring"), "evaluations.resume", posts=True)
    return Step(sentence, "evaluation", _("Panel"))


def _nothing_remains(here: Scene) -> Step:
    none_came = not here.judged.proponents
    sentence = _("No proposals came in.") if none_came else _("No proposal remains that could win.")
    if not policy.is_officer(here.facts):
        return Step(sentence, "closed", _("No proposals"))
    note = _("The tender ends unsuccessful; you can then post the opportunity again from a copy.")
    return Step(sentence, "today", _("No proposals"), _("End as unsuccessful"), "evaluations.unsuccessful", note=note)


def _locked(here: Scene) -> Step:
    proposed = [one for one in queries.live_awards(here.opportunity) if one.state == "proposed"]
    if proposed:
        return _proposed(here, proposed[0].by_id)
    if not here.facts.proponents:
        return _nothing_remains(here)
    if here.facts.judging == "locked" and policy.when_complete(None, here.at, here.facts) is not None:
        return _resumed(here, _("Too few judgements remain. Complete the panel and let scoring resume."))
    if policy.is_officer(here.facts):
        sentence = _("Quality is locked. The ranking is ready.")
        return Step(sentence, "today", _("Ranked"), _("Award this opportunity"), "evaluations.award")
    sentence = _("Quality is locked. The officer awards.")
    return Step(sentence, "evaluation", _("Ranked"), _("See the ranking"), "evaluations.ranking")


def _proposed(here: Scene, by_id: int) -> Step:
    if policy.is_officer(here.facts) and here.person.id != by_id:
        sentence = _("An award that departs from the ranking waits for you.")
        return Step(sentence, "today", _("To confirm"), _("Confirm or refuse"), "evaluations.confirm")
    return Step(_("The proposed award waits for a second officer."), "evaluation", _("To confirm"))


_STEPS: dict[str, Callable[[Scene], Step]] = {
    "scoring": _scoring,
    "agreeing": _agreeing,
    "locked": _locked,
    "decided": _locked,
    "ended": _nothing_remains,
}
