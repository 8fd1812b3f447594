"""What a first visit carries over the wire, as Chromium counts it: every request, compressed, heads included."""

from typing import Any

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
ICON = """() => {
  const icon = document.querySelector("link[rel=icon]").href;
  return icon.startsWith("http") ? fetch(icon).then(found => found.text()) : "";
}"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def first_visit(port: int, path: str) -> tuple[float, int]:
    """Give the kilobytes and the requests of a visit without anything kept; the icon is asked for as a window does."""
    sizes: list[int] = []

    def note(finished: dict[str, Any]) -> None:
        sizes.append(int(finished["encodedDataLength"]))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        wire = page.context.new_cdp_session(page)
        wire.on("Network.loadingFinished", note)
        wire.send("Network.enable")
        page.goto(f"http://127.0.0.1:{port}{path}")
        page.wait_for_load_state("networkidle")
        page.evaluate(ICON)
        page.wait_for_load_state("networkidle")
        browser.close()
    return sum(sizes) / 1024, len(sizes)
