"""What a link given as evidence names at GitHub, and what GitHub says of it: addresses and snapshots, no network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, unquote

from app.core.addresses import read_address

PULL_REQUEST, COMMIT, RELEASE, ISSUE, LINK = "pull_request", "commit", "release", "issue", "link"
KINDS = (PULL_REQUEST, COMMIT, RELEASE, ISSUE, LINK)
LONGEST = 200
"""No title or name is kept longer."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)

_SHAPES = (
    (PULL_REQUEST, re.compile(r"pull/(\d{1,9})(?:/.*)?")),
    (ISSUE, re.compile(r"issues/(\d{1,9})")),
    (COMMIT, re.compile(r"commit/([0-9a-f]{7,64})")),
    (RELEASE, re.compile(r"releases/tag/(.{1,200})")),
)
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SEEMS = (("/pull/", PULL_REQUEST), ("/merge_requests/", PULL_REQUEST), ("/commit/", COMMIT), ("/releases/", RELEASE),
          ("/issues/", ISSUE))  # fmt: skip
_READ = {PULL_REQUEST: "pulls", ISSUE: "issues", COMMIT: "commits", RELEASE: "releases/tags"}


@dataclass(frozen=True)
class Address:
    """A thing in a repository: which host, `owner/name` in small letters, and its number, hash or tag."""

    host: str
    kind: str
    repository: str
    reference: str

    @property
    def path(self) -> str:
        """Where the API tells of it, below its own address."""
        return f"repos/{self.repository}/{_READ[self.kind]}/{quote(self.reference, safe='')}"


@dataclass(frozen=True)
class Snapshot:
    """What was found at one moment. `by` is who merged it, or else its author; `happened_at` is when, as GitHub says.

    `state`: open, closed or merged for a pull request or issue; published or draft for a release; "" for a commit.
    """

    state: str = ""
    title: str = ""
    by: str = ""
    happened_at: datetime | None = None
    exists: bool = True


NOT_FOUND = Snapshot(exists=False)


@dataclass(frozen=True)
class Merge:
    """A pull request that was merged, as a notice tells it."""

    address: Address
    snapshot: Snapshot


class NoAnswer(Exception):
    """Nothing is known: the service is down, limits us, or said what it should not; `wait` if it named a span."""

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__()
        self.wait = wait


class Source(Protocol):
    """A service that knows what evidence names."""

    @property
    def host(self) -> str:
        """The host of the addresses that it knows."""

    def look_up(self, address: Address) -> Snapshot:
        """Say what is there now; raises NoAnswer when that cannot be known at present."""


def seems(link: str) -> str:
    """Say what kind of thing a web address seems to name, wherever it is."""
    path = read_address(link).path
    return next((kind for part, kind in _SEEMS if part in path), LINK)


def parse(link: str) -> Address | None:
    """Read an address shaped like GitHub's; None for any other. Whether the host is ours to ask is not said here."""
    parts = read_address(link)
    owner, _, rest = parts.path.strip("/").partition("/")
    name, _, thing = rest.partition("/")
    if not parts.hostname or not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or name in (".", ".."):
        return None
    for kind, shape in _SHAPES:
        found = shape.fullmatch(thing)
        reference = unquote(found[1]) if found else ""
        if found and reference not in (".", "..") and reference.isprintable():
            return Address(parts.netloc.lower(), kind, f"{owner}/{name}".lower(), reference)
    return None


def read(kind: str, told: Mapping[str, Any]) -> Snapshot:
    """Read what GitHub's API tells of a thing; raises NoAnswer on what it cannot have said."""
    try:
        return _READERS[kind](told)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise NoAnswer from fault


def merge_in(event: str, notice: Mapping[str, Any], host: str) -> Merge | None:
    """Give the merged pull request that a notice of GitHub's tells of; None when it tells of none."""
    if event != PULL_REQUEST or notice.get("action") != "closed":
        return None
    try:
        told = notice["pull_request"]
        snapshot = read(PULL_REQUEST, told)
        address = parse(f"https://{host}/{notice['repository']['full_name']}/pull/{int(told['number'])}")
    except (KeyError, TypeError, ValueError, NoAnswer):
        return None
    return Merge(address, snapshot) if address is not None and snapshot.state == "merged" else None


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries without an answer: twice as long each time, six hours at most."""
    return min(FIRST_WAIT * int(2 ** min(tries, 20)), LONGEST_WAIT)


def _change(told: Mapping[str, Any]) -> Snapshot:
    merged = _moment(told.get("merged_at"))
    if merged is not None:
        by = _login(told.get("merged_by")) or _login(told["user"])
        return Snapshot("merged", _words(told["title"]), by, merged)
    return _issue(told)


def _issue(told: Mapping[str, Any]) -> Snapshot:
    state = "closed" if told["state"] == "closed" else "open"
    when = _moment(told.get("closed_at")) or _moment(told["created_at"])
    return Snapshot(state, _words(told["title"]), _login(told["user"]), when)


def _commit(told: Mapping[str, Any]) -> Snapshot:
    commit = told["commit"]
    by = _login(told.get("author")) or _words(commit["author"]["name"])
    return Snapshot("", _words(commit["message"]), by, _moment(commit["committer"]["date"]))


def _release(told: Mapping[str, Any]) -> Snapshot:
    state = "draft" if told.get("draft") else "published"
    title = _words(told.get("name") or told["tag_name"])
    return Snapshot(state, title, _login(told.get("author")), _moment(told.get("published_at")))


_READERS = {PULL_REQUEST: _change, ISSUE: _issue, COMMIT: _commit, RELEASE: _release}


def _login(person: Mapping[str, Any] | None) -> str:
    return _words(person["login"]) if person else ""


def _words(text: str) -> str:
    """Give the first line of a text, printable and not too long."""
    first = "".join(sign for sign in (text.strip().splitlines() or [""])[0] if sign.isprintable())
    return first[:LONGEST]


def _moment(written: str | None) -> datetime | None:
    if not written:
        return None
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        msg = "A moment without its zone."
        raise ValueError(msg)
    return moment
