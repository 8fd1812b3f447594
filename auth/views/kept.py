"""A form that came without a session is kept, and offered again after sign-in by one button."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app.core.addresses import read_address
from app.core.db import transaction
from app.core.web import http_error, safe_next
from app.core.web_late import SECRET, texts_of
from auth.actions import kept
from auth.views.base import pages
from auth.views.session import DAY, LAST, current_person, mark_of, only_over_tls

COOKIE = "kept"
MOST = 5
MARK = "kept_post"
TECHNICAL = {"csrf_token", MARK}
NOT_KEPT = {"auth.sign_out", "auth.kept_posts", *SECRET}
"""What is not worth keeping, and what must never be kept."""


def tokens() -> list[str]:
    """Read from the browser what opens its kept posts."""
    return [token for token in request.cookies.get(COOKIE, "").split(".") if token][:MOST]


def _put_tokens(answer: Response, wanted: list[str]) -> None:
    if wanted:
        answer.set_cookie(
            COOKIE, ".".join(wanted[-MOST:]), max_age=DAY, httponly=True, samesite="Lax", secure=only_over_tls()
        )  # fmt: skip
    else:
        answer.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=only_over_tls())


def _comes_from_here() -> bool:
    """Say whether a page of ours sent this; a stranger's page must not put words into anybody's mouth."""
    origin = request.headers.get("Origin") or request.referrer or ""
    return read_address(origin).netloc == request.host


def keep_post(answer: Response) -> bool:
    """Keep the request's form, and put into the answer what opens it."""
    path = safe_next(request.full_path.rstrip("?"))
    if path is None or request.endpoint in NOT_KEPT or not _comes_from_here():
        return False
    person = current_person()
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in TECHNICAL)
    post = kept.Post(path, fields, bool(request.files), mark_of(person) if person else request.cookies.get(LAST, ""))
    again = request.form.get(MARK)
    with transaction() as at:
        token = kept.keep(post, at=at)
        others = [one for one in tokens() if kept.name_of(one) != again]
        for one in set(tokens()) - set(others):
            kept.forget(one)
    _put_tokens(answer, [*others, token] if token else others)
    return token is not None


def answer_forged(error: CSRFError) -> Any:  # noqa: ANN401  (a Flask answer)
    """Answer a post whose proof of origin is missing or expired: keep it and offer it again."""
    if request.headers.get("X-Autosave"):
        return http_error(error)
    back = read_address(request.referrer).path or None
    expired = current_person() is None and LAST in request.cookies
    answer = redirect(url_for("auth.sign_in" if expired else "auth.kept_posts", next=back), 303)
    return answer if keep_post(answer) else http_error(error)


@dataclass(frozen=True)
class Shown:
    """One kept post as its page shows it."""

    name: str
    post: kept.Post

    @property
    def texts(self) -> list[str]:
        """What a person typed, without what only the program reads."""
        return texts_of(self.post.fields)


def shown_posts() -> list[Shown]:
    """Open the posts of this browser that are this reader's to see."""
    if not tokens():
        return []
    person = current_person()
    mine = {"", mark_of(person)} if person else {""}
    with transaction() as at:
        opened = [(kept.name_of(token), kept.find(token, at)) for token in tokens()]
    return [Shown(name, post) for name, post in opened if post is not None and post.person in mine]


@pages.page("/kept", "/gardes", methods=("GET", "POST"))
def kept_posts() -> object:
    """Show what was kept, to be sent or discarded."""
    back = safe_next(request.args.get("next"))
    if request.method == "POST":
        answer = redirect(url_for("auth.kept_posts", next=back), 303)
        _forget(request.form.get("discard", ""), answer)
        return answer
    posts = shown_posts()
    return render_template("auth/kept.html", posts=posts, back=back, mark=MARK)


def _forget(name: str, answer: Response) -> None:
    wanted = [token for token in tokens() if kept.name_of(token) != name]
    if len(wanted) < len(tokens()):
        with transaction():
            for token in set(tokens()) - set(wanted):
                kept.forget(token)
        _put_tokens(answer, wanted)


@pages.after_app_request
def _forget_what_arrived(answer: Response) -> Response:
    """Forget a kept post once its second sending was read by its page."""
    arrived = answer.status_code < 400 or answer.status_code == 422  # noqa: PLR2004  (shown again with what was typed)
    if request.method == "POST" and arrived and COOKIE in request.cookies and request.form.get(MARK):
        still_waits = answer.headers.get("Set-Cookie", "").startswith(f"{COOKIE}=")
        if not still_waits:
            _forget(request.form[MARK], answer)
    return answer
