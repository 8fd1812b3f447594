"""One human's ways to sign in lead to one person: added by signing in with both, removed but for the last."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import NotAllowed, NotNow
from app.core.outbox import Notification
from auth import actions, queries
from auth.actions import Claims, sessions
from auth.models import Identity, PersonSession, User
from tests.conftest import Travel
from tests.factories import make_administrator, make_organization, make_user

SignIn = Callable[[User], FlaskClient]
STAFF = "https://login.example"


def staff(subject: str = "s-1", address: str = "grace@rivers.example") -> Claims:
    return Claims(STAFF, subject, "grace", "Grace", (address,))


def arrive(claims: Claims) -> User:
    with transaction() as at:
        return actions.recognize(claims, at=at).user


def link(user: User, claims: Claims) -> Identity:
    with transaction() as at:
        return actions.link_identity(user, claims, by=user, at=at)


def signed_in_with(user: User, identity: Identity) -> str:
    """Begin a session with an identity, and give its key."""
    with transaction() as at:
        token = sessions.begin_session(user, identity=identity, browser="", by=user, at=at)
        found = queries.find_current(token, at)
        assert found is not None
        return found[1].key


def unlink(user: User, identity: Identity, session_key: str) -> None:
    with transaction() as at:
        actions.unlink_identity(identity, session_key=session_key, by=user, at=at)


def test_a_way_is_removed_with_its_addresses_and_sessions(session: Session, travel: Travel) -> None:
    grace = make_user(email="grace@mail.example")
    first, second = grace.identities[0], link(grace, staff())
    there, here = signed_in_with(grace, first), signed_in_with(grace, second)
    grace.emails[0].identity_id = first.id
    session.commit()

    unlink(grace, first, here)

    assert [one.issuer for one in grace.identities] == [STAFF]
    assert (queries.addresses_of(grace), grace.email) == (frozenset({"grace@rivers.example"}), "grace@rivers.example")
    assert [one.key for one in session.scalars(select(PersonSession))] == [here]
    assert there != here


def test_neither_the_last_way_nor_the_one_in_use_is_removed(session: Session, travel: Travel) -> None:
    grace = make_user()
    here = signed_in_with(grace, grace.identities[0])
    with pytest.raises(NotNow):
        unlink(grace, grace.identities[0], here)
    second = link(grace, staff())
    with pytest.raises(NotNow):
        unlink(grace, grace.identities[0], here)

    unlink(grace, second, here)
    assert len(grace.identities) == 1


def test_nobody_removes_anothers_way(session: Session, travel: Travel, sign_in: SignIn) -> None:
    grace, owen = make_user(), make_user()
    second = link(grace, staff())
    with pytest.raises(NotAllowed), transaction() as at:
        actions.unlink_identity(second, session_key="", by=owen, at=at)
    assert sign_in(owen).post("/en/account/ways", data={"remove": str(second.id)}).status_code == 404


def test_who_vouched_last_vouches_for_an_address(session: Session, travel: Travel) -> None:
    grace = make_user(email="grace@rivers.example")
    second = link(grace, staff())
    assert [email.identity_id for email in grace.emails] == [second.id]


def prove(one: User, other: User) -> None:
    """Sign in as one, then try to add the other's way."""
    identity = other.identities[0]
    said = Claims(identity.issuer, identity.subject, "x", "X", ("x@mail.example",))
    with pytest.raises(actions.BelongsToAnother), transaction() as at:
        actions.link_identity(one, said, by=one, at=at)
    with transaction() as at:
        actions.note_same_human(one, said, by=one, at=at)


def test_a_way_of_another_person_is_refused_and_shown_to_administrators(
    session: Session, travel: Travel, sign_in: SignIn
) -> None:
    grace, second = make_user("Grace"), make_user("Second Grace")
    prove(grace, second)

    assert [len(one.identities) for one in (grace, second)] == [1, 1]
    page = sign_in(make_administrator()).get(f"/fr/admin/personnes/{second.key}").text
    assert ("session ouverte avec les deux comptes" in page, "Réunir Second Grace à Grace" in page) == (True, True)


def join(idle: User, into: User, by: User) -> None:
    with transaction() as at:
        actions.join(idle, into, by=by, at=at)


def test_an_administrator_joins_who_never_acted_and_was_proven_the_same(
    session: Session, travel: Travel, sign_in: SignIn
) -> None:
    grace, ada = make_user("Grace", email="grace@mail.example"), make_administrator()
    second = arrive(staff())
    key = signed_in_with(second, second.identities[0])
    prove(grace, second)

    answer = sign_in(ada).post(f"/en/admin/people/{second.key}", data={"join": grace.key})

    assert (answer.status_code, answer.location) == (303, f"/en/admin/people/{grace.key}")
    db.session.rollback()
    assert arrive(staff()).id == grace.id
    assert queries.addresses_of(grace) == {"grace@mail.example", "grace@rivers.example"}
    assert (second.is_active, second.identities, second.emails) == (False, [], [])
    assert key not in set(session.scalars(select(PersonSession.key)))
    assert session.scalars(select(Notification.kind).where(Notification.recipient_id == grace.id)).all() == [
        "auth/joined"
    ]
    assert {"user.join_into", "user.join_away"} <= set(session.scalars(select(Event.action)))


def test_a_shared_address_joins_nobody(session: Session, travel: Travel) -> None:
    grace, ada = make_user(email="grace@rivers.example"), make_administrator()
    second = arrive(staff())

    with pytest.raises(NotNow):
        join(second, grace, ada)


def test_who_has_acted_keeps_their_history(session: Session, travel: Travel) -> None:
    grace, second, ada = make_user(), make_user(), make_administrator()
    make_organization(second, "Pines")
    prove(grace, second)

    with pytest.raises(NotNow):
        join(second, grace, ada)
    assert second.is_active


def test_only_an_administrator_joins_and_never_themselves(session: Session, travel: Travel) -> None:
    grace, ada = make_user(), make_administrator()
    prove(grace, ada)
    for by in (grace, ada):
        with pytest.raises(NotAllowed):
            join(grace, ada, by)


def test_the_page_lists_the_ways_and_keeps_the_only_one(session: Session, travel: Travel, sign_in: SignIn) -> None:
    grace = make_user("Grace")
    page = sign_in(grace).get("/fr/compte/acces").text
    assert ("La seule\u00a0: elle reste" in page, 'name="remove"' in page) == (True, False)
