"""What speaks against a moment, in the reader's words; it warns and never refuses."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.web import language
from opportunities import calendar
from opportunities.models import Opportunity


def cautions(moment: datetime, zone: ZoneInfo) -> list[str]:
    """Say in words what speaks against a moment."""
    said = {
        calendar.Caution.FRIDAY_AFTERNOON: _("a Friday afternoon"),
        calendar.Caution.WEEKEND: _("a weekend"),
    }
    return [said.get(one.code) or one.holiday.text(language()) for one in calendar.advice(moment, zone)]


def closing_cautions(opportunity: Opportunity) -> list[str]:
    """Say what speaks against the closing, wherever somebody still decides on it."""
    return cautions(opportunity.closing_at, ZoneInfo(opportunity.zone)) if opportunity.closing_at else []
