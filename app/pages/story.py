"""The whole story of a procurement, from the audit log: what a reader may see, in sentences."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import func, select

from app.core import merkle, tree
from app.core.audit import Event, Reader, history
from app.core.db import db
from app.core.web import time_tag
from app.pages.events import UNTOLD, sentence
from auth.models import User
from auth.queries import reader_for
from opportunities.queries.showing import Whole

LONGEST = 1_000
"""More events than any procurement has."""

Told = tuple[Markup, str, str]


class Checked(NamedTuple):
    """An event of a story, its leaf in the tree, and whether it is what the published head holds."""

    number: int
    moment: Markup
    sentence: str
    stands: bool


def story(whole: Whole, person: User | None, at: datetime) -> list[Told]:
    """Tell what happened, oldest first: moment, sentence, who did it."""
    seen = history(whole.ocid, reader_for(person, at)).where(Event.action.not_in(UNTOLD)).limit(LONGEST)
    return [(time_tag(one.at, whole.zone), sentence(one, whole.zone), _who(one)) for one in db.session.scalars(seen)]


def provable(whole: Whole, head: tree.LogHead | None) -> tuple[list[Checked], int]:
    """Check a story's public events against a head; gives them in order, and how many are too new for it."""
    public = select(func.count()).select_from(history(whole.ocid, Reader()).subquery())
    total = db.session.scalar(public) or 0
    if head is None:
        return [], total
    root = merkle.root(tree.node, head.size)
    checked = [
        Checked(row.number, time_tag(row[2].at, whole.zone), sentence(row[2], whole.zone), tree.stands(row, head, root))
        for row in tree.leaves_of(whole.ocid, head.size)
    ]
    return checked, total - len(checked)


def _who(event: Event) -> str:
    """Name who acted; the exchange itself goes unnamed."""
    return event.actor_name if event.actor_id is not None else ""
