"""Each person's own mailbox: what was addressed to them, whether or not it also went by mail."""

import re
from datetime import UTC, datetime, timedelta

from flask import render_template, request
from sqlalchemy import ColumnElement, literal, select, tuple_

from app.core.db import Identifier, Moment, db
from app.core.errors import NotFound
from app.core.markdown import to_html
from app.core.outbox import Notification, addressed_to
from app.pages.views.blueprint import pages
from auth.models import User
from auth.views.session import signed_in
from subscriptions.queries import own_addresses

PAGE = 25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pages.page("/mailbox", "/courrier")
def mailbox() -> str:
    """List the person's notifications, newest first."""
    person = signed_in()
    place = _read(request.args.get("before", ""))
    columns = (Notification.id, Notification.key, Notification.subject, Notification.created_at, Notification.language)
    mine = select(*columns).where(_theirs(person))
    if place is not None:
        mine = mine.where(tuple_(Notification.created_at, Notification.id) < tuple_(*place))
    newest = mine.order_by(Notification.created_at.desc(), Notification.id.desc()).limit(PAGE + 1)
    found = db.session.execute(newest).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = _write(last.created_at, last.id) if last is not None else None
    return render_template("pages/mailbox.html", letters=found[:PAGE], more=more, first=place is None)


def _write(moment: datetime, number: int) -> str:
    return f"{(moment - EPOCH) // MICROSECOND}-{number}"


def _read(written: str) -> tuple[ColumnElement[datetime], ColumnElement[int]] | None:
    """Read a place in the mailbox from an address; what is none is the beginning."""
    found = re.fullmatch(r"(\d{1,16})-(\d{1,18})", written, re.ASCII)
    if found is None:
        return None
    return literal(EPOCH + int(found[1]) * MICROSECOND, Moment), literal(int(found[2]), Identifier)


@pages.page("/mailbox/<key>", "/courrier/<key>")
def letter(key: str) -> str:
    """Show one notification to the person it is addressed to; to anybody else there is none."""
    person = signed_in()
    found = db.session.scalar(select(Notification).where(Notification.key == key, _theirs(person)))
    if found is None:
        raise NotFound
    return render_template("pages/letter.html", letter=found, body=to_html(found.body))


def _theirs(person: User) -> ColumnElement[bool]:
    return addressed_to(person.id, own_addresses(person))
