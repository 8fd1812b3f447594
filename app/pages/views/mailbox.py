"""Each person's own mailbox: what was addressed to them, whether or not it also went by mail."""

from flask import render_template, request
from sqlalchemy import ColumnElement, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.markdown import to_html
from app.core.outbox import Notification, addressed_to
from app.pages.views.blueprint import pages
from auth.models import User
from auth.views.session import signed_in
from subscriptions.queries import own_addresses

PAGE = 25
LARGEST = 2**62


@pages.page("/mailbox", "/courrier")
def mailbox() -> str:
    """List the person's notifications, newest first."""
    person = signed_in()
    before = request.args.get("before", LARGEST, type=int)
    columns = (Notification.id, Notification.key, Notification.subject, Notification.created_at, Notification.language)
    mine = select(*columns).where(_theirs(person), Notification.id < min(before, LARGEST))
    found = db.session.execute(mine.order_by(Notification.id.desc()).limit(PAGE + 1)).all()
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("pages/mailbox.html", letters=found[:PAGE], more=more, first=before == LARGEST)


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
