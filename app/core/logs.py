"""What the program itself says to whoever runs it: one line of JSON for each thing, on standard error.

Nothing sealed and no secret enters it: errors are written without the values of variables or SQL parameters.
"""

import sys
from typing import Any

import structlog


def prepared() -> Any:  # noqa: ANN401  (a logger takes any facts)
    """Give a logger that writes lines of JSON with their moment in UTC."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    return structlog.get_logger()
