"""Pages of proposals."""

from app.core.web import Pages

pages = Pages("proposals", __name__)


@pages.page("/proposals/<key>", "/propositions/<key>")
def show(key: str) -> str:
    """Show one's own proposal."""
    return key


@pages.page("/proposals/<key>/receipt", "/propositions/<key>/recu")
def receipt(key: str) -> str:
    """Show the receipt."""
    return key
