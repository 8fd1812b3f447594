"""Who vouches for people at sign-in: GitHub, and a staff provider; what speaks their protocols comes with first use."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.utils import import_string
from werkzeug.wrappers import Response

from app.config import Config
from app.core.bilingual import Bilingual
from app.core.errors import NotFound
from auth.actions import Claims

GITHUB, STAFF = "github", "staff"
CLIENTS = {GITHUB: "auth.views.github_client", STAFF: "auth.views.openid_client"}


class NoAnswer(Exception):
    """The provider did not answer, or not as it should."""


class NotBegunHere(Exception):
    """The answer belongs to no sign-in that began in this browser."""


class Declined(Exception):
    """The person, or the provider, said no; `by_person` says which."""

    def __init__(self, *, by_person: bool = False) -> None:
        super().__init__()
        self.by_person = by_person


@dataclass(frozen=True)
class Provider:
    """One way to sign in: its code, its issuer as identities hold it, its name."""

    code: str
    issuer: str
    name: Bilingual

    def start(self, callback: str, language: str) -> Response:
        """Send the browser to the provider; NoAnswer if it cannot be reached."""
        answer: Response = import_string(CLIENTS[self.code]).start(callback, language)
        return answer

    def finish(self) -> Claims:
        """Take the provider's answer from the request: who it is and which of their addresses are verified.

        Raises NotBegunHere, Declined and NoAnswer.
        """
        claims: Claims = import_string(CLIENTS[self.code]).finish()
        return claims


def configured() -> list[Provider]:
    """List the ways to sign in here."""
    settings: Config = current_app.extensions["devex"]
    found = []
    if settings.github is not None:
        found.append(Provider(GITHUB, settings.github.base_url, Bilingual("GitHub", "GitHub")))
    if settings.staff is not None:
        name = Bilingual(settings.staff.name_en, settings.staff.name_fr)
        found.append(Provider(STAFF, settings.staff.issuer, name))
    return found


def get(code: str) -> Provider:
    """Get a way to sign in by its code, or refuse with NotFound."""
    for one in configured():
        if one.code == code:
            return one
    raise NotFound


def name_of(issuer: str, language: str) -> str:
    """Name whoever issued an identity, in a language; one that is no longer set, by its address."""
    known = {one.issuer: one.name.text(language) for one in configured()}
    return known.get(issuer, issuer.partition("://")[2] or issuer)


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


def staff_claims_of(issuer: str, said: dict[str, Any]) -> Claims:
    """Read a staff provider's words: its subject, and the address only if it says that it is verified."""
    address = str(said.get("email") or "").strip().lower()
    verified = said.get("email_verified") is True and "@" in address
    return Claims(
        issuer=issuer,
        subject=str(said["sub"]),
        login=str(said.get("preferred_username") or address if verified else said.get("preferred_username") or ""),
        name=str(said.get("name") or ""),
        addresses=(address,) if verified else (),
    )
