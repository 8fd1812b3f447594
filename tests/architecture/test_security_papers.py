"""What the papers on security cite exists: every requirement of its levels is there, and every test it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAPERS = sorted((ROOT / "docs/security").glob("asvs-*.md"))
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| [^|]+ \| [^|]+ \| (?:`(test_\w+)`|—) \|$", re.MULTILINE)
REQUIREMENTS = 253
"""So many requirements have levels 1 and 2 of ASVS 5.0."""


def rows() -> list[tuple[str, str, str, str]]:
    """Read every row of the papers: chapter, section, number, test."""
    return [row for paper in PAPERS for row in ROW.findall(paper.read_text(encoding="utf-8"))]


def test_every_requirement_has_one_row() -> None:
    numbers = [row[:3] for row in rows()]
    assert (len(numbers), len(set(numbers))) == (REQUIREMENTS, REQUIREMENTS)


def test_every_test_that_is_cited_exists() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    written = set(re.findall(r"^(?:async )?def (test_\w+)", sources, re.MULTILINE))
    assert {test for *_number, test in rows() if test} - written == set()


def test_what_can_be_met_cites_a_test_more_often_than_not() -> None:
    met = [
        row for paper in PAPERS for row in paper.read_text("utf-8").splitlines() if re.match(r"\| \d+\.\d+\.\d+ ", row)
    ]
    asked = [row for row in met if "does not apply" not in row and "for whoever installs" not in row]
    assert sum("`test_" in row for row in asked) / len(asked) > 0.9
