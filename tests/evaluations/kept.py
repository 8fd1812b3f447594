"""A procurement in custody, its keepers, and what somebody would try who has everything but their passphrases."""

from dataclasses import dataclass
from datetime import timedelta

from nacl.public import PrivateKey
from sqlalchemy import LargeBinary, select

from app.core.db import Base, db
from app.core.keyring import KeyPair, SealError, keyring, new_key_pair
from auth.models import User
from evaluations import actions
from evaluations.models import Evaluation
from proposals import actions as keeping
from proposals import queries, seal, sharing
from proposals.models import Custodian, Custody, Proposal
from tests.conftest import NOON
from tests.evaluations.story import AFTER, Story, make_story
from tests.factories import make_user

PUBLISHED = NOON - timedelta(days=1)
WORDS = "correct horses count staples {}"


@dataclass
class Kept:
    """A procurement in custody, its keepers and the sheet."""

    story: Story
    people: list[User]
    sheet: str

    def give(self, person: User, words: str = "") -> None:
        """Give a passphrase, as its page does."""
        row = queries.find_procurement_key(self.story.opportunity)
        assert row is not None
        share = next(one for one in row.shares if one.custodian and one.custodian.user_id == person.id)
        place = share.custodian
        assert place is not None
        private = sharing.unlock(locked(place), words or WORDS.format(person.key), owner=place.key)
        keeping.give_share(share, private, by=person, at=AFTER)
        db.session.commit()

    def begin(self) -> Evaluation:
        """Begin the opening."""
        evaluation = actions.begin_opening(self.story.opportunity, by=self.story.officer, at=AFTER)
        db.session.commit()
        return evaluation

    def complete(self, evaluation: Evaluation) -> None:
        """Complete the opening."""
        actions.complete_opening(evaluation, by=self.story.second, at=AFTER)
        db.session.commit()


def locked(place: Custodian) -> sharing.Locked:
    """Give a custodian's private key as it is kept."""
    assert place.sealed_private_key is not None
    assert place.salt is not None
    return sharing.Locked(place.sealed_private_key, place.salt, place.opslimit, place.memlimit)


def accept(custody: Custody) -> None:
    """Let everybody named accept."""
    for place in custody.custodians:
        pair = new_key_pair()
        kept = sharing.lock(pair.private, WORDS.format(place.user.key), owner=place.key)
        keeping.accept_place(place, pair.public, kept, by=place.user, at=PUBLISHED)


def make_kept() -> Kept:
    """Publish a procurement in custody of two of three people."""
    story = make_story()
    people = [story.officer, make_user("Wei"), make_user("Ines")]
    custody = keeping.name_custodians(story.department, people, 2, by=story.officer, at=PUBLISHED)
    accept(custody)
    sheet = keeping.begin_custody(custody, by=story.officer, at=PUBLISHED)
    story.opportunity.published_at = NOON
    db.session.commit()
    return Kept(story, people, sheet)


def keys_at_hand() -> list[bytes]:
    """Give every byte string of the database, and what the platform's key makes of it, by whatever owner it knows."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
        for column in columns:
            found += [bytes(value) for value in db.session.scalars(select(column)) if value]
    owners = [f"user {key}" for key in db.session.scalars(select(User.key))]
    owners += [f"procurement {one.opportunity.ocid}" for one in db.session.scalars(select(Proposal))]
    opened = []
    for value in found:
        for owner in owners:
            try:
                opened.append(keyring.unwrap(value, owner))
            except SealError:
                continue
    return found + opened


def opens(proposal: Proposal, secret: bytes) -> bool:
    """Whether a secret, taken as a private key or as a data key, opens anything of a proposal."""
    if len(secret) != 32:
        return False
    keys = [secret]
    for wrapped in (proposal.key_for_procurement, proposal.key_for_author):
        try:
            keys.append(seal.unwrap_data_key(wrapped, KeyPair(bytes(PrivateKey(secret).public_key), secret)))
        except SealError:
            continue
    for key in keys:
        try:
            seal.open_content(proposal.content, key, proposal=proposal.key)
        except SealError:
            continue
        return True
    return False
