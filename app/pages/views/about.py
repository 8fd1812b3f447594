"""What the exchange says about itself: how it works, accessibility, whom to write to."""

from email.utils import parseaddr

from flask import current_app, render_template

from app.pages.views.blueprint import pages


@pages.page("/how-it-works", "/fonctionnement")
def how_it_works() -> str:
    """Explain the way from the post to the last payment."""
    return render_template("pages/how_it_works.html")


@pages.page("/accessibility", "/accessibilite")
def accessibility() -> str:
    """Say what these pages promise to every reader."""
    return render_template("pages/accessibility.html", address=_address())


@pages.page("/contact", "/nous-joindre")
def contact() -> str:
    """Say whom to ask about what."""
    return render_template("pages/contact.html", address=_address())


def _address() -> str:
    return parseaddr(current_app.extensions["devex"].mail_from)[1]
