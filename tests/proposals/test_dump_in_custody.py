"""Who takes everything away of a procurement in custody, the platform's key too, has neither its texts nor a way in."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from nacl.public import PrivateKey
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.keyring import KeyPair, SealError
from app.jobs import close_opportunities
from evaluations import actions as evaluations
from evaluations.queries import get_evaluation
from opportunities.models import Opportunity
from proposals import queries, seal, sharing
from proposals.models import Custodian, KeyShare, ProcurementKey, Proposal
from proposals.sharing import Locked
from tests.conftest import NOON, Travel
from tests.disguises import Ear, layers
from tests.dump import Post, do_every_job, everything_at_rest, forget_what_was
from tests.factories import CLOSING
from tests.proposals.story import make_story, priced_plan
from tests.proposals.writers import CENTS, PRICES, Sealed, SignIn

KEEPERS = ("eve", "second")
WORDS = "{} paints nine violet lighthouses"


class InCustody(Sealed):
    """People who write, the custodians of two of two, and each secret that there ever was, as only its owner has it."""

    def begin_custody(self) -> None:
        """Name, accept and begin, each on its page."""
        base = f"/en/departments/{self.story.opportunity.department.code}/custody"
        named = {"people": "\n".join(self.person(name).email for name in KEEPERS), "threshold": "2"}
        assert self.browsers["officer"].post(base, data=named).status_code == 303
        for name in KEEPERS:
            sent = dict.fromkeys(("passphrase", "again"), WORDS.format(name))
            assert self.browsers[name].post(f"/en/custodians/{self.place(name).key}", data=sent).status_code == 303
        page = self.browsers["officer"].post(f"{base}/begin").text
        self.sheet = re.findall(r"<pre[^>]*>([^<]+)</pre>", page)[0]
        self.keys: dict[str, bytes] = {"the sheet's": sharing.from_paper(self.sheet)}
        opportunity = db.session.scalars(select(Opportunity)).one()
        opportunity.published_at = NOON + timedelta(minutes=1)
        db.session.commit()

    def place(self, name: str) -> Custodian:
        """Find a custodian's place."""
        return db.session.scalars(select(Custodian).filter_by(user_id=self.numbers[name])).one()

    def submit(self, name: str) -> None:
        """Remember the key that the author has, and submit."""
        proposal = db.session.scalars(select(Proposal).filter_by(key=self.homes[name].rsplit("/", 1)[1])).one()
        self.keys[f"{name}'s dropped"] = queries.data_key_for_author(proposal)
        self.post(name, "/check", took_home="y")

    def remember_keys(self) -> None:
        """Unlock what only custodians can, and what only they can open together."""
        for name in KEEPERS:
            place = self.place(name)
            locked = Locked(place.sealed_private_key or b"", place.salt or b"", place.opslimit, place.memlimit)
            private = sharing.unlock(locked, WORDS.format(name), owner=place.key)
            share = db.session.scalars(select(KeyShare).filter_by(custodian_id=place.id)).one()
            pair = KeyPair(bytes(PrivateKey(private).public_key), private)
            self.keys |= {f"{name}'s private": private, f"{name}'s share": seal.unwrap_data_key(share.sealed, pair)}
        row = db.session.scalars(select(ProcurementKey)).one()
        private = sharing.join([self.keys[f"{name}'s share"] for name in KEEPERS])
        pair = KeyPair(row.public_key, private)
        self.keys["the procurement's"] = private
        for proposal in db.session.scalars(select(Proposal).filter_by(state="submitted")):
            self.keys[f"of {proposal.id}"] = seal.unwrap_data_key(proposal.key_for_procurement, pair)

    def open_half(self, travel: Travel) -> None:
        """Let it close, one officer begin the opening, and one custodian give the passphrase on the page."""
        travel(CLOSING + timedelta(minutes=1))
        self.enter()
        close_opportunities()
        with transaction() as at:
            opportunity = db.session.scalars(select(Opportunity)).one()
            evaluations.begin_opening(opportunity, by=self.person("officer"), at=at)
        self.give("eve")

    def give(self, name: str) -> None:
        """Give a passphrase, a wrong one first."""
        share = db.session.scalars(select(KeyShare).filter_by(custodian_id=self.place(name).id)).one()
        for words, answer in ((f"{WORDS.format(name)} or ten", 422), (WORDS.format(name), 303)):
            got = self.browsers[name].post(f"/en/shares/{share.key}", data={"passphrase": words})
            assert got.status_code == answer

    def found_in(self, *values: bytes) -> set[str]:
        """Name the secrets that lie in values in the clear, packed or coded, and whether a text does."""
        ear = Ear(self.mark, *PRICES, "violet lighthouses", self.sheet, self.sheet.replace(" ", ""))
        found = set[str]()
        for value in layers(*values):
            found |= {name for name, key in self.keys.items() if key in value}
            found |= {"a text"} if ear.hears_plainly(value) else set()
        return found


@pytest.fixture
def kept(app: Flask, travel: Travel, sign_in: SignIn) -> InCustody:
    forget_what_was()
    made = InCustody(make_story(**priced_plan()), sign_in)
    made.begin_custody()
    travel(NOON + timedelta(minutes=2))
    return made


def test_who_takes_everything_away_has_no_text_no_key_and_no_passphrase(
    kept: InCustody, application: Flask, travel: Travel, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    post = Post()
    for name in ("rosa", "wim", "dan"):
        kept.write(name)
    do_every_job(application, post)
    kept.open_half(travel)
    do_every_job(application, post)
    everything = everything_at_rest(application, tmp_path / "backup.tar.gz")
    everything += [*post.sent, "".join(capfd.readouterr()).encode()]
    kept.remember_keys()
    assert len(kept.keys) == 9
    assert kept.found_in(*everything) == set()
    hidden = [gzip.compress(key.hex().encode()) for key in kept.keys.values()]
    assert kept.found_in(*hidden, kept.sheet.encode()) == {"a text", *kept.keys}
    assert [one for one in everything if CENTS.to_bytes(6, "big") in one] == []


def test_what_was_sealed_so_is_read_whole_once_custodians_opened_it(kept: InCustody, travel: Travel) -> None:
    kept.write("rosa")
    kept.open_half(travel)
    kept.give("second")
    with transaction() as at:
        opportunity = db.session.scalars(select(Opportunity)).one()
        evaluations.complete_opening(get_evaluation(opportunity), by=kept.person("second"), at=at)
    proposal = db.session.scalars(select(Proposal)).one()
    said = str(queries.opened_content(proposal).as_dict()).encode()
    (entry,) = queries.opened_files(proposal)
    for heard in (said, queries.opened_file(proposal, entry.key)[1]):
        assert kept.ear.hears(heard) != set()
    with pytest.raises(SealError):
        seal.open_content(proposal.content, kept.keys["rosa's dropped"], proposal=proposal.key)
