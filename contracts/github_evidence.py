"""Asks GitHub's API what evidence names: that one host, no redirect away from it, no secret to anybody else."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from app.core import clock
from contracts.evidence import NOT_FOUND, Address, NoAnswer, Snapshot, read

SECONDS = (3.05, 10)
"""To connect, and between two pieces of an answer."""
LARGEST = 8 * 1024 * 1024
"""A commit's answer holds its whole change; nothing larger is read."""
PIECE = 64 * 1024
GONE = frozenset((
    HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
))  # fmt: skip
MOVED = frozenset((HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT))
LONGEST_PAUSE = timedelta(hours=6)


class GitHubEvidence:
    """GitHub as a source of evidence; public things only, whatever the application may see."""

    def __init__(self, base_url: str, api_url: str, client_id: str, client_secret: str) -> None:
        self.host = urlsplit(base_url).netloc.lower()
        self.api_url = api_url
        self.who = (client_id, client_secret)

    def look_up(self, address: Address) -> Snapshot:
        """Say what is there now; raises NoAnswer when that cannot be known at present."""
        if address.host != self.host:
            raise NoAnswer
        try:
            return self._ask(f"{self.api_url}/{address.path}", address.kind, follow=True)
        except (requests.RequestException, ValueError) as fault:
            raise NoAnswer from fault

    def _ask(self, url: str, kind: str, *, follow: bool) -> Snapshot:
        headers = {"Accept": "application/vnd.github+json", "User-Agent": "DevEx"}
        with requests.get(
            url, auth=self.who, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code in MOVED and follow:
                return self._ask(self._within(url, answer.headers.get("Location", "")), kind, follow=False)
            if answer.status_code in GONE:
                return NOT_FOUND
            if answer.status_code != HTTPStatus.OK:
                raise NoAnswer(_pause(answer))
            told = _json(answer)
        return read(kind, told)

    def _within(self, url: str, location: str) -> str:
        """Give where a renamed repository is told of, if it is the same API; a redirect anywhere else is no answer."""
        target = urljoin(url, location)
        if not target.startswith(f"{self.api_url}/"):
            raise NoAnswer
        return target


def _json(answer: requests.Response) -> dict[str, Any]:
    whole = bytearray()
    for piece in answer.iter_content(PIECE):
        whole += piece
        if len(whole) > LARGEST:
            raise NoAnswer
    told = json.loads(whole)
    if not isinstance(told, dict):
        raise NoAnswer
    return told


def _pause(answer: requests.Response) -> timedelta | None:
    """Read how long GitHub asks us to wait: a span, or the moment at which its limit begins anew."""
    after, reset = answer.headers.get("Retry-After", ""), answer.headers.get("X-RateLimit-Reset", "")
    if after.isdigit():
        return min(timedelta(seconds=int(after[:9])), LONGEST_PAUSE)
    if reset.isdigit() and answer.headers.get("X-RateLimit-Remaining") == "0":
        left = timedelta(seconds=int(reset[:11]) - clock.now().timestamp())
        return max(timedelta(0), min(left, LONGEST_PAUSE))
    return None
