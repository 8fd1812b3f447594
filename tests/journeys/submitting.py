"""A program that submits proposals one after the other until it is killed; it says each receipt once it is committed.

`python -m tests.journeys.submitting NUMBER NAME` with the installation's settings in its environment.
"""

import sys
from itertools import count

from app.core.db import db, transaction
from app.factory import create_app
from auth.models import Email, User
from evaluations.queries import criteria_of
from opportunities.queries import get_opportunity
from proposals import actions
from proposals.content import TeamMember
from tests.factories import BEGINNING, save


def make_person(name: str) -> User:
    """Make a developer."""
    author = User(name=name, email=f"{name}@mail.example", language="en", created_at=BEGINNING)
    author.emails.append(Email(address=author.email, verified_at=BEGINNING))
    return save(author)


def submit_for_ever(number: int, name: str) -> None:
    """Let one new developer after the other propose; every step is a transaction of its own."""
    for turn in count(1):
        author = make_person(f"{name}-{turn}")
        with transaction() as at:
            opportunity = get_opportunity(number)
            proposal = actions.start(opportunity, by=author, at=at)
            answers = {one.key: f"{name} answers {turn}." for one in criteria_of(opportunity)}
            actions.save_approach(proposal, answers, by=author, at=at)
            actions.save_team(proposal, [TeamMember(name, "Everything")], by=author, at=at)
        with transaction(on=proposal.opportunity) as at:
            received = actions.submit(proposal, accepted=(), by=author, at=at)
            receipt = f"{received.key} {received.digest} {name}-{turn}"
        print(receipt, flush=True)  # noqa: T201  (what the one who kills it reads)


if __name__ == "__main__":
    with create_app().app_context():
        submit_for_ever(int(sys.argv[1]), sys.argv[2])
        db.session.remove()
