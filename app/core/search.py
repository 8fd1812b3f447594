"""Full-text search behind one port: FTS5 on SQLite, tsvector on PostgreSQL, fed alike.

Words are folded (no accents, no capitals) and stemmed by us in each text's own language, so that both databases answer
alike and `défis`, `defi` and `Défi` are one word. A query's words are stemmed in both languages.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer
from sqlalchemy import ColumnElement, Select, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.expression import TableClause, column, table

from app.core.bilingual import Bilingual
from app.core.db import Identifier, db

LONGEST_QUERY = 200
MOST_WORDS = 12
NAMED = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp", ".net": "dotnet"}
_WORD = re.compile(r"c\+\+|[cf]#|\.net|\w+")

DOCUMENTS: TableClause = table("search_document", column("rowid", Identifier), column("words", TSVECTOR))


@lru_cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("french" if language == "fr" else "english")


@lru_cache(maxsize=20_000)  # texts repeat their words, and one word's stem costs as much as a row's insert
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word))


def fold(words: str) -> str:
    """Take capitals and accents off."""
    apart = unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def stems(words: str, language: str) -> Iterator[str]:
    """Give the stems of a text's words in its language, in order."""
    for word in _WORD.findall(fold(words)):
        yield NAMED.get(word) or _stem(word, language)


def index(identifier: int, texts: Iterable[Bilingual]) -> None:
    """Make a thing findable by its texts, in place of what was known of it."""
    parts = [(part, language) for both in texts for language, part in (("en", both.en), ("fr", both.fr)) if part]
    found = " ".join(stem for part, language in parts for stem in stems(part, language))
    db.session.execute(text("delete from search_document where rowid = :id"), {"id": identifier})
    made = "to_tsvector('simple', :words)" if _postgresql() else ":words"
    insert = text(f"insert into search_document (rowid, words) values (:id, {made})")  # noqa: S608  (one of two constants)
    db.session.execute(insert, {"id": identifier, "words": found})


def found_in(query: str, texts: Iterable[Bilingual]) -> bool:
    """Say whether a query would find a thing by its texts, before it is made findable."""
    wanted = _WORD.findall(fold(query[:LONGEST_QUERY]))[:MOST_WORDS]
    known = {stem for both in texts for code, part in (("en", both.en), ("fr", both.fr)) for stem in stems(part, code)}
    groups = [tuple(_forms(word)) for word in wanted]
    return bool(groups) and all(any(stem.startswith(forms) for stem in known) for forms in groups)


def matching(query: str) -> Select[int] | None:
    """Select the numbers of what matches every word of a query; None where the query has no word to look for."""
    wanted = _WORD.findall(fold(query[:LONGEST_QUERY]))[:MOST_WORDS]
    if not wanted:
        return None
    groups = [_forms(word) for word in wanted]
    return select(DOCUMENTS.c.rowid).where(_postgresql_match(groups) if _postgresql() else _sqlite_match(groups))


def _forms(word: str) -> list[str]:
    named = NAMED.get(word)
    return [named] if named else sorted({_stem(word, "en"), _stem(word, "fr")})


def _sqlite_match(groups: list[list[str]]) -> ColumnElement[bool]:
    wanted = " AND ".join("(" + " OR ".join(f'"{form}"*' for form in forms) + ")" for forms in groups)
    return literal_column("search_document").match(wanted)


def _postgresql_match(groups: list[list[str]]) -> ColumnElement[bool]:
    wanted = " & ".join("(" + " | ".join(f"'{form}':*" for form in forms) + ")" for forms in groups)
    return DOCUMENTS.c.words.op("@@")(text("to_tsquery('simple', :wanted)").bindparams(wanted=wanted))


def _postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
