"""A program whose acts are killed: it starts once and forks for every act, so that a kill costs no start.

`python -m tests.journeys.dying` with the installation's settings in its environment reads orders from its input, one
in JSON a line, and answers each with what those who acted had said by their end. An act says what a person is shown,
once it is committed; done again it goes on where it was left.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from flask import Flask

from app.core import files, tree
from app.core.db import db, transaction
from app.core.files import check_upload
from app.factory import create_app
from app.jobs import Telling, close_opportunities, publish_head
from auth.models import User
from evaluations.actions import begin_opening, complete_opening
from evaluations.queries import find_evaluation
from opportunities.models import Opportunity
from opportunities.queries import get_opportunity
from proposals import actions, queries, sharing
from proposals.content import Content, TeamMember
from proposals.models import KeyShare, Proposal
from proposals.sharing import Locked

Say = Callable[..., object]

MISTAKE, FILES = "mistake.txt", ("figures.txt", "steps.txt")
"""What each author uploads and takes out again, and what stays."""


def text_of(author: int) -> str:
    """Give what an author answers to every criterion."""
    return f"Author {author} does it in four steps."


def bytes_of(name: str, author: int) -> bytes:
    """Give what an author's file holds."""
    return f"The {name} of author {author}.\n".encode() * 3000


def passphrase_of(custodian: int) -> str:
    """Give what a custodian has in mind."""
    return f"custodian {custodian} counts four horses"


@dataclass
class _Own:
    """An author's own proposal on an opportunity, begun if there is none."""

    number: int
    author: int
    say: Say

    def change(self, change: Callable[..., Any]) -> Any:
        """Change it in a transaction of its own, in line with others who act on the opportunity, as the pages do."""
        with transaction(on=get_opportunity(self.number)) as at:
            opportunity, author = get_opportunity(self.number), db.session.get_one(User, self.author)
            proposal = queries.find_own(opportunity, author) or actions.start(opportunity, by=author, at=at)
            return change(proposal, queries.content_for_author(proposal, author), by=author, at=at)

    def write(self, proposal: Proposal, _before: Content, **act: Any) -> None:
        """Write what every proposal needs."""
        answers = {one.key: text_of(self.author) for one in queries.criteria_of(proposal.opportunity)}
        actions.save_approach(proposal, answers, **act)
        actions.save_team(proposal, [TeamMember(f"Author {self.author}", "Everything")], **act)

    def upload(self, name: str) -> None:
        """Upload a file, unless it is there."""
        upload = check_upload(name, bytes_of(name, self.author))

        def add(proposal: Proposal, before: Content, **act: Any) -> Any:
            held = [one.name for one in before.files]
            return None if name in held else actions.add_file(proposal, upload, **act)

        entry = self.change(add)
        if entry is not None:
            self.say(file=entry.key, name=name, author=self.author)

    def take_out(self, name: str) -> None:
        """Take a file out, if it is there; its bytes are forgotten after the commit."""

        def remove(proposal: Proposal, before: Content, **act: Any) -> list[str | None]:
            found = [one.key for one in before.files if one.name == name]
            return [actions.remove_file(proposal, key, **act) for key in found]

        for stored in self.change(remove):
            files.chosen.store.remove(stored or "")


def upload(number: int, people: Sequence[int], say: Say) -> None:
    """Let authors write their drafts and upload their files, a wrong one first."""
    for person in people:
        own = _Own(number, person, say)
        own.change(own.write)
        own.upload(MISTAKE)
        own.upload(FILES[0])
        own.take_out(MISTAKE)
        own.upload(FILES[1])


def submit(number: int, people: Sequence[int], say: Say) -> None:
    """Let authors submit their drafts, each for a receipt."""
    for person in people:
        with transaction(on=get_opportunity(number)) as at:
            author = db.session.get_one(User, person)
            proposal = queries.find_own(get_opportunity(number), author)
            if proposal is None or proposal.state == "submitted":
                continue
            home = queries.own_copy(proposal, author) if queries.is_in_custody(proposal.opportunity) else None
            received = actions.submit(proposal, accepted=(), by=author, at=at)
            shown = {"receipt": received.key, "digest": received.digest, "note": received.receipt, "author": person}
        say(**shown, home=home)


def close(number: int, _people: Sequence[int], say: Say) -> None:
    """Do what the worker does at a closing: close, tell, publish the log's head."""
    close_opportunities()
    say(state="closed", number=number)
    Telling().round()
    publish_head()
    head = tree.find_head()
    if head is not None:
        say(head=head.note)


