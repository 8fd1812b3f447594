"""Web addresses: as strangers write them, and in words for people."""

import re
from urllib.parse import SplitResult, urlsplit

NONE = SplitResult("", "", "", "", "")


def read_address(typed: str | None) -> SplitResult:
    """Split a web address; what is none has no scheme, host or path."""
    try:
        return urlsplit(typed or "")
    except ValueError:
        return NONE


def slug(title: str) -> str:
    """Make the words of an address from a title, in plain letters."""
    plain = title.lower().translate(str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy")).replace("œ", "oe")
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:8])
