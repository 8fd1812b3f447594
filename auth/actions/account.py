"""What a person says of themselves, and what they accept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import LANGUAGES, N_
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from auth import queries
from auth.models import Skill, Terms, TermsAcceptance, User
from auth.provinces import PROVINCES

NAME_LENGTH = 120
MOST_LINKS = 8
TAX_NUMBER = re.compile(r"\d{9}(RT\d{4})?")


@dataclass(frozen=True)
class Profile:
    """What a person may change about themselves; `links` are web addresses, `email` one of the verified ones."""

    name: str
    email: str
    language: str
    bio: str = ""
    province: str = ""
    tax_number: str = ""
    links: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()


def introduce(user: User, *, name: str, language: str, accepted: Iterable[Terms], by: User, at: datetime) -> User:
    """Take a newcomer's name, language of mail and the texts they accept."""
    _be_oneself(user, by)
    user.name, user.language = _checked_name(name), _checked_language(language)
    for terms in accepted:
        accept(user, terms, by=by, at=at)
    audit.record("user.introduce", user.subject, by=by, at=at, audience=PARTIES)
    return user


def accept(user: User, terms: Terms, *, by: User, at: datetime) -> TermsAcceptance:
    """Write down that a person accepted this version; accepting twice is accepting once."""
    _be_oneself(user, by)
    for before in queries.acceptances_of(user):
        if before.terms_id == terms.id:
            return before
    acceptance = TermsAcceptance(user_id=user.id, terms=terms, accepted_at=at)
    db.session.add(acceptance)
    audit.record("terms.accept", user.subject, by=by, at=at, audience=PARTIES, kind=terms.kind, number=terms.number)
    return acceptance


def edit_profile(user: User, profile: Profile, *, by: User, at: datetime) -> User:
    """Change what a person says of themselves."""
    _be_oneself(user, by)
    if profile.email.lower() not in queries.addresses_of(user):
        raise NotValid(N_("Choose one of your verified addresses."), field="email")
    if profile.province and profile.province not in PROVINCES:
        raise NotValid(N_("Choose a province or territory."), field="province")
    user.name, user.language = _checked_name(profile.name), _checked_language(profile.language)
    user.email, user.bio, user.province = profile.email.lower(), profile.bio.strip(), profile.province
    user.tax_number, user.links = checked_tax_number(profile.tax_number), _checked_links(profile.links)
    user.skills = list(profile.skills)
    audit.record("user.edit_profile", user.subject, by=by, at=at, audience=PARTIES)
    return user


def checked_tax_number(typed: str) -> str:
    """Give a GST/HST number in one form, or refuse: nine digits, then RT and four digits if they are known."""
    number = re.sub(r"[\s-]", "", typed).upper()
    if number and not TAX_NUMBER.fullmatch(number):
        raise NotValid(N_("Write nine digits, then RT and four digits: 123456789 RT 0001."), field="tax_number")
    return number


def checked_link(typed: str, field: str = "links") -> str:
    """Give a web address, or refuse."""
    link = typed.strip()
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", link):
        raise NotValid(N_("Write a whole web address, such as https://example.ca."), field=field)
    return link


def _checked_links(links: Iterable[str]) -> list[str]:
    wanted = [checked_link(link) for link in links if link.strip()]
    if len(wanted) > MOST_LINKS:
        raise NotValid(N_("At most %(count)s links."), field="links", count=MOST_LINKS)
    return wanted


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NotValid(N_("Write the name that others see."), field="name")
    if len(name) > NAME_LENGTH:
        raise NotValid(N_("At most %(count)s characters."), field="name", count=NAME_LENGTH)
    return name


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise NotValid(N_("Choose English or French."), field="language")
    return language


def _be_oneself(user: User, by: User) -> None:
    if user.id != by.id:
        raise NotAllowed
