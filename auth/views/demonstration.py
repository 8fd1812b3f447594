"""Choosing who to be: only in the demonstration, and only where its own runner let it in.

`app.demonstration` builds the application, calls `enable` with the address that it is about to serve, and serves.
The pages do not exist before that: no setting, environment variable or request can make them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Flask, current_app, render_template, request
from sqlalchemy import select

from app.config import WrongSetting
from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotFound
from app.core.markdown import to_html
from app.core.outbox import Notification
from app.core.web import Pages, safe_next
from auth import queries
from auth.models import User
from auth.views.session import current_person
from auth.views.sign_in import enter

NEWEST = 20


@dataclass(frozen=True)
class CastMember:
    """One person of the standing cast: their address, and what a visitor can do as them, in one line."""

    email: str
    about: Bilingual


@dataclass(frozen=True)
class Demonstration:
    """That this is the demonstration, and who is in it."""

    people: tuple[CastMember, ...]


def enable(app: Flask, *, people: Sequence[CastMember], host: str) -> None:
    """Let visitors choose who to be; refuses (WrongSetting) unless the host that is served is a loopback address."""
    if not _is_loopback(host):
        msg = f"The demonstration lets anybody be anyone, so it is served on 127.0.0.1 or ::1 only; HOST is {host!r}."
        raise WrongSetting(msg)
    app.extensions["demonstration"] = Demonstration(tuple(people))
    pages = Pages("demonstration", __name__)
    pages.page("/demonstration", "/demonstration", methods=("GET", "POST"))(choose)
    pages.page("/demonstration/letters", "/demonstration/lettres")(letters)
    app.register_blueprint(pages)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def choose() -> object:
    """Show the cast; one click makes the visitor that person."""
    back = safe_next(request.args.get("next"))
    cast = _cast()
    if request.method == "POST":
        chosen = next((user for user, _about in cast if user.key == request.form.get("person")), None)
        if chosen is None:
            raise NotFound
        return enter(chosen, back)
    return render_template("auth/demonstration.html", cast=cast, back=back, now_as=current_person())


def letters() -> object:
    """Show what was written to bare addresses, newest first: nobody signs in to read their mailbox."""
    bare = select(Notification).where(Notification.recipient_id.is_(None))
    newest = db.session.scalars(bare.order_by(Notification.created_at.desc(), Notification.id.desc()).limit(NEWEST))
    shown = [(letter, to_html(letter.body)) for letter in newest]
    return render_template("auth/letters.html", letters=shown)


def _cast() -> list[tuple[User, Bilingual]]:
    """Find the cast's people, in their order; one who is not there is left out."""
    demonstration: Demonstration = current_app.extensions["demonstration"]
    found = [(queries.find_user_by_address(member.email), member.about) for member in demonstration.people]
    return [(user, about) for user, about in found if user is not None and user.is_active]
