"""What was typed and refused: shown again on its own form where that can still be drawn, else beside the refusal."""

from collections.abc import Iterable

from flask import Response, current_app, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from app.core.db import db
from app.core.errors import NotNow, NotValid, Refusal
from app.core.late import drawing_again

UNSEEN = frozenset(
    ("csrf_token", "kept_post", "version", "next", "back", "add", "remove", "key", "zone", "drawn_from", "seen",
     "digest", "position", "owner", "round", "act", "cell", "decision", "sure", "along")
)  # fmt: skip
"""What only the program reads, by name."""
SECRET = frozenset(("proposals.custodian", "proposals.passphrase", "proposals.recovery"))
"""Where passphrases and what opens like one are typed: never kept, never shown again."""
SHORTEST_SEEN = 3
LONGEST_SEEN = 5000


def texts_of(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Give what a person typed, of all that was sent."""
    return [
        value[:LONGEST_SEEN]
        for name, value in fields
        if name.rsplit("-", 1)[-1] not in UNSEEN and len(value.strip()) >= SHORTEST_SEEN
    ]


def typed_here() -> list[str]:
    """Give what was typed into the form that this request sends."""
    if request.method != "POST" or request.endpoint in SECRET:
        return []
    try:
        return texts_of(request.form.items(multi=True))
    except HTTPException:  # too large to be read
        return []


def _holds(page: str, texts: list[str]) -> bool:
    """Look whether all these texts stand on a page, however their lines end."""
    words = " ".join(page.split())
    return all(" ".join(str(escape(text)).split()) in words for text in texts)


def drawn_again(refusal: Refusal) -> Response | None:
    """Draw the page whose form came too late, with what was typed; None where it cannot be, or nothing was typed."""
    autosave = "X-Autosave" in request.headers
    if not isinstance(refusal, NotNow) or refusal.sealed or autosave or request.endpoint is None or not typed_here():
        return None
    view = current_app.view_functions[request.endpoint]
    try:
        with drawing_again(refusal):
            answer = current_app.make_response(current_app.ensure_sync(view)(**(request.view_args or {})))
    except (Refusal, HTTPException):
        db.session.rollback()
        return None
    if answer.status_code != NotValid.status or not _holds(answer.get_data(as_text=True), typed_here()):
        return None
    answer.status_code = refusal.status
    return answer
