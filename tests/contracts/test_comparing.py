"""Our books against the provider's: every kind of difference is found, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.comparing import Kind, Ours, compare
from contracts.gateway import Booked, Dispute, State

AT = datetime(2026, 7, 20, 16, 0, tzinfo=UTC)
OURS = Ours(1, "k1", "pi_1", "settled", 113_00, "acct_1", 7, 3, 1, 9)
THEIRS = Booked("pi_1", "k1", State.SETTLED, 113_00, 0, Dispute.NONE, "acct_1", AT)
UNKNOWN = replace(THEIRS, reference="pi_9", key="k9")


def kinds(ours: list[Ours], theirs: list[Booked]) -> list[Kind]:
    return [one.kind for one in compare(ours, theirs)]


@pytest.mark.parametrize(
    ("state", "booked"),
    [
        ("settled", THEIRS),
        ("settled", replace(THEIRS, key="")),
        ("settled", replace(THEIRS, dispute=Dispute.WON)),
        ("disputed", replace(THEIRS, dispute=Dispute.OPEN)),
        ("refunded", replace(THEIRS, dispute=Dispute.LOST)),
        ("refunded", replace(THEIRS, refunded_cents=113_00)),
        ("processing", replace(THEIRS, state=State.PROCESSING)),
        ("failed", replace(THEIRS, state=State.FAILED)),
    ],
)
def test_books_that_say_the_same_agree(state: str, booked: Booked) -> None:
    assert compare([replace(OURS, state=state)], [booked]) == []


@pytest.mark.parametrize(
    ("state", "booked", "kind"),
    [
        ("sent", THEIRS, Kind.OTHER_STATE),
        ("failed", THEIRS, Kind.OTHER_STATE),
        ("settled", replace(THEIRS, state=State.FAILED), Kind.OTHER_STATE),
        ("settled", replace(THEIRS, dispute=Dispute.OPEN), Kind.OTHER_STATE),
        ("settled", replace(THEIRS, dispute=Dispute.LOST), Kind.OTHER_STATE),
        ("refunded", THEIRS, Kind.OTHER_STATE),
        ("settled", replace(THEIRS, amount_cents=112_99), Kind.OTHER_AMOUNT),
        ("settled", replace(THEIRS, payee="acct_2"), Kind.OTHER_PAYEE),
        ("settled", replace(THEIRS, refunded_cents=1), Kind.REFUNDED_THERE),
        ("settled", replace(THEIRS, refunded_cents=113_00), Kind.REFUNDED_THERE),
    ],
)
def test_what_differs_about_a_payment_is_named_once(state: str, booked: Booked, kind: Kind) -> None:
    assert kinds([replace(OURS, state=state)], [booked]) == [kind]


def test_what_only_one_side_has_is_named() -> None:
    assert [(one.kind, one.contract, one.there) for one in compare([], [UNKNOWN])] == [
        (Kind.MISSING_HERE, 0, "settled")
    ]
    assert [(one.kind, one.contract, one.here) for one in compare([OURS], [])] == [(Kind.MISSING_THERE, 3, "settled")]
    for state in ("ordered", "sent", "needs_action", "failed"):
        assert compare([replace(OURS, state=state)], []) == []


def test_a_milestone_that_is_paid_twice_is_named_unless_one_went_back() -> None:
    second = replace(OURS, attempt_id=2, key="k2", reference="pi_2", state="settled")
    again = replace(THEIRS, reference="pi_2", key="k2")
    assert kinds([OURS, second], [THEIRS, again]) == [Kind.PAID_TWICE]
    back = replace(again, refunded_cents=113_00)
    assert compare([OURS, replace(second, state="refunded")], [THEIRS, back]) == []
