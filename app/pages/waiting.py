"""What waits for a person in every package, joined: what must be done first comes first."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext

import auth.queries
import contracts.queries
import evaluations.queries
import opportunities.queries
import proposals.queries
from app.core import formats
from app.core.awaiting import Awaiting
from app.core.bilingual import Bilingual
from app.core.web import language
from app.pages import memory
from auth.models import User

PACKAGES = (auth.queries, opportunities.queries, proposals.queries, evaluations.queries, contracts.queries)


class Next(NamedTuple):
    """One sentence with its link, and until when or since when it waits."""

    text: str
    href: str
    note: str


def all_awaiting(user: User, at: datetime) -> list[Awaiting]:
    """Join what every package says: by the deadline, then the oldest first; what others do not wait for comes last."""
    found = [one for package in PACKAGES for one in package.awaiting(user, at)]
    found.sort(key=precedence)
    memory.keep(_place(user), at, len(found))
    return found


def precedence(one: Awaiting) -> tuple[bool, bool, datetime, str, str, str]:
    """Say what comes before what: things of one moment keep their places from one look to the next."""
    address = str(sorted(one.arguments.items()))
    return one.due is None, one.own, one.due or one.since, one.endpoint, address, one.text


def known_count(user: User, at: datetime) -> int | None:
    """Give how many things wait, if it was counted a moment ago."""
    known = memory.find(_place(user), at)
    return int(known) if known is not None else None


def count(user: User, at: datetime) -> int:
    """Count what waits for a person; kept for a little while, until they act."""
    known = known_count(user, at)
    return len(all_awaiting(user, at)) if known is None else known


def acted(user: User) -> None:
    """Count anew after this person has done something."""
    memory.drop(_place(user))


def shown(one: Awaiting) -> Next:
    """Put one thing into the reader's words."""
    values = {name: _value(value) for name, value in one.values.items()}
    text = gettext(one.text) % values if values else gettext(one.text)
    return Next(text, url_for(one.endpoint, **one.arguments), _note(one))


def _value(value: Any) -> object:  # noqa: ANN401  (whatever fills a sentence)
    if isinstance(value, Bilingual):
        return value.text(language())
    return formats.moment(value, language()) if isinstance(value, datetime) else value


def _note(one: Awaiting) -> str:
    if one.due is None:
        return str(gettext("Since %(day)s", day=formats.day(one.since, language())))
    if one.zone:
        return str(gettext("Until %(moment)s", moment=formats.moment(one.due, language(), one.zone)))
    return str(gettext("Until %(day)s", day=formats.day(one.due, language())))


def _place(user: User) -> tuple[str, str]:
    return ("awaiting", user.key)
