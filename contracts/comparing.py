"""Comparing our books with the provider's, payment by payment; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from contracts.gateway import Booked, Dispute, State

BOOKED_FOR_SURE = ("processing", "settled", "disputed", "refunded")
"""Where a payment of ours stands only if the provider has it."""


class Kind(StrEnum):
    """How our books and the provider's differ about a payment."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    OTHER_AMOUNT = "other_amount"
    OTHER_PAYEE = "other_payee"
    OTHER_STATE = "other_state"
    REFUNDED_THERE = "refunded_there"
    PAID_TWICE = "paid_twice"


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment as our books have it, in whole cents."""

    attempt_id: int
    key: str
    reference: str
    state: str
    amount_cents: int
    payee: str
    milestone_id: int
    contract: int
    position: int
    department_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: about which payment, and what either book says (a state, or a payee)."""

    kind: Kind
    reference: str
    contract: int = 0
    position: int = 0
    department_id: int = 0
    attempt_id: int = 0
    here: str = ""
    there: str = ""
    here_cents: int = 0
    there_cents: int = 0
    repaired: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return asdict(self)


def state_of(booked: Booked) -> str:
    """Name the state that our books would have for a payment of the provider's."""
    if booked.state != State.SETTLED:
        return booked.state.value
    if booked.refunded_cents >= booked.amount_cents or booked.dispute == Dispute.LOST:
        return "refunded"
    return "disputed" if booked.dispute == Dispute.OPEN else "settled"


def compare(ours: Sequence[Ours], theirs: Sequence[Booked]) -> list[Difference]:
    """List every difference between our payments of a period and the provider's."""
    by_key = {one.key: one for one in ours}
    by_reference = {one.reference: one for one in ours if one.reference}
    pairs: list[tuple[Ours, Booked]] = []
    found: list[Difference] = []
    for booked in theirs:
        mine = by_key.get(booked.key) or by_reference.get(booked.reference)
        if mine is None:
            found.append(_unknown(booked))
        else:
            pairs.append((mine, booked))
    paired = {mine.attempt_id for mine, _booked in pairs}
    found += [_about(Kind.MISSING_THERE, one) for one in ours if _is_missed(one, paired)]
    for mine, booked in pairs:
        found += _between(mine, booked)
    return [*found, *_twice(pairs)]


def _is_missed(one: Ours, paired: set[int]) -> bool:
    return one.attempt_id not in paired and one.state in BOOKED_FOR_SURE


def _unknown(booked: Booked) -> Difference:
    return Difference(Kind.MISSING_HERE, booked.reference, there=state_of(booked), there_cents=booked.amount_cents)


def _about(kind: Kind, mine: Ours, booked: Booked | None = None, **said: Any) -> Difference:
    return Difference(
        kind,
        mine.reference or (booked.reference if booked else ""),
        mine.contract,
        mine.position,
        mine.department_id,
        mine.attempt_id,
        **{
            "here": mine.state,
            "there": state_of(booked) if booked else "",
            "here_cents": mine.amount_cents,
            "there_cents": booked.amount_cents if booked else 0,
            **said,
        },
    )


def _between(mine: Ours, booked: Booked) -> Iterator[Difference]:
    if booked.amount_cents != mine.amount_cents:
        yield _about(Kind.OTHER_AMOUNT, mine, booked)
    if booked.payee != mine.payee:
        yield _about(Kind.OTHER_PAYEE, mine, booked, here=mine.payee, there=booked.payee)
    if booked.refunded_cents and mine.state != "refunded":
        yield _about(Kind.REFUNDED_THERE, mine, booked, there="refunded", there_cents=booked.refunded_cents)
    elif state_of(booked) != mine.state:
        yield _about(Kind.OTHER_STATE, mine, booked)


def _twice(pairs: Iterable[tuple[Ours, Booked]]) -> Iterator[Difference]:
    """Name every payment of a milestone beyond its first that the provider has settled and not given back."""
    paid: set[int] = set()
    for mine, booked in pairs:
        if state_of(booked) in ("settled", "disputed"):
            if mine.milestone_id in paid:
                yield _about(Kind.PAID_TWICE, mine, booked)
            paid.add(mine.milestone_id)
