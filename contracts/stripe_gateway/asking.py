"""What goes wrong while Stripe is asked, in the port's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from contracts.gateway import GatewayDown, KeyReused, OrderRefused
from contracts.stripe_words import PAYEE_NOT_READY


class Declined(Exception):
    """Stripe made the payment, and the bank refused it."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error = error
        self.reference = str((error.get("payment_intent") or {}).get("id") or "")


class PayeeNotReady(Exception):
    """The request was refused for the account to be paid on."""


@contextmanager
def asked() -> Iterator[None]:
    """Say in the port's words what went wrong while Stripe was asked."""
    try:
        yield
    except stripe.CardError as error:
        raise Declined(_said(error)) from error
    except stripe.IdempotencyError as error:
        raise KeyReused(str(error)) from error
    except (stripe.InvalidRequestError, stripe.PermissionError) as error:
        said = _said(error)
        if said.get("code") in PAYEE_NOT_READY or str(said.get("param") or "").endswith("transfer_data[destination]"):
            raise PayeeNotReady(str(error)) from error
        if isinstance(error, stripe.PermissionError):
            raise GatewayDown(str(error)) from error
        raise OrderRefused(str(error)) from error
    except stripe.StripeError as error:  # no connection, too many requests, a fault at Stripe, our key refused
        raise GatewayDown(str(error)) from error


def _said(error: stripe.StripeError) -> dict[str, Any]:
    body = error.json_body
    return dict(body.get("error") or {}) if isinstance(body, dict) else {}
