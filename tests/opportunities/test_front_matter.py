"""Front matter is read as typed: amounts, taxes and moments in both languages' forms."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from opportunities.markdown_pair import front_matter
from opportunities.markdown_pair.front_matter import REFUSALS, Unreadable

EASTERN = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$6,500 (excluding taxes)", 650_000),
        ("6 500$ (hors les taxes)", 650_000),
        ("6\u202f500,00\u00a0$", 650_000),
        ("CAD 10,000.50", 1_000_050),
        ("1.234.567,89 $", 123_456_789),
        ("6500", 650_000),
        ("", None),
        ("between $5,000 and $6,000", None),
        ("6,5", None),
        ("a lot", None),
        ("1" + ",000" * 2_000, None),
    ],
)
def test_amounts_are_read_in_both_forms(text: str, cents: int | None) -> None:
    assert front_matter.cents(text) == cents


@pytest.mark.parametrize(
    ("text", "included"),
    [
        ("excluding taxes", False),
        ("hors les taxes", False),
        ("taxes non comprises", False),
        ("plus applicable taxes", False),
        ("taxes included", True),
        ("including HST", True),
        ("taxes incluses", True),
        ("$500", None),
    ],
)
def test_taxes_are_in_out_or_unsaid(text: str, included: bool | None) -> None:  # noqa: FBT001  a table of truth
    assert front_matter.taxes_included(text) is included


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no front matter", "no_front_matter"),
        (b"---\ntitle: x\n", "no_front_matter"),
        (b"---\nlang: en\n---\n\xff", "not_utf8"),
        (b"---\nlang: en\n---\n\0", "not_utf8"),
        (b"---\n- a\n---\n", "front_matter"),
        (b"---\na: [b\n---\n", "front_matter"),
        (b"---\na: {b: {c: d}}\n---\n", "front_matter"),
        (b"---\na: " + b"[" * 15_000 + b"\n---\n", "front_matter"),
        (b"---\na: &a [x]\nb: [*a, *a]\n---\n", "front_matter"),
        (b"---\na: 1\na: 2\n---\n", "key_twice"),
        (b"---\nlang: fr\n---\n", "wrong_language"),
        (b"---\nlang: en\n---\n" + b"x" * front_matter.LARGEST, "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_by_code(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        front_matter.read(data, "en")
    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["soon", "0001-01-01", "2021-13-01", "2021-07-12T25:00:00"])
def test_a_wrong_date_is_refused_by_its_key(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        front_matter.moment("closing_date", text, EASTERN)
    assert (refusal.value.code, refusal.value.values) == ("bad_date", {"key": "closing_date", "value": text})
    assert str(refusal.value) == REFUSALS["bad_date"] % refusal.value.values


@pytest.mark.parametrize(
    ("text", "moment", "exact"),
    [
        ("2021-07-12T23:59:59-04:00", "2021-07-12T23:59:59-04:00", True),
        ("2021-07-12 17:00", "2021-07-12T17:00:00-04:00", False),
        ("2021-12-12", "2021-12-12T23:59:59-05:00", False),
    ],
)
def test_a_moment_without_hour_or_zone_is_completed(text: str, moment: str, exact: bool) -> None:  # noqa: FBT001
    assert front_matter.moment("closing_date", text, EASTERN) == datetime.fromisoformat(moment)
    assert front_matter.is_exact(text) is exact
    assert front_matter.day("closing_date", text) == date.fromisoformat(text[:10])
