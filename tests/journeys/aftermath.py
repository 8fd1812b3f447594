"""What must stand after somebody was killed while acting: looked at afresh, by nobody who acted."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nacl.pwhash import argon2id
from nacl.secret import Aead
from sqlalchemy import func, select, text, update

from app.core import files, tree
from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import NotNow
from app.core.files import DiskStore
from app.core.keyring import new_key_pair, place_of
from app.core.outbox import Notification
from app.core.proofs import check_log, heads_of
from app.core.signing import signatures
from app.jobs import forget_orphaned_files
from app.verify import STANDS, main
from auth.models import Department, User
from evaluations.queries import find_evaluation
from opportunities.models import Opportunity
from opportunities.queries import get_opportunity
from proposals import actions, queries, sharing
from proposals.models import Proposal, SealedFile, Submission
from proposals.sharing import Locked
from tests.factories import BEGINNING, make_department, make_opportunity, make_staff, make_user
from tests.journeys import story
from tests.journeys.dying import FILES, MISTAKE, Outcome, bytes_of, passphrase_of, share_of, text_of

FAR = datetime(2099, 6, 24, 18, 0, tzinfo=UTC)
STAGES = [("open", ""), ("closed", ""), ("closed", "opening"), ("evaluation", "scoring")]
"""The states of a procurement and its evaluation, from one whole act to the next."""
REACHED = {"closed": 1, "opening": 2, "opened": 3}
"""Which of them it has reached once somebody was told so."""
Said = dict[str, Any]


@dataclass(frozen=True)
class Procurement:
    """An opportunity that is open, who will propose there, and the two officers who will open, and any custodians."""

    id: int
    number: int
    authors: list[int]
    openers: list[int]

    def groups(self, act: str) -> list[list[int]]:
        """Say who does an act at the same time: authors in two groups; the worker, and who opens, alone."""
        together = [self.authors[:2], self.authors[2:]]
        alone: dict[str, list[list[int]]] = {"close": [[]], "open": [self.openers]}
        return alone.get(act, together)


@dataclass
class Aftermath:
    """What was said to people, and how it stands."""

    folder: Path
    in_custody: bool = False
    receipts: list[Said] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    procurements: list[Procurement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.department = make_department()
        self.buyer = make_staff("buyer", self.department)
        self.openers = [make_staff("officer", self.department) for _place in range(2)]
        if self.in_custody:
            self.openers += keep_keys(self.department, self.openers[0])

    def procurement(self) -> Procurement:
        """Let one more procurement begin, with people of its own."""
        opportunity = make_opportunity(self.department, self.buyer, closing_at=FAR, questions_until=FAR)
        authors = [make_user().id for _place in range(3)]
        made = Procurement(opportunity.id, opportunity.number, authors, [one.id for one in self.openers])
        self.procurements.append(made)
        return made

    def ends_well(self, procurement: Procurement, act: str, outcomes: Iterable[Outcome]) -> None:
        """Check an act that was let be, and let the time of the next one come."""
        self.holds(procurement, outcomes)
        proposals = proposals_of(procurement)
        assert [one.author_id for one in proposals] == procurement.authors
        states = {"upload": "draft", "submit": "submitted", "close": "submitted", "open": "opened"}
        assert [one.state for one in proposals] == [states[act]] * len(proposals)
        assert stage_of(procurement) == {"upload": 0, "submit": 0, "close": 1, "open": 3}[act]
        for proposal in (one for one in proposals if not queries.is_sealed_away(one)):
            draft = queries.content_for_author(proposal, proposal.author)
            assert [one.name for one in draft.files] == list(FILES)
            assert set(draft.answers.values()) == {text_of(proposal.author_id)}
        if act == "submit":
            with transaction() as at:
                db.session.execute(update(Opportunity).filter_by(id=procurement.id).values(closing_at=at))

    def holds(self, procurement: Procurement, outcomes: Iterable[Outcome]) -> None:
        """Check that what people were told is so, and that nothing stands half."""
        db.session.rollback()
        said = [one for outcome in outcomes for one in outcome.said]
        for one in said:
            if "receipt" in one:
                self.receipts.append(one)
                self._is_received(one)
            elif "file" in one:
                is_kept(procurement, one)
            elif "head" in one:
                self.heads[f"head {len(self.heads)}"] = one["head"]
            elif "gave" in one:
                assert share_of(get_opportunity(procurement.number), one["gave"]).given_at is not None
            else:
                assert stage_of(procurement) >= REACHED[one["state"]]
        nothing_is_half(procurement)
        if self.in_custody:
            no_key_is_half(procurement)
        story.whole_lives(begun={("opportunity", one.id): "open" for one in self.procurements})

    def _is_received(self, shown: Said) -> None:
        """Check a receipt as its author can: with the note that was shown, by the exchange's published key."""
        received = db.session.scalars(select(Submission).filter_by(key=shown["receipt"])).one()
        assert (received.digest, received.receipt) == (shown["digest"], shown["note"])
        if not queries.is_sealed_away(received.proposal):
            self._is_proved(shown, queries.own_copy(received.proposal, received.by))
        if shown["home"]:
            self._is_proved(shown, shown["home"])

    def _is_proved(self, shown: Said, copy: dict[str, Any]) -> None:
        """Check a receipt by a copy: the one that the exchange gives now, or one taken home before submitting."""
        assert set(copy["received"]["content"]["answers"].values()) == {text_of(shown["author"])}
        sent = [self._written(name, bytes_of(name, shown["author"])) for name in FILES]
        asked = ["receipt", self._written("copy.json", json.dumps(copy).encode()), "--key", signatures.verifiers()[0]]
        asked += ["--receipt", self._written("note.txt", shown["note"].encode())]
        asked += [part for path in sent for part in ("--with-file", path)]
        found = CliRunner().invoke(main, asked)
        assert (found.exit_code, len(copy["received"]["file_digests"])) == (STANDS, len(FILES)), found.output

    def _written(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def is_whole(self) -> None:
        """Check the whole installation when nobody acts any more, and everything that was said since the beginning."""
        db.session.rollback()
        for receipt in self.receipts:
            self._is_received(receipt)
        keys, last = signatures.verifiers(), tree.find_head()
        assert (len(keys), last is not None) == (1, True)
        heads, unsigned = heads_of(self.heads, keys)
        assert (len(heads), unsigned) == (len(self.heads), [])
        assert list(check_log(list(tree.whole_log(tree.leaves())), heads)) == []
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("pragma integrity_check")).scalar_one() == "ok"
            assert db.session.execute(text("pragma foreign_key_check")).all() == []
        orphans_are_swept()

    def figures(self) -> str:
        """Say what was shown."""
        return f"{len(self.procurements)} procurements, {len(self.receipts)} receipts and {len(self.heads)} heads shown"


