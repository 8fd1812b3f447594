"""What Flask and the libraries say, as the same lines of JSON that the program itself writes (`app.core.logs`)."""

import json
import logging
from datetime import UTC, datetime

from app.core.redaction import redacted


class Line(logging.Formatter):
    """Writes what Flask and the libraries say as the same kind of line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        facts = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return json.dumps(redacted(facts), ensure_ascii=True)
