"""Keys in custody: custodians are named and accept, keys are shared among them, and put together for the opening."""

from collections.abc import Sequence
from datetime import datetime

from nacl.public import PrivateKey
from sqlalchemy import select

from app.core import audit
from app.core.audit import FROM_OPENING, PARTIES, Event, Subject
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.keyring import KeyPair, SealError, keyring, new_key_pair
from auth.models import Department, User
from auth.queries import one_human
from opportunities.models import Opportunity
from proposals import notifications, queries, seal, sharing
from proposals.lifecycle import CUSTODY
from proposals.models import Custodian, Custody, KeyShare, ProcurementKey
from proposals.sharing import Locked

NOT_THIS_SHEET = N_("This is not the sheet of this procurement’s custody, or it was not typed right.")


def name_custodians(
    department: Department, people: Sequence[User], threshold: int, *, by: User, at: datetime
) -> Custody:
    """Name who shall keep the keys of a department's procurements; each is asked; it holds once all accept."""
    if not sharing.FEWEST <= len(people) <= sharing.MOST:
        raise NotValid(
            N_("Name at least %(fewest)s and at most %(most)s people."),
            field="people", fewest=sharing.FEWEST, most=sharing.MOST,
        )  # fmt: skip
    numbers = [person.id for person in people]
    if any(len(one_human(one).intersection(numbers)) > 1 or numbers.count(one) > 1 for one in numbers):
        raise NotValid(N_("Nobody holds two places: each person once."), field="people")
    if not sharing.FEWEST <= threshold <= len(people):
        raise NotValid(N_("At least two, and not more than the people you name."), field="threshold")
    if queries.find_custody(department, "named") is not None:
        raise NotNow(N_("Other custodians are named already and were asked. Give that up first."))
    custody = Custody(department=department, department_id=department.id, threshold=threshold, by=by, named_at=at)
    custody.custodians = [Custodian(user=person, opslimit=0, memlimit=0) for person in people]
    facts = queries.custody_facts(department, by, at)
    event = CUSTODY.move(custody, "name", by=by, at=at, facts=facts, threshold=threshold, people=len(people))
    notifications.custodians_named(custody, event)
    return custody


def accept_place(place: Custodian, public: bytes, locked: Locked, *, by: User, at: datetime) -> Custodian:
    """Take a place among custodians: what the passphrase locked is kept, the passphrase is not."""
    if by.id != place.user_id:
        raise NotAllowed
    if place.custody.state != "named" or place.accepted_at is not None:
        raise NotNow
    accepted = {one.user_id for one in place.custody.custodians if one.accepted_at is not None}
    if accepted & one_human(by.id):
        raise NotNow(N_("You keep a share already, under another account of yours. Nobody holds two places."))
    place.accepted_at, place.public_key, place.sealed_private_key = at, public, locked.sealed
    place.salt, place.opslimit, place.memlimit = locked.salt, locked.opslimit, locked.memlimit
    audit.record("custody.accept", place.custody.subject, by=by, at=at, audience=PARTIES)
    return place


def begin_custody(custody: Custody, *, by: User, at: datetime) -> str:
    """Let custody hold for what is published from now on; gives the recovery sheet, which is kept nowhere."""
    facts = queries.custody_facts(custody.department, by, at)
    CUSTODY.require(custody, "begin", by=by, at=at, facts=facts)
    before = queries.find_custody(custody.department, "in_force")
    if before is not None:
        end_custody(before, by=by, at=at)
    pair = new_key_pair()
    custody.recovery_public, custody.began_at = pair.public, at
    CUSTODY.move(custody, "begin", by=by, at=at, facts=facts)
    return sharing.on_paper(pair.private)


def end_custody(custody: Custody, *, by: User, at: datetime) -> Event:
    """Give custody up for what is published from now on; what was published in it stays in it."""
    facts = queries.custody_facts(custody.department, by, at)
    CUSTODY.require(custody, "end", by=by, at=at, facts=facts)
    custody.ended_at = at
    return CUSTODY.move(custody, "end", by=by, at=at, facts=facts)


def procurement_key(opportunity: Opportunity, at: datetime) -> ProcurementKey:
    """Find or make a procurement's key pair; in custody its private half is shared at once, and kept nowhere."""
    row = queries.find_procurement_key(opportunity)
    if row is not None:
        return row
    custody, pair = queries.custody_at_publication(opportunity), new_key_pair()
    wrapped = keyring.wrap(pair.private, queries.procurement_owner(opportunity)) if custody is None else b""
    row = ProcurementKey(
        opportunity_id=opportunity.id, public_key=pair.public, wrapped_private_key=wrapped, created_at=at,
        custody=custody, custody_id=custody.id if custody else None,
    )  # fmt: skip
    if custody is not None:
        row.shares = _shares(custody, pair)
    db.session.add(row)
    db.session.flush()
    return row


