"""A person arrives, known by the provider's subject."""

import pytest
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from auth import actions, queries
from auth.actions import Claims
from auth.models import User
from auth.views.providers import claims_of

GITHUB = "https://github.com"


def claims(subject: str = "7", login: str = "mona", *addresses: str) -> Claims:
    return Claims(GITHUB, subject, login, "Mona Lisa", addresses or ("mona@mail.example",))


def arrive(said: Claims) -> User:
    with transaction() as at:
        return actions.recognize(said, at=at, language="fr").user


def test_a_newcomer_is_written_down_once(session: Session) -> None:
    first, second = arrive(claims()), arrive(claims(login="mona-renamed"))

    assert first.id == second.id
    assert (first.name, first.email, first.language) == ("Mona Lisa", "mona@mail.example", "fr")
    assert [(one.subject, one.shown_name) for one in first.identities] == [("7", "mona-renamed")]


def test_another_number_under_the_same_login_is_another_person(session: Session) -> None:
    assert arrive(claims("7", "mona")).id != arrive(claims("8", "mona", "other@mail.example")).id


def test_without_a_verified_address_nobody_is_written_down(session: Session) -> None:
    with pytest.raises(NotValid):
        arrive(Claims(GITHUB, "7", "mona", "", ()))

    assert queries.find_user_by_identity(GITHUB, "7") is None


def test_addresses_follow_what_the_provider_says_today(session: Session) -> None:
    arrive(claims("7", "mona", "old@mail.example", "mona@rivers.example"))
    user = arrive(claims("7", "mona", "New@mail.example", "mona@rivers.example"))

    assert queries.addresses_of(user) == {"new@mail.example", "mona@rivers.example"}
    assert user.email == "new@mail.example"


def test_an_address_that_moved_to_another_account_leaves_the_first(session: Session) -> None:
    first = arrive(claims("7", "mona", "mona@rivers.example", "mona@mail.example"))
    second = arrive(claims("8", "lisa", "mona@rivers.example"))

    assert queries.addresses_of(first) == {"mona@mail.example"}
    assert queries.find_user_by_address("mona@rivers.example") == second


def test_a_second_identity_is_linked_by_signing_in_with_both(session: Session) -> None:
    user = arrive(claims())
    with transaction() as at:
        actions.link_identity(user, claims("8", "mona-work", "mona@work.example"), by=user, at=at)

    assert arrive(claims("8", "mona-work", "mona@work.example")).id == user.id
    assert queries.addresses_of(user) == {"mona@mail.example", "mona@work.example"}


def test_an_identity_of_somebody_else_cannot_be_linked(session: Session) -> None:
    user = arrive(claims())
    arrive(claims("8", "lisa", "lisa@mail.example"))

    with pytest.raises(NotNow), transaction() as at:
        actions.link_identity(user, claims("8", "lisa", "lisa@mail.example"), by=user, at=at)


def test_a_suspended_person_does_not_come_in(session: Session) -> None:
    with transaction() as at:
        actions.recognize(claims(), at=at).user.suspended_at = at

    with pytest.raises(NotAllowed):
        arrive(claims())


def test_github_is_read_by_number_and_verified_addresses_alone() -> None:
    said = claims_of(
        GITHUB,
        {"id": 7, "login": "mona", "name": None, "email": "public@mail.example"},
        [
            {"email": "second@mail.example", "verified": True, "primary": False},
            {"email": "Mona@mail.example", "verified": True, "primary": True},
            {"email": "unproved@mail.example", "verified": False, "primary": False},
            {"email": "7+mona@users.noreply.github.com", "verified": True, "primary": False},
            {"email": "odd@mail.example", "verified": "true", "primary": False},
        ],
    )

    assert said == Claims(GITHUB, "7", "mona", "", ("mona@mail.example", "second@mail.example"))
