"""What a first visit carries over the wire and how soon it shows, as Chromium tells it on a phone's line."""

import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.machine import CHROMIUM

ICON = """() => {
  const icon = document.querySelector("link[rel=icon]").href;
  return icon.startsWith("http") ? fetch(icon).then(found => found.text()) : "";
}"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""Lighthouse's phone: a round trip in milliseconds, then bytes a second down and up."""
SLOW_PROCESSOR = 4
PHONE: Any = {"width": 360, "height": 740}
VISITS = 3
LARGEST_PAINT = """() => new Promise(found => new PerformanceObserver(seen => {
  found(seen.getEntries().at(-1).startTime);
}).observe({type: "largest-contentful-paint", buffered: true}))"""


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def first_visit(port: int, path: str) -> tuple[float, int]:
    """Give the kilobytes and the requests of a visit without anything kept."""
    with _chromium() as browser:
        return carried(browser.new_page(), f"http://127.0.0.1:{port}{path}")


def carried(page: Page, address: str) -> tuple[float, int]:
    """Give the kilobytes and the requests that a page costs here; the icon is asked for as a window does."""
    sizes: list[int] = []

    def note(finished: dict[str, Any]) -> None:
        sizes.append(int(finished["encodedDataLength"]))

    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", note)
    wire.send("Network.enable")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(ICON)
    page.wait_for_load_state("networkidle")
    return sum(sizes) / 1024, len(sizes)


def largest_paint(port: int, path: str) -> float:
    """Give the seconds until a slow phone with nothing kept shows the page's largest part; the median of its visits."""
    with _chromium() as browser:
        return statistics.median(_paint(browser, f"http://127.0.0.1:{port}{path}") for _visit in range(VISITS))


def _paint(browser: Browser, address: str) -> float:
    with browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True) as phone:
        page = phone.new_page()
        wire = phone.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_LINE)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return float(page.evaluate(LARGEST_PAINT)) / 1000
