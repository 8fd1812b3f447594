"""An evaluation in stages: who stands back from one proposal, the meetings of the panel, who goes on, invitations."""

from datetime import datetime, timedelta
from functools import partial

from app.demo.planning import criteria_keys
from app.demo.posting import Step, Story
from app.demo.world import Spec
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Evaluation, Proponent
from opportunities.parts import HELD
from proposals.models import Proposal

FIRST_AGREED = timedelta(minutes=15)
NEXT_AGREED = timedelta(minutes=20)
"""How long the panel talks about a proposal."""


def evaluation(story: Story) -> Evaluation:
    """Give the story's evaluation, once it is open."""
    found: Evaluation = story.rows["evaluation"]
    return found


def proponent(story: Story, proposal: Proposal) -> Proponent:
    """Give a proposal as the panel sees it."""
    return next(one for one in queries.proponents(evaluation(story)) if one.proposal_id == proposal.id)


def keys_now(story: Story) -> dict[str, str]:
    """Give the keys of the criteria judged in the round under way, by their names in the file."""
    judged = {one.key for one in queries.round_criteria(evaluation(story))}
    keys = criteria_keys(story.spec, story.opportunity)
    return {name: key for name, key in keys.items() if key in judged}


def steps(story: Story) -> list[Step]:
    """List what stages add to an evaluation, with the moments."""
    listed: list[Step] = [
        (story.at(one["at"]), partial(_recuse, story, one)) for one in story.spec.get("recusals", [])
    ]  # fmt: skip
    listed += [(story.at(one["at"]), partial(_invite, story, one)) for one in story.spec.get("invitations", [])]
    for one in story.spec.get("rounds", []):
        if "meets" in one:
            listed += _meeting(story, one)
        if "advances" in one:
            listed.append((story.at(one["advances"]), lambda at: _advance(story, at)))
    return listed


def _recuse(story: Story, one: Spec, at: datetime) -> None:
    of = proponent(story, story.proposal(one["from"]))
    actions.recuse_from(of, words=one["words"], by=story.person(one["person"]), at=at)


def _invite(story: Story, one: Spec, at: datetime) -> None:
    """Invite a bidder to the challenge or the interview of the round under way."""
    of = proponent(story, story.proposal(one["to"]))
    under_way = queries.rounds_of(story.opportunity)[evaluation(story).round - 1]
    stage = next(stage for stage in under_way if stage.kind in HELD)
    actions.invite_to(
        of, stage, starts_at=story.at(one["starts"]), place=one["place"], words=one["words"], by=story.officer, at=at
    )


def _meeting(story: Story, one: Spec) -> list[Step]:
    begins = story.at(one["meets"])
    bids = [bid for bid in story.spec["proposals"] if "agreed" in bid]
    return [
        (begins, partial(_meet, story, one["attends"])),
        *(
            (begins + FIRST_AGREED + place * NEXT_AGREED, partial(_agree, story, bid, one["attends"][0]))
            for place, bid in enumerate(bids)
        ),
    ]


def _meet(story: Story, attends: list[str], at: datetime) -> None:
    present = [story.person(key) for key in attends]
    actions.meet(evaluation(story), present, by=present[0], at=at)


def _agree(story: Story, bid: Spec, chair: str, at: datetime) -> None:
    """Enter what the panel agreed on one proposal in the round under way; points may carry a reason outside."""
    of, keys = proponent(story, story.proposal(bid["by"])), keys_now(story)
    criteria = {one.key: one for one in queries.round_criteria(evaluation(story))}
    for name, (points, words, *outside) in bid["agreed"].items():
        if name in keys:
            actions.agree(
                of, criteria[keys[name]], Typed(str(points), words), outside_reason="".join(outside),
                by=story.person(chair), at=at,
            )  # fmt: skip


def _advance(story: Story, at: datetime) -> None:
    actions.advance(evaluation(story), by=story.officer, at=at)