def unseal(number: int, people: Sequence[int], say: Say) -> None:
    """Let one officer begin the opening, custodians give their passphrases, and another officer complete it."""
    first, second, *custodians = people
    with transaction(on=get_opportunity(number)) as at:
        opportunity = get_opportunity(number)
        if find_evaluation(opportunity) is None:
            begin_opening(opportunity, by=db.session.get_one(User, first), at=at)
    say(state="opening", number=number)
    for custodian in custodians:
        _give(number, custodian)
        say(gave=custodian)
    with transaction(on=get_opportunity(number)) as at:
        evaluation = find_evaluation(get_opportunity(number))
        if evaluation is not None and evaluation.state == "opening":
            complete_opening(evaluation, by=db.session.get_one(User, second), at=at)
    say(state="opened", number=number)


def _give(number: int, custodian: int) -> None:
    """Give a share, unless it is given; the passphrase is used before the transaction, as on the page."""
    share = share_of(get_opportunity(number), custodian)
    assert share.custodian is not None
    place = share.custodian
    locked = Locked(place.sealed_private_key or b"", place.salt or b"", place.opslimit, place.memlimit)
    private = sharing.unlock(locked, passphrase_of(custodian), owner=place.key)
    with transaction() as at:
        share = share_of(get_opportunity(number), custodian)
        if share.given_at is None:
            actions.give_share(share, private, by=db.session.get_one(User, custodian), at=at)


def share_of(opportunity: Opportunity, custodian: int) -> KeyShare:
    """Find a custodian's share of a procurement's key."""
    row = queries.find_procurement_key(opportunity)
    assert row is not None
    return next(one for one in row.shares if one.custodian and one.custodian.user_id == custodian)


ACTS: dict[str, Callable[[int, Sequence[int], Say], None]] = {
    "upload": upload,
    "submit": submit,
    "close": close,
    "open": unseal,
}


@dataclass(frozen=True)
class Order:
    """An act on an opportunity, by groups of people at the same time; the first group is killed after `seconds`.

    Not `apart`: the first time, done by the program itself, so that everything is warm when it forks.
    """

    act: str
    number: int
    groups: list[list[int]]
    seconds: float | None = None
    apart: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of one group's act: 0 where it ended, minus the signal's number where it was killed."""

    code: int
    seconds: float
    said: list[dict[str, Any]]


@dataclass(frozen=True)
class Hand:
    """A process of its own that acts."""

    process: int
    pipe: int

    def outcome(self, moment: float | None) -> Outcome:
        """Listen until it has ended; kill it at its moment."""
        begun, said = time.monotonic(), b""
        while True:
            left = None if moment is None else max(0.0, begun + moment - time.monotonic())
            if not select.select([self.pipe], [], [], left)[0]:
                os.kill(self.process, signal.SIGKILL)
                moment = None
                continue
            heard = os.read(self.pipe, 1 << 16)
            if not heard:
                break
            said += heard
        os.close(self.pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return Outcome(code, time.monotonic() - begun, [json.loads(line) for line in said.splitlines()])


def fork(app: Flask, order: Order, people: list[int]) -> Hand:
    """Let a process of its own do an act."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        _act_and_end(app, order, people, writing)
    os.close(writing)
    return Hand(process, reading)


def _act_and_end(app: Flask, order: Order, people: list[int], pipe: int) -> NoReturn:
    try:
        with app.app_context():
            ACTS[order.act](order.number, people, lambda **shown: os.write(pipe, f"{json.dumps(shown)}\n".encode()))
    except BaseException:  # noqa: BLE001  (a fault is told, and ends this process only)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def carry_out(app: Flask, order: Order) -> list[Outcome]:
    """Do what was ordered."""
    if order.apart:
        hands = [fork(app, order, people) for people in order.groups]
        return [hand.outcome(order.seconds if hand is hands[0] else None) for hand in hands]
    said: list[dict[str, Any]] = []
    with app.app_context():
        for people in order.groups:
            ACTS[order.act](order.number, people, lambda **shown: said.append(shown))
        db.session.remove()
        db.engine.dispose()
    return [Outcome(0, 0.0, said)]


def main() -> None:
    """Carry out orders until there are no more."""
    app = create_app()
    for line in sys.stdin:
        outcomes = carry_out(app, Order(**json.loads(line)))
        sys.stdout.write(json.dumps([asdict(one) for one in outcomes]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
