"""Throwing: what is sent in which field, round by round; each answer is judged, and what was thrown is counted."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.test import TestResponse
from werkzeug.utils import cached_property

from tests.architecture.visits import undone
from tests.hostile.corpus import CORPUS
from tests.hostile.judging import unescaped

THROWN: Counter[str] = Counter()
"""How many forms, fields, pages, parameters, addresses, headers and requests there were in this process."""
Found = dict[str, object]


def judged(answer: TestResponse, what: object, found: Found) -> None:
    """Note a fault, or what stands in a page as markup that somebody typed."""
    THROWN["requests"] += 1
    if answer.status_code >= 500:
        found[f"{what}"] = answer.status_code
    elif answer.mimetype == "text/html" and (written := unescaped(answer.get_data(as_text=True))):
        found[f"{what}"] = written
    answer.close()


def plain(value: str) -> str:
    """Give a string as a browser can send it: what is no character it replaces."""
    return value.encode("utf-8", "replace").decode()


class Dealer:
    """Deals strings to fields: in each round another one to each."""

    def __init__(self, rounds: int | None) -> None:
        """`rounds` spread over the strings; one round, by a seed of the name, if none are said."""
        self.many = rounds

    def rounds(self, name: str, fields: Sequence[str], among: Sequence[str] = CORPUS) -> list[dict[str, str]]:
        """Give what each field holds in each round; with as many rounds as strings, every field meets every one."""
        begins = [random.Random(name).randrange(len(among))]
        if self.many is not None:
            begins = list(range(0, len(among), max(1, len(among) // self.many)))
        return [
            {field: among[(begin + 61 * place) % len(among)] for place, field in enumerate(fields)} for begin in begins
        ]


@dataclass
class Target:
    """A form about to be sent: by whom, where to, and which of its fields take any words."""

    browser: FlaskClient
    where: str
    sent: MultiDict[str, str]
    fields: list[str]
    free: list[str]

    def meets(self, dealt: Iterable[dict[str, str]], monkeypatch: pytest.MonkeyPatch, found: Found) -> None:
        """Throw all rounds at it, each thrice: at all fields, at those for words alone, at one of the others alone.

        What is wrong everywhere is refused at the door; what is right but for some words comes to be stored and shown.
        """
        strict = [name for name in self.fields if name not in self.free]
        for turn, given in enumerate(dealt):
            thrice = [given, {name: given[name] for name in self.free}]
            thrice += [{name: given[name]} for name in strict[turn % len(strict) :][:1]] if strict else []
            for shown in (one for place, one in enumerate(thrice) if one and one not in thrice[:place]):
                with undone(monkeypatch):
                    self._meets(shown, found)

    def _meets(self, shown: dict[str, str], found: Found) -> None:
        sent = self.sent.copy()
        for name, value in shown.items():
            sent.setlist(name, [plain(value)])
        answer = self.browser.post(self.where, data=sent)
        judged(answer, f"{self.where} { {name: value[:80] for name, value in shown.items()} }", found)
        if answer.status_code == 303:
            judged(self.browser.get(answer.headers["Location"]), f"after {self.where} {shown!r:.2000}", found)


class Noting(ImmutableMultiDict[str, str]):
    """The parameters of an address, which note by what names they are read."""

    read: ClassVar[set[str]] = set()
    WHOLE = "*"
    """Noted when somebody reads them all."""

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        self.read.add(key)
        return super().get(key, default, type)

    def getlist(self, key: Any, type: Any = None) -> Any:  # noqa: A002
        self.read.add(key)
        return super().getlist(key, type)

    def items(self, multi: Any = False) -> Any:  # noqa: FBT002
        self.read.add(self.WHOLE)
        return super().items(multi)

    def to_dict(self, flat: Any = True) -> Any:  # noqa: FBT002
        self.read.add(self.WHOLE)
        return super().to_dict(flat)


class Read(Request):
    """A request whose parameters note who reads them."""

    @cached_property
    def args(self) -> Noting:
        return Noting(super().args)
