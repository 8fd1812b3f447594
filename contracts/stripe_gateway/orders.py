"""What Stripe is sent for an order."""

from stripe import RequestOptions
from stripe.params import AccountCreateParams, PaymentIntentCreateParams
from stripe.params.checkout import (
    SessionCreateParams,
    SessionCreateParamsLineItemPriceData,
    SessionCreateParamsPaymentIntentData,
)

from contracts.gateway import Charge
from contracts.stripe_words import KEY

LOCALES = {"en": "en", "fr": "fr-CA"}


def once(key: str, act: str) -> RequestOptions:
    """One key of ours may take several calls: each has an idempotency key of its own."""
    return {"idempotency_key": f"{key}:{act}"}


def _metadata(order: Charge) -> dict[str, str]:
    return {KEY: order.key, "procurement": order.procurement, "milestone": order.milestone}


def intent_params(order: Charge) -> PaymentIntentCreateParams:
    """Charge the saved method while nobody is there, and hand the money to the payee."""
    params: PaymentIntentCreateParams = {
        "amount": order.amount_cents,
        "currency": order.currency.lower(),
        "customer": order.payer,
        "payment_method": order.method,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "confirm": True,
        "off_session": True,
        "description": order.description,
        "metadata": _metadata(order),
        "transfer_data": {"destination": order.payee},
    }
    if order.fee_cents:
        params["application_fee_amount"] = order.fee_cents
    return params


def page_params(order: Charge) -> SessionCreateParams:
    """Let the payer pay on a page of Stripe's."""
    paid: SessionCreateParamsPaymentIntentData = {
        "description": order.description,
        "metadata": _metadata(order),
        "transfer_data": {"destination": order.payee},
    }
    if order.fee_cents:
        paid["application_fee_amount"] = order.fee_cents
    price: SessionCreateParamsLineItemPriceData = {
        "currency": order.currency.lower(),
        "unit_amount": order.amount_cents,
        "product_data": {"name": order.description},
    }
    return {
        "mode": "payment",
        "customer": order.payer,
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": paid,
        "metadata": _metadata(order),
        "success_url": order.back,
        "cancel_url": order.back,
        "locale": "auto",
    }


def set_up_params(payer: str, back: str, language: str) -> SessionCreateParams:
    """Let the payer save a card to be charged later."""
    return {
        "mode": "setup",
        "customer": payer,
        "currency": "cad",
        "success_url": back,
        "cancel_url": back,
        "locale": LOCALES[language],
    }


def account_params(key: str) -> AccountCreateParams:
    """Open an account in Canada that Stripe's own pages complete; its costs and losses fall on the platform."""
    return {
        "country": "CA",
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {KEY: key},
    }
