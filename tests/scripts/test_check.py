"""The closing summary: every test is counted once, and what did not run says why."""

from pathlib import Path

import pytest

from scripts.check import Outcome, read_report, summary

REPORT = """<?xml version="1.0"?>
<testsuites><testsuite>
  <testcase name="passes"/>
  <testcase name="fails"><failure message="no"/></testcase>
  <testcase name="breaks"><error message="no"/></testcase>
  <testcase name="waits"><skipped message="the folder is absent"/></testcase>
</testsuite></testsuites>
"""


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    assert read_report("x", report, 1) == Outcome("x", passed=1, failed=2, reasons=["the folder is absent"])


def test_a_run_that_wrote_no_report_has_failed(tmp_path: Path) -> None:
    assert read_report("x", tmp_path / "none.xml", 5) == Outcome("x", failed=1)


@pytest.mark.parametrize(
    ("outcomes", "line", "code"),
    [
        (
            [Outcome("a", passed=2), Outcome("b", passed=1, reasons=["no key"])],
            "3 passed, 0 failed, 1 skipped",
            0,
        ),
        ([Outcome("a", passed=2, failed=1)], "2 passed, 1 failed, 0 skipped", 1),
        ([], "0 passed, 0 failed, 0 skipped", 1),
    ],
)
def test_the_last_line_counts_everything(
    outcomes: list[Outcome], line: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert summary(outcomes) == code
    assert capsys.readouterr().out.splitlines()[-1] == line
