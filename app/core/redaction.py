"""What must never stand in a log: the secrets of this installation, and whatever looks like one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
TELLING = re.compile(
    r"secret|password|passphrase|token|cookie|authori[sz]ation|signature|api_?key|private|seal_key", re.IGNORECASE
)
"""A fact of such a name is hidden whatever it holds."""
LOOKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)",  # name and password in an address
        r"\b(?:sk|rk|pk)_(?:live|test)_\w+",  # keys of a payment provider
        r"\bwhsec_\w+",
        r"\bgh[opsur]_\w{20,}",  # tokens of GitHub
        r"\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*",  # signed tokens
        r"(?i)(?<=bearer )[\w.~+/=-]+",
        r"(?i)(?<=basic )[\w+/=]{8,}",
        r"(?i)(?<=session=)[^;\s\"']+",
        r"(?i)(?<=devex=)[^;\s\"']+",
        r"(?i)(?<=[?&]code=)[^&\s\"']+",
        r"(?i)(?<=[?&]state=)[^&\s\"']+",
    )
)
SHORTEST = 6
"""What is shorter could be any word."""


class _Known:
    """The secrets that the factory was given."""

    values: tuple[str, ...] = ()


known = _Known()


def hide(secrets: Iterable[str]) -> None:
    """Hide these values from now on, wherever they stand."""
    known.values = tuple(sorted({one for one in secrets if len(one) >= SHORTEST}, key=len, reverse=True))


def redacted(value: Any) -> Any:  # noqa: ANN401  (a log takes any facts)
    """Give a fact without secrets: texts, and the texts within mappings and lists."""
    if isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, bytes):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: HIDDEN if TELLING.search(str(key)) else redacted(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [redacted(one) for one in value]
    return value


def _without_secrets(text: str) -> str:
    for secret in known.values:
        text = text.replace(secret, HIDDEN)
    for look in LOOKS:
        text = look.sub(HIDDEN, text)
    return text
