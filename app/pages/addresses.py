"""Addresses of other packages' pages."""

from flask import current_app, url_for


def address(endpoint: str, **values: object) -> str:
    """Give a page's address, nothing where this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type]
