"""Each action is visible: nothing shows on hover only, no button is disabled or an icon alone, no pop-up asks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPT = (ROOT / "static" / "devex.js").read_text(encoding="utf-8")
STYLE = (ROOT / "static" / "devex.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_disables_no_button_and_holds_no_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<(?:button|input|select|textarea)[^>]*\sdisabled\b", text) == []
    assert re.findall(r"\son[a-z]+=|\sstyle=|<script(?![^>]*\ssrc=)|<style", text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_an_icon_never_stands_alone_in_a_link_or_button(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    alone = r"<(a|button)\b[^>]*>\s*(?:\{\{\s*icon\([^)]*\)\s*\}\}|<svg.*?</svg>)\s*</\1>"
    assert re.findall(alone, text, flags=re.DOTALL) == []


def test_the_script_asks_nothing_in_a_pop_up_and_disables_nothing() -> None:
    assert re.findall(r"\b(?:confirm|alert|prompt)\(|\.disabled\s*=|showModal", SCRIPT) == []


def test_nothing_is_shown_on_hover_only() -> None:
    assert re.findall(r":hover[^{}]*\{[^}]*\b(?:display|visibility|opacity)\b", STYLE) == []
