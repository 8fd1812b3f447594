"""All that a visitor sees of an answer: its code, its headers, what its cookies hold, its words, those of a PDF too.

What is made by chance is left out, so that two answers can be compared: the proof of a form's origin by its length, and
the keys of kept forms by their number and length. A session's id is chance too, but one browser's answers have one.
"""

import json
import re
from http.cookies import SimpleCookie
from urllib.parse import quote

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

from tests.papers import PDF, read_pdf

Seen = tuple[int, list[tuple[str, str]], str]
PROOF = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')
WAITS = re.compile(r'(/my-work">[^<(]*?) \(\d+\)')
"""How many things wait for the visitor: remembered for a moment, whatever they ask for."""
LETTERS = re.compile(r"[\w-]")


def seen_of(app: Flask, answer: TestResponse, *leave_out: str) -> Seen:
    """Give all that a visitor sees of an answer, but for chance, the moment, and what is left out: addresses."""

    def without(text: str) -> str:
        for one in leave_out:
            text = text.replace(one, "/…").replace(quote(one), "/…").replace(quote(one, safe=""), "/…")
        return text

    headers = sorted(
        (name, without(_cookies(app, value) if name == "Set-Cookie" else value))
        for name, value in answer.headers
        if name not in ("Date", "Content-Length")
    )
    return answer.status_code, headers, without(WAITS.sub(r"\1", PROOF.sub(r"\1", words_of(answer))))


def words_of(answer: TestResponse) -> str:
    """Give what can be read in an answer."""
    content = answer.get_data()
    return read_pdf(content) if answer.mimetype == PDF else content.decode(errors="replace")


def _cookies(app: Flask, header: str) -> str:
    """Write what a cookie holds and what it is good for; whoever has it can read it: it is signed, not sealed."""
    (name, found), *_others = SimpleCookie(header).items()
    value = found.value
    if name == app.config["SESSION_COOKIE_NAME"] and value:
        interface = app.session_interface
        assert isinstance(interface, SecureCookieSessionInterface)
        signer = interface.get_signing_serializer(app)
        assert signer is not None
        held = signer.loads(value)
        held["csrf_token"] = LETTERS.sub("x", held.get("csrf_token", ""))
        value = json.dumps(held, sort_keys=True, default=str)
    elif name == "kept":
        value = LETTERS.sub("x", value)
    return f"{name}={value};{header.partition(';')[2]}"
