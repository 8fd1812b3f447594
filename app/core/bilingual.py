"""One value in English and French: two columns, never one language by accident."""

from dataclasses import dataclass
from typing import Literal, Self

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, Language] = ("en", "fr")


def N_(message: str) -> str:  # noqa: N802  (the translators' customary name for "mark, do not translate yet")
    """Mark a text for the catalogues; it is translated where it is shown."""
    return message


def other(language: str) -> Language:
    """Name the other official language."""
    return "en" if language == "fr" else "fr"


@dataclass(frozen=True)
class Bilingual:
    """A text in both official languages; either may still be empty in a draft."""

    en: str = ""
    fr: str = ""

    def pick(self, language: str) -> tuple[str, str]:
        """Give the text for a reader and the language it is in; the other one when theirs is missing."""
        first, second = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return (first, language) if first or not second else (second, other(language))

    def text(self, language: str) -> str:
        """Give the text for a reader of `language`, or the other one when theirs is missing."""
        return self.pick(language)[0]

    @property
    def complete(self) -> bool:
        """Both languages are there."""
        return bool(self.en.strip() and self.fr.strip())

    @property
    def empty(self) -> bool:
        """Neither language is there."""
        return not (self.en.strip() or self.fr.strip())

    def as_dict(self) -> dict[str, str]:
        """Give the two texts under their language's code."""
        return {"en": self.en, "fr": self.fr}

    @classmethod
    def of(cls, value: dict[str, str]) -> Self:
        """Read what `as_dict` gave."""
        return cls(value.get("en", ""), value.get("fr", ""))
