"""Web addresses as strangers write them."""

from urllib.parse import SplitResult, urlsplit

NONE = SplitResult("", "", "", "", "")


def read_address(typed: str | None) -> SplitResult:
    """Split a web address; what is none has no scheme, host or path."""
    try:
        return urlsplit(typed or "")
    except ValueError:
        return NONE
