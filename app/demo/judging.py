"""An opportunity's story from its opening to its decision: panel, declarations, score sheets, award."""

from datetime import datetime, timedelta
from functools import partial

from app.core.bilingual import Bilingual
from app.demo import rounds
from app.demo.posting import Step, Story
from app.demo.rounds import evaluation, keys_now, proponent
from app.demo.world import Spec, both
from evaluations import actions, queries
from evaluations.actions.sheets import Typed

SECOND_OPENER = timedelta(minutes=20)
FIRST_SHEET = timedelta(hours=2)
NEXT_SHEET = timedelta(minutes=20)
BEFORE_AWARD = timedelta(hours=1)
VERDICTS = {"pass": "met", "fail": "not_met"}
NO_CONFLICT = Bilingual(
    "I have no interest in any of the proposals.", "Je n’ai d’intérêt dans aucune des propositions."
)
MEETS = Bilingual("The answer shows that it is met.", "La réponse montre que le critère est respecté.")


def steps(story: Story) -> list[Step]:
    """List the acts after the closing, with their moments."""
    spec = story.spec
    if cancelled := spec.get("cancelled"):
        return [(story.at(cancelled["at"]), lambda at: story.cancel(both(cancelled["reason"]), at))]
    if spec["state"] in ("draft", "review"):
        return []
    listed = _invitations(story)
    if opening := spec.get("opening"):
        listed += _opening(story, opening)
        listed += [*_sheets(story), *rounds.steps(story)]
        listed += [
            (story.at(one["disqualified"]["at"]), partial(_disqualify, story, one))
            for one in spec.get("proposals", [])
            if one.get("disqualified")
        ]
    if unsuccessful := spec.get("unsuccessful"):
        listed.append((story.at(unsuccessful["at"]), lambda at: _find_unsuccessful(story, unsuccessful, at)))
    return [*listed, *_awards(story)]


def _invitations(story: Story) -> list[Step]:
    posted = story.at(story.spec["dates"]["posted"]) + timedelta(days=1)
    listed: list[Step] = [
        (
            posted + timedelta(minutes=place),
            partial(_invite, story, key, chairs=place == 0),
        )
        for place, key in enumerate(story.spec.get("panel", []))
        if posted <= story.calendar.now
    ]
    declared = story.spec.get("declarations", [])
    return [*listed, *((story.at(one["at"]), partial(_declare, story, one)) for one in declared)]


def _invite(story: Story, key: str, at: datetime, *, chairs: bool) -> None:
    member = actions.invite(story.opportunity, story.person(key).email, chairs=chairs, by=story.officer, at=at)
    story.rows[f"place {key}"] = member


def _declare(story: Story, one: Spec, at: datetime) -> None:
    user, conflict = story.person(one["person"]), bool(one["conflict"])
    words = one["conflict"] if conflict else NO_CONFLICT.text(user.language)
    member = story.rows[f"place {one['person']}"]
    actions.answer(member, accepts=not conflict, conflict=conflict, words=words, by=user, at=at)


def _opening(story: Story, opening: Spec) -> list[Step]:
    first, second = (story.person(key) for key in opening["by"])
    at = story.at(opening["at"])

    def begin(at: datetime) -> None:
        story.rows["evaluation"] = actions.begin_opening(story.opportunity, by=first, at=at)

    return [
        (at, begin),
        (at + SECOND_OPENER, lambda at: actions.complete_opening(story.rows["evaluation"], by=second, at=at)),
    ]


def _sheets(story: Story) -> list[Step]:
    """List the sheets of each round: every evaluator's on every proposal, one after the other."""
    declared = [story.at(one["at"]) for one in story.spec.get("declarations", [])]
    begin = max([story.at(story.spec["opening"]["at"]) + SECOND_OPENER, *declared]) + FIRST_SHEET
    later = [story.at(one["sheets"]) for one in story.spec.get("rounds", []) if "sheets" in one]
    judged = [
        (bid, evaluator, scores)
        for bid in story.spec.get("proposals", [])
        for evaluator, scores in bid.get("scores", {}).items()
    ]
    return [
        (first + place * NEXT_SHEET, partial(_judge, story, bid, key, scores))
        for first in (begin, *later)
        for place, (bid, key, scores) in enumerate(judged)
    ]


def _judge(story: Story, bid: Spec, key: str, scores: Spec, at: datetime) -> None:
    """Submit a sheet on the round under way, if the file has one; where something is left out, it is only saved."""
    evaluator, keys = story.person(key), keys_now(story)
    given: dict[str, list[str]] = {
        one["key"]: ["pass", MEETS.text(evaluator.language)] for one in story.spec.get("mandatory", [])
    }
    if not keys.keys() & {**given, **scores}.keys():
        return
    typed = {
        keys[name]: Typed(VERDICTS.get(verdict, str(verdict)), words)
        for name, (verdict, words) in {**given, **scores}.items()
        if name in keys
    }
    act = actions.submit_sheet if set(typed) == set(keys.values()) else actions.save_sheet
    act(proponent(story, story.proposal(bid["by"])), typed, by=evaluator, at=at)


def _disqualify(story: Story, one: Spec, at: datetime) -> None:
    reason = both(one["disqualified"]["reason"]).text(story.person(one["by"]).language)
    by = story.person(one["disqualified"]["by"])
    actions.disqualify(proponent(story, story.proposal(one["by"])), reason=reason, by=by, at=at)


def _find_unsuccessful(story: Story, one: Spec, at: datetime) -> None:
    by = story.person(one["by"])
    actions.find_unsuccessful(evaluation(story), reason=both(one["reason"]).text(by.language), by=by, at=at)


def _awards(story: Story) -> list[Step]:
    listed: list[Step] = []
    made = [one for one in (story.spec.get("award_declined"), story.spec.get("award")) if one]
    for place, one in enumerate(made):
        at = story.at(one["at"])
        if place == 0:
            listed.append((at - BEFORE_AWARD, lambda at: actions.lock(evaluation(story), by=story.officer, at=at)))
        listed.append((at, partial(_award, story, one)))
    return listed


def _award(story: Story, one: Spec, at: datetime) -> None:
    """Award to whom the ranking puts first, as many as the file names; a draw decides for itself who that is."""
    by = story.person(one["by"])
    places = len(one["to"]) if isinstance(one["to"], list) else 1
    lines = [line for line in queries.ranking(evaluation(story)).lines if line.awardable][:places]
    winners = [line.proponent for line in lines]
    story.rows["award"] = actions.award(*winners, reason=both(one["reason"]).text(by.language), by=by, at=at)[0]
