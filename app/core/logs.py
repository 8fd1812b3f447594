"""What the program itself says to whoever runs it: one line of JSON for each thing, on standard error.

Nothing sealed and no secret enters it: errors are written without the values of variables or SQL parameters, and
what is or looks like a secret is hidden. A line stays one line, whatever a visitor typed.
"""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.core.redaction import redacted


def prepared() -> Any:  # noqa: ANN401  (a logger takes any facts)
    """Give a logger that writes lines of JSON with their moment in UTC."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    return structlog.get_logger()


def _redact(_logger: object, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    found: MutableMapping[str, Any] = redacted(facts)
    return found
