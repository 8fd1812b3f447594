"""What a first visit carries over the wire: every request that a browser makes, compressed as it accepts it."""

import http.client
import re

ASSETS = re.compile(r'(?:<link rel="(?:stylesheet|icon)" href|<script src)="([^"]+)"')
FONTS = re.compile(r'url\("?([^")]+\.woff2[^")]*)"?\)')
PRELOADED = re.compile(r'<link rel="preload" href="([^"]+)"')


def first_visit(port: int, path: str) -> tuple[float, int]:
    """Give the kilobytes and the requests of a cold visit: page, style, script, icon and the fonts it names."""
    page, size = _carried(port, path)
    sizes = [size]
    addresses = list(dict.fromkeys([*ASSETS.findall(page), *PRELOADED.findall(page)]))
    for address in addresses:
        text, size = _carried(port, address)
        sizes.append(size)
        if ".css" in address:
            base = address.rsplit("/", 1)[0]
            fonts = dict.fromkeys(_resolved(base, found) for found in FONTS.findall(text))
            sizes += [_carried(port, font)[1] for font in fonts if font not in addresses]
    return sum(sizes) / 1024, len(sizes)


def _resolved(base: str, address: str) -> str:
    return address if address.startswith("/") else f"{base}/{address}"


def _carried(port: int, path: str) -> tuple[str, int]:
    """Fetch something plainly to read it, and as a browser accepts it to weigh it, head and body."""
    plain = _answer(port, path, "identity")[0].decode("utf-8", "replace")
    body, head = _answer(port, path, "br, gzip")
    return plain, len(body) + head


def _answer(port: int, path: str, accepted: str) -> tuple[bytes, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": accepted})
    answer = connection.getresponse()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    body = answer.read()
    connection.close()
    return body, head
