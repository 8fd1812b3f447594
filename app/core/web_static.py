"""Static files as they are kept: compressed beforehand, and for ever under an address with their fingerprint."""

import mimetypes
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

from app.core.web import ROOT

FOLDER = ROOT / "static"
A_YEAR = 365 * 24 * 3600
CODINGS = (("br", ".br"), ("gzip", ".gz"))


def prepare(app: Flask) -> None:
    """Serve the app's static files this way."""
    app.view_functions["static"] = static_file


def static_file(filename: str) -> Response:
    """Answer with the smallest form that the browser takes; a form older than its file is passed over."""
    coding, suffix = next(filter(lambda form: _fits(filename, *form), CODINGS), ("", ""))
    kept = A_YEAR if request.args.get("v") else None
    kind = mimetypes.guess_type(filename)[0]
    answer = send_from_directory(FOLDER, filename + suffix, mimetype=kind, max_age=kept)
    if coding:
        answer.content_encoding = coding
    if kept:
        answer.cache_control.immutable = True
    answer.vary.add("Accept-Encoding")
    return answer


def _fits(filename: str, coding: str, suffix: str) -> bool:
    if ".." in filename or not request.accept_encodings[coding]:
        return False
    plain, pressed = FOLDER / filename, Path(f"{FOLDER / filename}{suffix}")
    return pressed.is_file() and plain.is_file() and pressed.stat().st_mtime_ns >= plain.stat().st_mtime_ns
