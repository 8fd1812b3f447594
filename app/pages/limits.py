"""How often one person, or one address where nobody is signed in, may ask for what costs or could be misused.

Signing in, alerts and notices of other services are limited where they are answered; `docs/security.md` lists all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_limiter.util import get_remote_address

from app.core.web import limiter, person


@dataclass(frozen=True)
class Limit:
    """So many requests in a span, of which methods, for which pages."""

    most: str
    methods: tuple[str, ...]
    endpoints: tuple[str, ...]
    exempt: Callable[[], bool] | None = None


def _without_words() -> bool:
    """Say whether nothing is searched for: the list itself is read as often as one likes."""
    return not request.args.get("q")


LIMITS = (
    Limit(
        "60 per minute",
        ("GET",),
        ("pages.opportunities", "subscriptions.feed", "subscriptions.closings", "auth.people"),
        _without_words,
    ),
    Limit("30 per minute", ("POST",), ("proposals.files_page", "opportunities.files", "contracts.deliver")),
    Limit(
        "20 per minute",
        ("POST",),
        (
            "opportunities.ask",
            "opportunities.comment",
            "contracts.comments",
            "evaluations.ask_about_debrief",
            "auth.invite",
            "evaluations.panel",
        ),
    ),
    Limit("60 per minute", ("GET",), ("pages.log_inclusion", "pages.log_consistency", "pages.story_file")),
    Limit("10 per minute", ("GET",), ("pages.log_entries",)),
    Limit(
        "30 per minute",
        ("GET",),
        (
            "contracts.text_pdf",
            "contracts.statement_file",
            "contracts.department_statement_file",
            "evaluations.debrief_pdf",
            "pages.check_story",
            "evaluations.check_ranking",
        ),
    ),
)


def who() -> str:
    """Name whose requests are counted together."""
    known = person()
    return f"person {known.key}" if known is not None else f"address {get_remote_address()}"


def prepare(app: Flask) -> None:
    """Put the limits around the views they name; a name that is none stops the start."""
    for limit in LIMITS:
        for endpoint in limit.endpoints:
            guard: Callable[..., Any] = limiter.limit(
                limit.most, key_func=who, methods=list(limit.methods), exempt_when=limit.exempt
            )
            app.view_functions[endpoint] = guard(app.view_functions[endpoint])
