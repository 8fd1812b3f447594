"""A search of opportunities as a value: read from an address's parameters and written back to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from app.core.money import format_typed, parse_cents

OPEN, ALL = "open", "all"
STAGES = (OPEN, "closed", "awarded", "ended", ALL)
BY_MOMENT = ("closing", "newest")
SORTS = (*BY_MOMENT, "value")
WITHIN_DAYS = (3, 7, 14, 28)
LANGUAGES = {"en": ("en", "either"), "fr": ("fr", "either"), "both": ("both",)}
"""Which languages of work suit somebody who looks for one."""
WORK_LANGUAGES = tuple(LANGUAGES)
LONGEST = 200
MOST_SKILLS = 12


@dataclass(frozen=True)
class Search:
    """What is looked for: words, skills (any of them), department, cents, days to the closing, stage; and the order."""

    words: str = ""
    skills: tuple[str, ...] = ()
    department: str = ""
    least_cents: int | None = None
    most_cents: int | None = None
    within_days: int | None = None
    stage: str = OPEN
    language: str = ""
    sort: str = SORTS[0]

    @classmethod
    def of(cls, given: Mapping[str, Sequence[str]]) -> Self:
        """Read the parameters of an address; what cannot be read is as if it were not there."""
        first = {name: _plain(values[0]) for name, values in given.items() if values}
        skills = dict.fromkeys(_plain(code) for code in given.get("skill", ())[:MOST_SKILLS])
        return cls(
            words=first.get("q", ""),
            skills=tuple(code for code in skills if code),
            department=first.get("department", ""),
            least_cents=_cents(first.get("min", "")),
            most_cents=_cents(first.get("max", "")),
            within_days=_days(first.get("closes", "")),
            stage=_one_of(STAGES, first.get("state", ""), OPEN),
            language=_one_of(WORK_LANGUAGES, first.get("language", ""), ""),
            sort=_one_of(SORTS, first.get("sort", ""), SORTS[0]),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Write the parameters, those alone that say something."""
        given = (
            ("q", self.words),
            *(("skill", code) for code in self.skills),
            ("department", self.department),
            ("min", format_typed(self.least_cents)),
            ("max", format_typed(self.most_cents)),
            ("closes", str(self.within_days or "")),
            ("language", self.language),
            ("state", "" if self.stage == OPEN else self.stage),
            ("sort", "" if self.sort == SORTS[0] else self.sort),
        )
        return [(name, value) for name, value in given if value]

    def filters(self) -> list[tuple[str, str, Self]]:
        """Name each thing that narrows the search, its value, and the search without it."""
        one: list[tuple[str, str, Self]] = []
        for name, value in self.pairs():
            match name:
                case "q":
                    one.append((name, value, replace(self, words="")))
                case "skill":
                    left = tuple(code for code in self.skills if code != value)
                    one.append((name, value, replace(self, skills=left)))
                case "department":
                    one.append((name, value, replace(self, department="")))
                case "min":
                    one.append((name, value, replace(self, least_cents=None)))
                case "max":
                    one.append((name, value, replace(self, most_cents=None)))
                case "closes":
                    one.append((name, value, replace(self, within_days=None)))
                case "language":
                    one.append((name, value, replace(self, language="")))
                case "state":
                    one.append((name, value, replace(self, stage=OPEN)))
                case _:
                    continue
        return one


def _plain(value: str) -> str:
    """Take away what no word has: control characters and endless length."""
    return "".join(sign for sign in value[:LONGEST] if sign.isprintable()).strip()


def _cents(typed: str) -> int | None:
    try:
        return parse_cents(typed) or None
    except ValueError:
        return None


def _days(typed: str) -> int | None:
    return int(typed) if typed in map(str, WITHIN_DAYS) else None


def _one_of(known: Sequence[str], value: str, default: str) -> str:
    return value if value in known else default
