"""The texts that people accept, by version."""

from datetime import datetime

from app.core import audit
from app.core.audit import Actor, Subject
from app.core.bilingual import N_, Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from auth import notifications, queries
from auth.models import Terms, User
from auth.queries.terms import KINDS


def publish_terms(kind: str, body: Bilingual, *, by: Actor, at: datetime) -> Terms:
    """Publish a new version of a text (Markdown); who accepted an earlier one is told and asked again."""
    if isinstance(by, User) and not queries.is_administrator(by, at):
        raise NotAllowed
    if kind not in KINDS:
        raise NotValid(N_("Choose a text."), field="kind")
    if not body.complete:
        raise NotValid(N_("Write both languages."), field="body_fr" if body.en.strip() else "body_en")
    last = queries.find_terms(kind)
    if last is not None and last.body == body:
        raise NotValid(N_("Nothing was changed."), field="body_en")
    terms = Terms(kind=kind, number=last.number + 1 if last else 1, body=body, published_at=at)
    db.session.add(terms)
    db.session.flush()
    event = audit.record("terms.publish", Subject("terms", terms.id), by=by, at=at, kind=kind, number=terms.number)
    notifications.tell_terms_changed(terms, event)
    return terms
