"""Who may do what with a proposal, in which state: the tables of truth."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.audit import CLOCK
from app.core.db import db
from proposals import policy, queries
from proposals.lifecycle import PROPOSAL
from proposals.models import STATES
from proposals.policy import Facts
from tests.factories import CLOSING, make_administrator, make_organization, make_user
from tests.proposals.story import make_story

LAST = CLOSING - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("is_author", "role", "for_organization", "expected"),
    [
        (True, None, False, True),
        (False, None, False, False),
        (False, "owner", False, False),
        (True, None, True, False),
        (True, "member", True, True),
        (False, "member", True, False),
        (False, "admin", True, True),
        (False, "owner", True, True),
    ],
)
def test_the_authors_side(is_author: bool, role: str | None, for_organization: bool, expected: bool) -> None:  # noqa: FBT001
    facts = Facts(is_author=is_author, organization_role=role, for_organization=for_organization)
    assert policy.on_authors_side(facts) == expected


AUTHOR = Facts(is_author=True, may_propose=True)
OFFICER = Facts(roles=frozenset({"officer"}))
TABLE = {
    ("author", "before"): {
        "draft": {"submit"}, "submitted": {"resubmit", "withdraw"}, "withdrawn": {"submit"}, "awarded": {"decline"},
    },
    ("author", "after"): {"awarded": {"decline"}},
    ("officer", "before"): {
        "opened": {"disqualify", "award", "not_award"}, "not_awarded": {"award", "disqualify"}, "awarded": {"decline"},
    },
    ("officer", "after"): {
        "submitted": {"open"}, "opened": {"disqualify", "award", "not_award"}, "not_awarded": {"award", "disqualify"},
        "awarded": {"decline"},
    },
    ("stranger", "before"): {},
    ("stranger", "after"): {},
}  # fmt: skip


@pytest.mark.parametrize(("who", "when"), TABLE)
def test_who_may_move_a_proposal_from_which_state_when(app: Flask, who: str, when: str) -> None:
    story = make_story()
    proposal = story.submitted()
    facts = {"author": AUTHOR, "officer": OFFICER, "stranger": Facts(may_propose=True)}[who]
    at = {"before": LAST, "after": CLOSING}[when]
    found = {}
    for state in STATES:
        proposal.state = state
        found[state] = set(PROPOSAL.open_to(proposal, by=story.robin, at=at, facts=facts))
    db.session.rollback()
    assert found == {state: TABLE[who, when].get(state, set()) for state in STATES}


def test_the_sql_and_the_policy_agree_on_whose_side_a_person_is(app: Flask) -> None:
    story = make_story()
    owner, member, author = make_user("Ola"), make_user("Mem"), make_user("Aut")
    organization = make_organization(owner, "Pines", member, author)
    mine = story.submitted()
    from_organization = story.start(author)
    from_organization.organization = organization
    db.session.commit()
    for person in (story.robin, story.officer, owner, member, author):
        by_sql = {one.id for one in queries.list_own(person)[0]}
        by_policy = {
            one.id for one in (mine, from_organization) if policy.on_authors_side(queries.side_of(one, person))
        }
        assert by_sql == by_policy


def test_facts_of_the_clock_and_of_an_administrator(app: Flask) -> None:
    story = make_story()
    proposal = story.submitted()
    assert queries.facts(proposal, CLOCK, CLOSING) == Facts(by_clock=True)
    assert policy.may_open(queries.facts(proposal, make_administrator(), CLOSING))
    assert not policy.may_decide(queries.facts(proposal, make_administrator(), CLOSING))
