"""Integer cents, Canadian dollars first."""

from decimal import Decimal, InvalidOperation

CURRENCY = "CAD"
LARGEST_CENTS = 1_000_000_000_00


def parse_cents(typed: str) -> int:
    """Read an amount as people type it: `25,000.50`, `25 000,50 $`, `$25000`.

    Refuses with ValueError what is not an amount, is negative, is finer than a cent or is absurdly large.
    """
    plain = "".join(typed.replace("$", "").replace("CAD", "").split())
    head, mark, tail = plain.rpartition(",")
    if mark and "." not in tail and len(tail) in (1, 2):
        plain = head.replace(",", "").replace(".", "") + "." + tail
    plain = plain.replace(",", "")
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation:
        raise ValueError(typed) from None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value() or amount > LARGEST_CENTS:
        raise ValueError(typed)
    return int(amount)


def format_typed(cents: int | None) -> str:
    """Show an amount as it stands in a field: `25000.50`, or `25000` for whole dollars."""
    if cents is None:
        return ""
    dollars, rest = divmod(cents, 100)
    return f"{dollars}.{rest:02d}" if rest else str(dollars)
