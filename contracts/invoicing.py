"""The invoice that a delivery makes: the amount before tax and its GST, HST and QST lines."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from contracts.taxes import TaxLine, before_tax, tax_lines


@dataclass(frozen=True)
class Invoice:
    """What a delivery asks to be paid, in cents; a supplier without a tax number charges no tax."""

    number: str
    amount_cents: int
    lines: tuple[TaxLine, ...]
    tax_number: str

    @property
    def tax_cents(self) -> int:
        """All taxes together."""
        return sum(line.amount_cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        """What is paid in all."""
        return self.amount_cents + self.tax_cents

    def as_dict(self) -> dict[str, Any]:
        """Give the value that the delivery keeps."""
        return asdict(self) | {"lines": [asdict(line) for line in self.lines]}

    @classmethod
    def of(cls, value: dict[str, Any]) -> "Invoice":
        """Read what `as_dict` gave."""
        lines = tuple(TaxLine(**line) for line in value["lines"])
        return cls(value["number"], value["amount_cents"], lines, value["tax_number"])


def make_invoice(number: str, agreed_cents: int, taxes: str, province: str, day: date, tax_number: str) -> Invoice:
    """Make the invoice of an agreed amount; `taxes` says whether they are included in it.

    With taxes included the total is what was agreed, to the cent. Raises NoRate for a province without a rate.
    """
    if not tax_number.strip():
        return Invoice(number, agreed_cents, (), "")
    if taxes == "included":
        lines = tax_lines(before_tax(agreed_cents, province, day), province, day)
        return Invoice(number, agreed_cents - sum(line.amount_cents for line in lines), lines, tax_number)
    return Invoice(number, agreed_cents, tax_lines(agreed_cents, province, day), tax_number)
