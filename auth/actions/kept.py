"""A form that came when nobody was signed in is kept for a day, so that nothing typed is lost.

The row holds ciphertext and the digest of a token; the token, from which the key is made, is only in the browser.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import delete, func, select

from app.core.db import db
from auth.models import KeptPost

DAY = timedelta(days=1)
LARGEST = 1024 * 1024
MOST = 2000
"""Kept posts at one time, so that strangers cannot fill the disk."""


@dataclass(frozen=True)
class Post:
    """What a browser sent: to which path, its fields in order, whether files came with it, and whose browser it was."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool = False
    person: str = ""


def keep(post: Post, *, at: datetime) -> str | None:
    """Keep a post and give the token that opens it; None if it is too large or too many are kept."""
    forget_expired(at=at)
    words = json.dumps([post.path, post.fields, post.had_files, post.person]).encode()
    if len(words) > LARGEST or (db.session.scalar(select(func.count(KeptPost.id))) or 0) >= MOST:
        return None
    token = secrets.token_urlsafe(24)
    row = KeptPost(name=name_of(token), box=bytes(SecretBox(_key(token)).encrypt(words)), expires_at=at + DAY)
    db.session.add(row)
    return token


def find(token: str, at: datetime) -> Post | None:
    """Open what was kept under a token, if it still is."""
    row = db.session.scalar(select(KeptPost).where(KeptPost.name == name_of(token), KeptPost.expires_at > at))
    if row is None:
        return None
    try:
        path, fields, had_files, person = json.loads(SecretBox(_key(token)).decrypt(row.box))
    except CryptoError:
        return None
    return Post(path, tuple((name, value) for name, value in fields), had_files, person)


def forget(token: str) -> None:
    """Forget what was kept under a token."""
    db.session.execute(delete(KeptPost).where(KeptPost.name == name_of(token)))


def forget_expired(*, at: datetime) -> None:
    """Forget what was kept for a day."""
    db.session.execute(delete(KeptPost).where(KeptPost.expires_at <= at))


def name_of(token: str) -> str:
    """Give the name under which the row lies; it does not give the token away."""
    return hashlib.sha256(b"name " + token.encode()).hexdigest()


def _key(token: str) -> bytes:
    return hashlib.sha256(b"key " + token.encode()).digest()
