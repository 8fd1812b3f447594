"""The payment provider in use, as those who work without a request need to know it."""

from dataclasses import dataclass

WHOLE = 10_000
"""So many basis points are a whole."""


@dataclass
class Provider:
    """Its name, whether money moves through it, who bears its costs, and the exchange's fee.

    `mode`: "" without money, "test" or "live". `costs`: "platform" or "department". The fee is in hundredths of a
    percent of each payment, kept back from what the supplier receives.
    """

    name: str = "sandbox"
    mode: str = ""
    costs: str = "platform"
    fee_basis_points: int = 0

    def fee_of(self, cents: int) -> int:
        """The exchange's fee on a payment, in whole cents, rounded down."""
        return cents * self.fee_basis_points // WHOLE

    def become(self, other: "Provider") -> None:
        """Take another provider's place."""
        self.name, self.mode = other.name, other.mode
        self.costs, self.fee_basis_points = other.costs, other.fee_basis_points


in_use = Provider()
"""The provider that the factory chose; one app a process."""
