"""Notices from GitHub: a pull request that shows a delivery was merged.

Only a body signed with our secret is read. A merge is never undone, so an old notice, or one sent again, tells nothing
new; a repository that no delivery names changes nothing.
"""

import hashlib
import hmac
import json
from typing import Any

from flask import Response, current_app, request

from app.core.db import transaction
from app.core.errors import NotFound
from app.core.web import limiter
from contracts import actions
from contracts.evidence import merge_in
from contracts.webhooks.blueprint import hooks

PER_MINUTE = "120 per minute"
LARGEST = 1024 * 1024
LONGEST_ID = 100


@hooks.post("/github")
@limiter.limit(PER_MINUTE)
def github() -> Response:
    """Take a notice: verified, once for each delivery id; others are answered and forgotten."""
    settings = current_app.extensions["devex"]
    secret = settings.github_webhook_secret
    if not secret:
        raise NotFound
    request.max_content_length = LARGEST
    body = request.get_data()
    if not is_signed(body, request.headers.get("X-Hub-Signature-256", ""), secret):
        return _answer("The signature is not ours.", 401)
    event, number = request.headers.get("X-GitHub-Event", ""), request.headers.get("X-GitHub-Delivery", "")
    if event == "ping":
        return _answer("pong")
    notice = _read(body)
    if notice is None or not number or len(number) > LONGEST_ID:
        return _answer("This could not be read: JSON with a delivery id is expected.", 400)
    merge = merge_in(event, notice, settings.github_host)
    if merge is None:
        return _answer("Nothing to do.")
    with transaction() as at:
        taken = actions.note_merge(merge, number, at=at)
    return _answer("Taken." if taken else "Taken before.")


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Say whether a body was signed with the secret, in a time that tells nothing about it."""
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.encode())


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        notice = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return notice if isinstance(notice, dict) else None


def _answer(words: str, status: int = 200) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")
