"""What the set-up brings is what the pages ask for."""

import re

from scripts.vendor import FONTS, STATIC


def test_the_stylesheet_asks_for_each_font_that_is_set_up_and_no_other() -> None:
    style = (STATIC / "devex.css").read_text(encoding="utf-8")
    asked = re.findall(r'url\("vendor/([^"]+)"\)', style)
    assert sorted(asked) == sorted(f"{name}.woff2" for name in FONTS.values())
