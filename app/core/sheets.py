"""Tables as CSV that spreadsheets open as they are: UTF-8 with its mark, and no cell that begins a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.formats import DEFAULT_ZONE

MARK = "\ufeff"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Cell = str | int | date | datetime | None


def make_csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Write a table: texts that a spreadsheet would compute are shown as text, moments as their local day."""
    drawn = io.StringIO()
    sheet = csv.writer(drawn)
    sheet.writerow([_cell(head) for head in heads])
    sheet.writerows([_cell(cell) for cell in row] for row in rows)
    return (MARK + drawn.getvalue()).encode()


def dollars(cents: int) -> "Amount":
    """Give an amount as a number of dollars, whatever the language: 1234.50."""
    return Amount(cents)


class Amount(int):
    """Whole cents, written as dollars with a point."""

    def __str__(self) -> str:
        """Write it."""
        whole, part = divmod(abs(int(self)), 100)
        return f"{'-' if self < 0 else ''}{whole}.{part:02d}"


def _cell(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(DEFAULT_ZONE)).date().isoformat()
    if isinstance(value, str) and value.lstrip(" ").startswith(BEGINS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else str(value)
