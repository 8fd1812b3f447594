"""GitHub as an identity provider, as sign-in sees it; what speaks OAuth comes with the first who signs in."""

from typing import Any

from flask import current_app
from werkzeug.utils import import_string
from werkzeug.wrappers import Response

from auth.actions import Claims

CLIENT = "auth.views.github_client"


class NoAnswer(Exception):
    """GitHub did not answer, or not as it should."""


class NotBegunHere(Exception):
    """The answer belongs to no sign-in that began in this browser."""


class Declined(Exception):
    """The person, or GitHub, said no; `by_person` says which."""

    def __init__(self, *, by_person: bool = False) -> None:
        super().__init__()
        self.by_person = by_person


def is_configured() -> bool:
    """Say whether one can sign in with GitHub here."""
    return current_app.extensions["devex"].github is not None


def start(callback: str, language: str) -> Response:
    """Send the browser to GitHub."""
    answer: Response = _client().start(callback, language)
    return answer


def finish() -> Claims:
    """Take GitHub's answer from the request: who it is and which of their addresses are verified.

    Raises NotBegunHere, Declined and NoAnswer.
    """
    claims: Claims = _client().finish()
    return claims


def claims_of(issuer: str, profile: dict[str, Any], addresses: list[Any]) -> Claims:
    """Read GitHub's words: the numeric id, and verified addresses that take mail, the primary one first."""
    usable = [
        one
        for one in addresses
        if isinstance(one, dict) and one.get("verified") is True and "@users.noreply." not in str(one.get("email"))
    ]
    usable.sort(key=lambda one: not one.get("primary"))
    return Claims(
        issuer=issuer,
        subject=str(profile["id"]),
        login=str(profile.get("login") or ""),
        name=str(profile.get("name") or ""),
        addresses=tuple(str(one["email"]).lower() for one in usable),
    )


def _client() -> Any:  # noqa: ANN401  (a module)
    if not is_configured():
        raise Declined
    return import_string(CLIENT)
