"""Refused attempts on sealed things leave an event, alike whether there was such a thing or not."""

from flask import request

from app.core import audit
from app.core.audit import System
from app.core.db import transaction
from app.core.errors import Refusal
from app.core.web import person

VISITOR = System("visitor")


def note_attempt(refusal: Refusal) -> None:
    """Write the event of a refused attempt in a transaction of its own; only the page's kind enters it."""
    if not refusal.sealed:
        return
    with transaction() as at:
        audit.attempt(request.endpoint or "", by=person() or VISITOR, at=at)
