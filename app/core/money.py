"""Integer cents, Canadian dollars first."""

from decimal import Decimal, InvalidOperation
from unicodedata import category

CURRENCY = "CAD"
LARGEST_CENTS = 1_000_000_000_00


class NotAnAmount(ValueError):
    """What was typed is no amount of ours: `why` is words, currency, negative, cents or large."""

    def __init__(self, typed: str, why: str) -> None:
        super().__init__(typed)
        self.why = why


def parse_cents(typed: str) -> int:
    """Read an amount as people type it: `25,000.50`, `25 000,50 $`, `$25000`.

    Refuses with NotAnAmount what is in another currency, not an amount, negative, finer than a cent or absurdly large.
    """
    plain = "".join(typed.replace("$", "").replace("CAD", "").split())
    head, mark, tail = plain.rpartition(",")
    if mark and "." not in tail and len(tail) in (1, 2):
        plain = head.replace(",", "").replace(".", "") + "." + tail
    plain = plain.replace(",", "")
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation:
        foreign = any(sign.isalpha() or category(sign) == "Sc" for sign in plain) and any(map(str.isdigit, plain))
        raise NotAnAmount(typed, "currency" if foreign else "words") from None
    if not amount.is_finite():
        raise NotAnAmount(typed, "words")
    if amount < 0:
        raise NotAnAmount(typed, "negative")
    if amount > LARGEST_CENTS:
        raise NotAnAmount(typed, "large")
    if amount != amount.to_integral_value():
        raise NotAnAmount(typed, "cents")
    return int(amount)


def format_typed(cents: int | None) -> str:
    """Show an amount as it stands in a field: `25000.50`, or `25000` for whole dollars."""
    if cents is None:
        return ""
    dollars, rest = divmod(cents, 100)
    return f"{dollars}.{rest:02d}" if rest else str(dollars)
