"""Keys in custody: who has too little opens nothing, whoever they are; enough custodians open, once."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotNow, NotValid
from app.core.files import Upload
from app.core.keyring import Broken, SealError, keyring, new_key_pair
from app.core.outbox import Notification
from auth.models import KeptPost, User
from proposals import actions as keeping
from proposals import queries, seal, sharing
from proposals.queries.sealed import file_bytes
from tests.conftest import NOON, Travel
from tests.evaluations.kept import PUBLISHED, WORDS, Kept, accept, keys_at_hand, make_kept, opens
from tests.evaluations.story import AFTER, propose
from tests.factories import make_user


@pytest.fixture
def kept(app: Flask) -> Kept:
    """A procurement published in custody of two of three people."""
    return make_kept()


def test_shares_make_the_key_and_fewer_do_not() -> None:
    secret = bytes(range(32))
    shares = sharing.split(secret, 3, 5)
    assert {sharing.join(some) == secret for some in combinations(shares, 3)} == {True}
    assert {sharing.join(some) == secret for some in combinations(shares, 2)} == {False}
    with pytest.raises(Broken):
        sharing.join([shares[0], shares[0], shares[1]])


def test_the_sheet_reads_back_as_typed_and_a_slip_is_noticed() -> None:
    private = bytes(range(32))
    paper = sharing.on_paper(private)
    assert sharing.from_paper(paper.lower().replace(" ", "-")) == private
    for slip in (paper[:-1], paper.replace("A", "C", 1), "not a sheet!"):
        with pytest.raises(Broken):
            sharing.from_paper(slip)


def test_the_database_and_the_platforms_key_open_nothing_before_the_custodians_do(kept: Kept) -> None:
    author = make_user("Ana")
    draft = keeping.start(kept.story.opportunity, by=author, at=NOON)
    received = propose(kept.story)
    secrets = keys_at_hand()
    assert [opens(draft, secret) for secret in secrets].count(True) >= 1, (
        "a draft is its author's, and the test can see"
    )
    assert [opens(received, secret) for secret in secrets].count(True) == 0


def test_a_backup_from_the_drafts_time_opens_nothing_that_was_received_later(kept: Kept) -> None:
    author = make_user("Ana")
    proposal = keeping.start(kept.story.opportunity, by=author, at=NOON)
    answers = dict.fromkeys((one.key for one in queries.criteria_of(kept.story.opportunity)), "Maps")
    entry = keeping.add_file(proposal, Upload("plan.txt", "text/plain", b"One, two."), by=author, at=NOON)
    before, draft_key = keys_at_hand(), queries.data_key_for_author(proposal)
    assert [opens(proposal, secret) for secret in [*before, draft_key]].count(True) >= 2
    keeping.save_approach(proposal, answers, by=author, at=NOON)
    keeping.submit(proposal, accepted=(), by=author, at=NOON)
    db.session.commit()
    assert [opens(proposal, secret) for secret in [*before, draft_key]].count(True) == 0
    with pytest.raises(SealError):
        file_bytes(proposal, entry.key, draft_key)
    evaluation = kept.begin()
    for person in kept.people[:2]:
        kept.give(person)
    kept.complete(evaluation)
    home = queries.own_copy(proposal, author)["received"]
    assert queries.opened_file(proposal, entry.key)[1] == b"One, two."
    digests = [bytes.fromhex(one) for one in home["file_digests"]]
    assert seal.verify(bytes.fromhex(home["digest"]), bytes.fromhex(home["salt"]), home["content"], digests)


def test_one_passphrase_too_few_opens_nothing_and_enough_open_once(kept: Kept) -> None:
    proposal = propose(kept.story)
    evaluation = kept.begin()
    kept.give(kept.people[0])
    with pytest.raises(NotNow):
        kept.complete(evaluation)
    db.session.rollback()
    assert (proposal.state, [opens(proposal, secret) for secret in keys_at_hand()].count(True)) == ("submitted", 0)
    with pytest.raises(Broken):
        kept.give(kept.people[1], "another passphrase altogether")
    kept.give(kept.people[1])
    kept.complete(evaluation)
    assert proposal.state == "opened"
    assert queries.opened_content(proposal).team[0].does == "Everything"
    row = queries.find_procurement_key(kept.story.opportunity)
    assert row is not None
    assert {share.wrapped_given for share in row.shares} == {None}
    assert queries.content_for_author(proposal, kept.story.authors[0]).team[0].does == "Everything"


def test_the_sheet_and_one_custodian_open_when_the_others_have_left(kept: Kept) -> None:
    proposal = propose(kept.story)
    evaluation = kept.begin()
    with pytest.raises(NotValid):
        keeping.give_sheet(kept.story.opportunity, new_key_pair().private, by=kept.story.officer, at=AFTER)
    keeping.give_sheet(kept.story.opportunity, sharing.from_paper(kept.sheet), by=kept.story.officer, at=AFTER)
    db.session.commit()
    with pytest.raises(NotNow):
        kept.complete(evaluation)
    db.session.rollback()
    kept.give(kept.people[2])
    kept.complete(evaluation)
    assert proposal.state == "opened"


def test_passphrases_are_asked_for_only_within_the_opening(kept: Kept) -> None:
    propose(kept.story)
    with pytest.raises(NotNow):
        kept.give(kept.people[0])
    db.session.rollback()
    kept.begin()
    told = select(Notification.recipient_id).where(Notification.kind == "proposals/passphrase")
    assert set(db.session.scalars(told)) == {person.id for person in kept.people}


def test_whether_anybody_proposes_does_not_show_in_what_custodians_are_asked(kept: Kept) -> None:
    evaluation = kept.begin()
    standing = queries.held(kept.story.opportunity)
    assert standing is not None
    assert (standing.missing, len(standing.waiting)) == (2, 3)
    for person in kept.people[:2]:
        kept.give(person)
    kept.complete(evaluation)
    assert evaluation.state == "scoring"


def test_what_was_received_is_confirmed_unread_and_changed_only_by_withdrawing(kept: Kept) -> None:
    proposal = propose(kept.story)
    author = kept.story.authors[0]
    with pytest.raises(NotNow):
        keeping.save_team(proposal, [], by=author, at=NOON)
    kept.story.opportunity.material_edition = kept.story.opportunity.edition = 2
    again = keeping.submit(proposal, accepted=(), by=author, at=NOON)
    assert (again.number, again.digest, proposal.confirmed_edition) == (2, proposal.submissions[0].digest, 2)
    keeping.withdraw(proposal, by=author, at=NOON)
    assert (proposal.state, queries.content_for_author(proposal, author).answers) == ("withdrawn", {})


def test_the_copy_taken_home_before_submitting_agrees_with_the_receipt(kept: Kept) -> None:
    author = make_user("Ana")
    proposal = keeping.start(kept.story.opportunity, by=author, at=NOON)
    answers = dict.fromkeys((one.key for one in queries.criteria_of(kept.story.opportunity)), "Maps")
    keeping.save_approach(proposal, answers, by=author, at=NOON)
    home = queries.own_copy(proposal, author)["received"]
    received = keeping.submit(proposal, accepted=(), by=author, at=NOON)
    assert received.digest == home["digest"]
    assert seal.verify(bytes.fromhex(received.digest), bytes.fromhex(home["salt"]), home["content"])
    assert queries.salt_of(received, author) == ""


def test_nobody_holds_two_places_and_it_takes_two(kept: Kept) -> None:
    story = kept.story
    for people, threshold in (([story.officer] * 2, 2), ([story.officer], 1), ([story.officer, story.chair], 1)):
        with pytest.raises(NotValid):
            keeping.name_custodians(story.department, people, threshold, by=story.officer, at=NOON)


def test_what_was_published_before_or_after_custody_lies_under_the_platforms_key(kept: Kept) -> None:
    custody = queries.find_custody(kept.story.department, "in_force")
    assert custody is not None
    keeping.end_custody(custody, by=kept.story.officer, at=NOON + timedelta(hours=1))
    assert queries.custody_at_publication(kept.story.opportunity) == custody
    for published in (PUBLISHED - timedelta(days=1), NOON + timedelta(hours=2)):
        kept.story.opportunity.published_at = published
        assert queries.custody_at_publication(kept.story.opportunity) is None


def test_the_platforms_key_can_be_rotated_beside_it(kept: Kept) -> None:
    propose(kept.story)
    evaluation = kept.begin()
    kept.give(kept.people[0])
    old = keyring._keys
    try:
        keyring.configure(b"n" * 32, *(key.secret for key in old))
        assert queries.missing_keys() == []
        keeping.rotate_keys(by=kept.story.officer, at=AFTER)
        keyring.configure(b"n" * 32)
        assert queries.missing_keys() == []
        kept.give(kept.people[1])
        kept.complete(evaluation)
    finally:
        keyring.configure(*(key.secret for key in old))
    assert evaluation.state == "scoring"


def test_a_custodian_gives_the_passphrase_on_a_page_and_a_wrong_one_is_refused_in_words(
    kept: Kept, client: FlaskClient, sign_in: Callable[[User], FlaskClient]
) -> None:
    propose(kept.story)
    kept.begin()
    row, person = queries.find_procurement_key(kept.story.opportunity), kept.people[1]
    assert row is not None
    share = next(one for one in row.shares if one.custodian and one.custodian.user_id == person.id)
    address, words = f"/en/shares/{share.key}", WORDS.format(person.key)
    assert client.post(address, data={"passphrase": words}, headers={"Referer": "http://devex.test"}).status_code == 303
    assert db.session.scalars(select(KeptPost)).all() == []
    client = sign_in(person)
    wrong = client.post(address, data={"passphrase": "not what was chosen then"})
    assert (wrong.status_code, "This is not the passphrase" in wrong.text) == (422, True)
    assert client.post(address, data={"passphrase": words}).status_code == 303
    assert "Passphrases still needed: 1" in client.get(address).text
    client = sign_in(kept.story.officer)
    assert (
        "passphrases still needed (1)"
        in client.get(f"/en/opportunities/{kept.story.opportunity.number}/evaluation").text
    )
    assert words not in "".join(str(value) for value in db.session.execute(select(Event.facts)).scalars())


def test_the_pages_of_custody_are_read_in_both_languages(
    kept: Kept, travel: Travel, sign_in: Callable[[User], FlaskClient]
) -> None:
    story, author = kept.story, make_user("Ana")
    proposal = keeping.start(story.opportunity, by=author, at=NOON)
    answers = dict.fromkeys((one.key for one in queries.criteria_of(story.opportunity)), "Maps")
    keeping.save_approach(proposal, answers, by=author, at=NOON)
    db.session.commit()
    client = sign_in(author)
    assert "Take your copy home first" in client.get(f"/en/proposals/{proposal.key}/check").text
    keeping.submit(proposal, accepted=(), by=author, at=NOON)
    db.session.commit()
    for page, said in (
        ("", "not the text"),
        ("/check", "cannot be shown here"),
        ("/receipt", "copy that you downloaded"),
    ):
        answer = client.get(f"/en/proposals/{proposal.key}{page}")
        assert (answer.status_code, said in answer.text) == (200, True)
    assert client.get(f"/en/proposals/{proposal.key}/approach").status_code == 409
    client = sign_in(story.officer)
    assert "Ce dont cela ne protège pas" in client.get(f"/fr/ministeres/{story.department.code}/garde").text
    named = {"people": f"{author.email}\n{story.chair.email}", "threshold": "2"}
    assert client.post(f"/en/departments/{story.department.code}/custody", data=named).status_code == 303
    again = queries.find_custody(story.department, "named")
    assert again is not None
    accept(again)
    db.session.commit()
    sheet = client.post(f"/en/departments/{story.department.code}/custody/begin")
    assert (sheet.status_code, sheet.headers["Cache-Control"]) == (200, "private, no-store")