def keep_keys(department: Department, by: User) -> list[User]:
    """Put a department's keys into the custody of two of three people; gives the two who will be at hand."""
    people = [make_user() for _place in range(3)]
    custody = actions.name_custodians(department, people, 2, by=by, at=BEGINNING)
    for place in custody.custodians:
        pair = new_key_pair()
        locked = cheaply_locked(pair.private, passphrase_of(place.user_id), place.key)
        actions.accept_place(place, pair.public, locked, by=place.user, at=BEGINNING)
    actions.begin_custody(custody, by=by, at=BEGINNING)
    db.session.commit()
    return people[:2]


def cheaply_locked(private: bytes, passphrase: str, owner: str) -> Locked:
    """Lock a key with the least work that there is: its parameters are kept beside it, and the moments are few."""
    salt, least = b"sixteen bytes ..", (argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
    key = sharing._derived(passphrase, salt, *least)
    return Locked(bytes(Aead(key).encrypt(private, place_of("custodian", owner))), salt, *least)


def proposals_of(procurement: Procurement) -> list[Proposal]:
    """List the proposals on an opportunity, by their authors."""
    own = select(Proposal).filter_by(opportunity_id=procurement.id).order_by(Proposal.author_id)
    return list(db.session.scalars(own))


def stage_of(procurement: Procurement) -> int:
    """Say how far a procurement has come; what is none of the stages is a half one."""
    opportunity = get_opportunity(procurement.number)
    evaluation = find_evaluation(opportunity)
    return STAGES.index((opportunity.state, evaluation.state if evaluation else ""))


def is_kept(procurement: Procurement, shown: Said) -> None:
    """Check that a file which was shown as uploaded is there, unless its author takes it out again."""
    (proposal,) = (one for one in proposals_of(procurement) if one.author_id == shown["author"])
    held = [one.key for one in queries.content_for_author(proposal, proposal.author).files]
    assert shown["name"] == MISTAKE or shown["file"] in held


def nothing_is_half(procurement: Procurement) -> None:
    """Check that of each act everything is there, or nothing."""
    proposals, opened = proposals_of(procurement), stage_of(procurement) == REACHED["opened"]
    for proposal in proposals:
        is_read_whole(proposal)
    contents = queries.opened_contents(proposals) if proposals else {}
    evaluation = find_evaluation(get_opportunity(procurement.number))
    numbers = sorted(one.number for one in evaluation.proponents) if evaluation else []
    assert {one.state for one in proposals} <= ({"opened"} if opened else {"draft", "submitted"})
    assert sorted(contents) == sorted(one.id for one in proposals if opened)
    assert numbers == list(range(1, len(contents) + 1))
    assert (evaluation is not None and evaluation.opened_at is not None) == opened
    for proposal in proposals if opened else ():
        assert contents[proposal.id] == queries.content_for_author(proposal, proposal.author)
        read = [queries.opened_file(proposal, one.key)[1] for one in contents[proposal.id].files]
        assert read == [bytes_of(name, proposal.author_id) for name in FILES]


def no_key_is_half(procurement: Procurement) -> None:
    """Check that each share is given once and whole or not at all, and the key together from the opening on alone."""
    opportunity, opened = get_opportunity(procurement.number), stage_of(procurement) == REACHED["opened"]
    row = queries.find_procurement_key(opportunity)
    if row is None:
        return
    given = [share for share in row.shares if share.given_at]
    assert bool(row.wrapped_private_key) == opened
    assert [bool(share.wrapped_given) for share in row.shares] == [
        share in given and not opened for share in row.shares
    ]
    events = select(Event.action).filter_by(procurement=opportunity.ocid, kind="custody").order_by(Event.id)
    assert list(db.session.scalars(events)) == ["custody.give"] * len(given) + ["custody.release"] * opened
    assert [len(given), opened] in ([0, False], [1, False], [2, False], [2, True])


def is_read_whole(proposal: Proposal) -> None:
    """Check that a proposal's rows, files, receipt, event and notification agree, and can be read by its author.

    What custodians keep the key of is whole once it was opened, and then looked at; until then not even its author can.
    """
    if queries.is_sealed_away(proposal):
        with pytest.raises(NotNow):
            queries.content_for_author(proposal, proposal.author)
        assert proposal.state == "submitted"
        _is_received_once(proposal)
        return
    draft = queries.content_for_author(proposal, proposal.author)
    rows = db.session.scalars(select(SealedFile).filter_by(proposal_id=proposal.id).order_by(SealedFile.id))
    assert [row.key for row in rows] == [one.key for one in draft.files]
    for one in draft.files:
        assert queries.file_for_author(proposal, one.key, proposal.author)[1] == bytes_of(one.name, proposal.author_id)
    received = _is_received_once(proposal)
    assert [queries.received_content(one, proposal.author) for one in received] == [draft] * len(received)


def _is_received_once(proposal: Proposal) -> Sequence[Submission]:
    """Check that of what was submitted there is one receipt, one event and one notification; of a draft none."""
    received = db.session.scalars(select(Submission).filter_by(proposal_id=proposal.id)).all()
    events = select(func.count()).select_from(Event).filter_by(subject_id=proposal.id, action="proposal.submit")
    told = select(func.count()).select_from(Notification)
    told = told.filter_by(recipient_id=proposal.author_id, kind="proposals/receipt")
    times = int(proposal.state != "draft")
    assert [len(received), db.session.scalar(events), db.session.scalar(told)] == [times] * 3
    return received


def orphans_are_swept() -> None:
    """Check that bytes which no row names go after a day, and no others."""
    store = files.chosen.store
    assert isinstance(store, DiskStore)
    for file in store.folder.glob("*/*"):
        os.utime(file, (0, 0))
    forget_orphaned_files()
    named = db.session.scalars(select(SealedFile.stored_as)).all()
    assert sorted(file.name for file in store.folder.glob("*/*")) == sorted(named)
