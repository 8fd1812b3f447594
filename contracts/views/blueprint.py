"""The blueprint that the pages of this package join."""

from typing import cast

from flask import current_app

import contracts.models  # noqa: F401  (the tables are known once the pages are)
from app.core.web import Pages
from contracts.gateway import PaymentGateway
from contracts.provider import in_use

pages = Pages("contracts", __name__)


def gateway() -> PaymentGateway:
    """Give the payment provider that the factory chose."""
    return cast("PaymentGateway", current_app.extensions["gateway"])


@pages.app_context_processor
def mark() -> dict[str, object]:
    """Mark every page of the exchange while no money moves."""
    return {"sandbox": not gateway().moves_money, "provider": in_use}
