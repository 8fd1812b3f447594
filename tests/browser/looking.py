"""Looking at an open page with axe, and for what one must scroll sideways to see."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
LOOK = """rules => axe.run({resultTypes: ["violations"], ...(rules && {runOnly: rules})})
  .then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules that colours decide: nothing else of a page is another in the other theme."""


def violations(page: Page, rules: list[str] | None = None) -> list[tuple[str, str]]:
    """Say what axe finds, by all its rules or by some; it stays in a page that is looked at more than once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [(rule, html) for rule, html in page.evaluate(LOOK, rules)]


def overflow(page: Page) -> int:
    """Give how many pixels one must scroll sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wide, 0)
