"""The whole story of a procurement, from the audit log: what a reader may see, in sentences."""

from datetime import datetime

from markupsafe import Markup

from app.core.audit import Event, history
from app.core.db import db
from app.core.web import time_tag
from app.pages.events import UNTOLD, sentence
from auth.models import User
from auth.queries import reader_for
from opportunities.queries.showing import Whole

LONGEST = 1_000
"""More events than any procurement has."""

Told = tuple[Markup, str, str]


def story(whole: Whole, person: User | None, at: datetime) -> list[Told]:
    """Tell what happened, oldest first: moment, sentence, who did it."""
    seen = history(whole.ocid, reader_for(person, at)).where(Event.action.not_in(UNTOLD)).limit(LONGEST)
    return [(time_tag(one.at, whole.zone), sentence(one, whole.zone), _who(one)) for one in db.session.scalars(seen)]


def _who(event: Event) -> str:
    """Name who acted; the exchange itself goes unnamed."""
    return event.actor_name if event.actor_id is not None else ""
