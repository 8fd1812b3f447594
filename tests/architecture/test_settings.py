"""Every setting is written down for those who install the exchange, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_example_names_each_setting_that_is_read() -> None:
    read = re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', (ROOT / "app/config.py").read_text(encoding="utf-8"))
    written = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(written) == sorted(set(read))
