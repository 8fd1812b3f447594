"""What a proposal says: one value, its canonical form, what is still missing; no database.

`answers` are by the criterion's key; `files` name what lies sealed in the file store, with the digest of its bytes.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from app.core.bilingual import N_, Bilingual
from app.core.words import count_words

APPROACH, PLAN, TEAM, FILES, CHECK = "approach", "plan", "team", "files", "check"
REQUIRED = (APPROACH, PLAN, TEAM)
MOST_FILES = 5
MOST_PEOPLE = 12
LONGEST_ANSWER = 60_000
LONGEST_LINE = 2_000
_ADDRESS = re.compile(r"https?://[^\s/?#\[\]\\]+[^\s\\]*")


@dataclass(frozen=True)
class TeamMember:
    """One person who will do the work."""

    name: str
    does: str = ""
    link: str = ""


@dataclass(frozen=True)
class FileEntry:
    """A file as its author sent it; `key` names its row, `sha256` its bytes."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """Everything that a proposal says, as typed."""

    language: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict)
    price_cents: int | None = None
    team: tuple[TeamMember, ...] = ()
    files: tuple[FileEntry, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the value whose canonical JSON is sealed and digested."""
        return {
            "answers": dict(self.answers),
            "files": [asdict(entry) for entry in self.files],
            "language": self.language,
            "price_cents": self.price_cents,
            "team": [asdict(member) for member in self.team],
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Read what `as_dict` gave."""
        return cls(
            language=value["language"],
            answers=dict(value["answers"]),
            price_cents=value["price_cents"],
            team=tuple(TeamMember(**member) for member in value["team"]),
            files=tuple(FileEntry(**entry) for entry in value["files"]),
        )

    def section(self, name: str) -> Any:  # noqa: ANN401  (the part of the value that one page edits)
        """Give the part that one page edits."""
        whole = self.as_dict()
        parts = {APPROACH: "answers", PLAN: "price_cents", TEAM: "team", FILES: "files"}
        return whole[parts[name]]

    def mark(self, name: str) -> str:
        """Name a section as it stands, so that a page can say what it was drawn from."""
        text = json.dumps(self.section(name), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    def without_strangers(self, ask: "Ask") -> "Content":
        """Leave out answers that nobody asks for (any more), and a price where none is asked."""
        asked = {criterion.key for criterion in ask.criteria}
        answers = {key: text for key, text in self.answers.items() if key in asked and text}
        return replace(self, answers=answers, price_cents=self.price_cents if ask.priced else None)


@dataclass(frozen=True)
class Asked:
    """One criterion that wants an answer."""

    key: str
    title: Bilingual
    word_limit: int | None


@dataclass(frozen=True)
class Ask:
    """What an opportunity asks of each proposal."""

    criteria: tuple[Asked, ...]
    priced: bool


@dataclass(frozen=True)
class Gap:
    """One thing that keeps a proposal from being submitted: its page, its field, the sentence."""

    section: str
    box: str
    message: str
    values: Mapping[str, Any]


TOO_LONG = N_("%(over)s words too many; the limit is %(limit)s.")
NO_ANSWER = N_("Write an answer.")
NO_PRICE = N_("Write your price.")
NO_TEAM = N_("Name at least one person who will do the work.")


def over_limit(text: str, limit: int | None) -> int:
    """Count the words beyond a limit; 0 when it fits."""
    return max(0, count_words(text) - limit) if limit is not None else 0


def gaps(content: Content, ask: Ask) -> tuple[Gap, ...]:
    """Say what is missing or too long, in the order of the pages."""
    found: list[Gap] = []
    for criterion in ask.criteria:
        answer = content.answers.get(criterion.key, "")
        over = over_limit(answer, criterion.word_limit)
        if not answer.strip():
            found.append(Gap(APPROACH, criterion.key, NO_ANSWER, {}))
        elif over:
            found.append(Gap(APPROACH, criterion.key, TOO_LONG, {"over": over, "limit": criterion.word_limit}))
    if ask.priced and content.price_cents is None:
        found.append(Gap(PLAN, "price_cents", NO_PRICE, {}))
    if not any(member.name.strip() for member in content.team):
        found.append(Gap(TEAM, "team", NO_TEAM, {}))
    return tuple(found)


def status(content: Content, ask: Ask, section: str) -> str:
    """Say how far one section is: `done`, `progress` or `todo`."""
    missing = [gap for gap in gaps(content, ask) if gap.section == section]
    if not missing:
        return "done"
    begun = section == APPROACH and any(text.strip() for text in content.answers.values())
    return "progress" if begun else "todo"


def steps_done(content: Content, ask: Ask) -> int:
    """Count the sections that are done, of the four with Check and submit."""
    return sum(status(content, ask, section) == "done" for section in REQUIRED)


STEPS = len(REQUIRED) + 1


def is_address(text: str) -> bool:
    """Whether a text is nothing, or an address that a reader may safely follow."""
    plain = text.strip()
    return not plain or (plain.isprintable() and _ADDRESS.fullmatch(plain) is not None)


def tidy(text: str) -> str:
    """Keep a text as typed, with one kind of line end and without what no database or file can hold."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return plain.encode("utf-8", "replace").decode("utf-8")
