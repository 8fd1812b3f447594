"""Tables as CSV: opened by a spreadsheet as they are, computing nothing."""

import csv
import io
from datetime import UTC, datetime

import pytest

from app.core.sheets import BEGINS_A_FORMULA, Cell, dollars, make_csv


@pytest.mark.parametrize("sign", BEGINS_A_FORMULA)
def test_no_text_begins_a_formula(sign: str) -> None:
    told = make_csv(["Title"], [[f"{sign}cmd|' /C calc'!A0"], [f"  {sign}1"]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told, newline="")))
    assert rows == [["Title"], [f"'{sign}cmd|' /C calc'!A0"], [f"'  {sign}1"]]


def test_amounts_are_numbers_and_moments_local_days() -> None:
    cells: list[Cell] = [dollars(1_234_05), dollars(-5), dollars(0), datetime(2026, 4, 1, 3, 0, tzinfo=UTC), None, 7]
    assert make_csv(["é"], [cells]) == b"\xef\xbb\xbf\xc3\xa9\r\n1234.05,-0.05,0.00,2026-03-31,,7\r\n"
