"""Counting words as a reader would, in English and French."""

import re

_LINK_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"https?://\S+")
_LIST_NUMBER = re.compile(r"^[ \t>]*\d{1,9}[.)](?=\s)", re.MULTILINE)
_DIGIT_GROUP = re.compile(r"[\u00a0\u202f](?<=\d.)(?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W_][^\s\u2014\u2013/;|,]*(?:,(?=\d)[^\s\u2014\u2013/;|,]*)*")
"""From a letter or figure to the next space, dash, slash, semicolon, bar, or comma that is in no number."""


def count_words(markdown: str) -> int:
    """Count the words of a Markdown text.

    An elision ("l’été"), a hyphenated word ("peut-être", "rendez-vous"), a number with its separators ("6 500,00") and
    an address count as one each; marks that stand alone ("«", ":", "–", "*"), list numbers and link targets as none.
    """
    text = _LINK_TARGET.sub("]", markdown)
    text = _ADDRESS.sub("x", text)
    text = _LIST_NUMBER.sub("", text)
    text = _DIGIT_GROUP.sub("", text)
    return len(_WORD.findall(text))