def _shares(custody: Custody, pair: KeyPair) -> list[KeyShare]:
    """Share a key: one share for each custodian, and on the sheet one fewer than it takes."""
    keepers: list[tuple[Custodian | None, bytes | None]] = [(one, one.public_key) for one in custody.custodians]
    keepers += [(None, custody.recovery_public)] * (custody.threshold - 1)
    shares = sharing.split(pair.private, custody.threshold, len(keepers))
    return [
        KeyShare(custodian=custodian, sealed=seal.wrap_data_key(share, public))
        for share, (custodian, public) in zip(shares, keepers, strict=True)
        if public is not None
    ]


def ask_custodians(opportunity: Opportunity, event: Event) -> None:
    """Ask custodians for their passphrases, as the first of two people begins the opening.

    The key is made if nobody needed it before, so that whether custodians are asked tells nothing of proposals.
    """
    row = procurement_key(opportunity, event.at)
    if row.custody is None:
        return
    row.asked_at = event.at
    db.session.flush()
    notifications.passphrases_needed(opportunity, row.shares, event)


def give_share(share: KeyShare, private: bytes, *, by: User, at: datetime) -> None:
    """Give one's share for the opening, by the private key that one's passphrase unlocked."""
    if share.custodian is None or share.custodian.user_id != by.id:
        raise NotAllowed
    _hold(share.procurement_key)
    _unless_asked(share.procurement_key)
    if share.given_at is not None:
        raise NotNow(N_("You gave your passphrase already. Nothing more is needed from you."))
    _give(share, private, at)
    _record(share.procurement_key, "custody.give", by=by, at=at)


def give_sheet(opportunity: Opportunity, private: bytes, *, by: User, at: datetime) -> None:
    """Give what the recovery sheet holds: one share fewer than it takes, so that one custodian more opens."""
    row = queries.find_procurement_key(opportunity)
    if row is None:
        raise NotNow
    _hold(row)
    _unless_asked(row)
    sheet = [share for share in row.shares if share.custodian_id is None]
    if any(share.given_at for share in sheet):
        raise NotNow(N_("The sheet was given already."))
    for share in sheet:
        _give(share, private, at)
    _record(row, "custody.recover", by=by, at=at)


def release_key(opportunity: Opportunity, *, by: User, at: datetime) -> None:
    """Put a key in custody together, once and for good; refuses with NotNow while shares are wanting."""
    row = queries.find_procurement_key(opportunity)
    if row is not None:
        _hold(row)
    held = queries.held(opportunity)
    if row is None or held is None:
        return
    if held.missing:
        raise NotNow(
            N_("Custodians keep the key of these proposals: passphrases are still needed (%(count)s)."),
            count=held.missing,
        )
    given = [keyring.unwrap(share.wrapped_given, share.owner) for share in row.shares if share.wrapped_given]
    private = sharing.join(given[: held.custody.threshold])
    if bytes(PrivateKey(private).public_key) != row.public_key:
        raise NotNow(N_("What custodians gave does not make the key of these proposals. Nothing was opened."))
    row.wrapped_private_key = keyring.wrap(private, queries.procurement_owner(opportunity))
    for share in row.shares:
        share.wrapped_given = None
    db.session.flush()
    _record(row, "custody.release", by=by, at=at)


def _hold(row: ProcurementKey) -> None:
    """Let who gives and who completes act one after the other, and read again what was read before."""
    for rows in (select(ProcurementKey).filter_by(id=row.id), select(KeyShare).filter_by(procurement_key_id=row.id)):
        db.session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()


def _unless_asked(row: ProcurementKey) -> None:
    if row.asked_at is None or row.wrapped_private_key:
        raise NotNow(N_("Passphrases are asked for after the closing, while the opening is under way."))


def _give(share: KeyShare, private: bytes, at: datetime) -> None:
    pair = KeyPair(bytes(PrivateKey(private).public_key), private)
    try:
        opened = seal.unwrap_data_key(share.sealed, pair)
    except SealError as wrong:
        raise NotValid(NOT_THIS_SHEET, field="sheet") from wrong
    share.wrapped_given, share.given_at = keyring.wrap(opened, share.owner), at
    db.session.flush()


def _record(row: ProcurementKey, action: str, *, by: User, at: datetime) -> None:
    opportunity = queries.procurement_of(row)
    subject = Subject(
        "custody", row.custody_id or 0, procurement=opportunity.ocid, department_id=opportunity.department_id
    )  # fmt: skip
    audit.record(action, subject, by=by, at=at, audience=FROM_OPENING)
