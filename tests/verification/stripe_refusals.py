"""What Stripe refuses, and how it says so."""

from typing import Any

SMALLEST, LARGEST = 50, 99_999_999


class Refusal(Exception):
    """An answer that refuses, with its status and error."""

    def __init__(self, status: int, error_type: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": error_type, "message": message, **more}}


def missing(kind: str, reference: str, param: str) -> Refusal:
    """Nothing has this id."""
    return Refusal(404, "invalid_request_error", f"No such {kind}: '{reference}'", code="resource_missing", param=param)


def invalid(param: str, message: str, code: str | None = None) -> Refusal:
    """A parameter makes no sense."""
    return Refusal(400, "invalid_request_error", message, code=code, param=param)


def check_money(amount: int, currency: str, fee: int) -> None:
    """Refuse an amount, a currency or a fee that Stripe would."""
    if amount < 1:
        raise invalid("amount", "This value must be greater than or equal to 1.", "parameter_invalid_integer")
    if amount < SMALLEST:
        raise invalid("amount", "Amount must be at least $0.50 cad", "amount_too_small")
    if amount > LARGEST:
        raise invalid("amount", "Amount must be no more than $999,999.99 cad", "amount_too_large")
    if currency != "cad":
        raise invalid("currency", f"This stand-in knows no {currency}.")
    if fee > amount:
        raise invalid("application_fee_amount", "The fee is greater than the amount.")
