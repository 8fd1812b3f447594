"""The gateways to judge, each with what it takes to provoke a course in it, let time pass, and play the other side."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contracts.gateway import Charge, Kind, PaymentGateway, Standing, State
from contracts.sandbox_gateway import DECLINED, DOWN, NEEDS_ACTION, POOR, SILENT, SandboxGateway
from contracts.stripe_gateway import StripeGateway
from tests.verification.stripe_fake import Fake, Fault, serving
from tests.verification.stripe_ledger import SECRET, SLOW, SLOW_POOR

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DELAY = timedelta(minutes=5)
BACK = "https://exchange.example/en/back"
PLAIN = 734_500


@dataclass(frozen=True)
class Bench:
    """A gateway: `order(course, key)` gives an order that takes a course; `taken` is how a plain one stands at once."""

    gateway: PaymentGateway
    restart: Callable[[], PaymentGateway]
    order: Callable[..., Charge]
    taken: State
    settle: Callable[[], None]
    act: Callable[[str], None]
    judge: Callable[[str, Standing], None]
    save: Callable[[str], None]
    notice: Callable[[Kind, str, str], tuple[bytes, str]]
    stale: Callable[[Kind, str, str], tuple[bytes, str]]
    payer: str
    fail: Callable[[str], None]


def nothing(*_anything: object) -> None:
    """What cannot, or need not, be played."""


@contextmanager
def sandbox_bench(folder: Path) -> Iterator[Bench]:
    """The sandbox with a clock of its own; the amount decides its course."""
    moment = [START]
    courses = {"declined": DECLINED, "poor": POOR, "action": NEEDS_ACTION, "down": DOWN, "silent": SILENT}

    def order(course: str = "", key: str = "attempt-1", **fields: object) -> Charge:
        method = "" if course == "page" else "method"
        given = {"amount_cents": 650_000 + courses[course] if course in courses else PLAIN, "payee": "acct_1"}
        return Charge(key=key, payer="cus_1", method=method, back=BACK, **(given | fields))  # type: ignore[arg-type]

    def start() -> SandboxGateway:
        return SandboxGateway(folder / "ledger.sqlite3", lambda: moment[0], DELAY)

    def pass_time() -> None:
        moment[0] += DELAY

    gateway = start()

    def stale(kind: Kind, subject: str, key: str) -> tuple[bytes, str]:
        made = gateway.notice(kind, subject, key)
        moment[0] += timedelta(minutes=6)
        return made

    yield Bench(
        gateway, start, order, State.PROCESSING, pass_time, gateway.act, gateway.judge,
        lambda payer: gateway.save(payer, "Visa 4242"), gateway.notice, stale, "sandbox-d1", nothing,
    )  # fmt: skip


@contextmanager
def stripe_bench(_folder: Path) -> Iterator[Bench]:
    """Stripe's gateway, by Stripe's library, against the stand-in."""
    with serving() as fake:
        yield stripe_bench_on(fake)


def stripe_bench_on(fake: Fake) -> Bench:
    """The same on a stand-in that serves already."""
    ledger = fake.ledger
    methods = {
        "": SLOW,
        "declined": "pm_card_chargeDeclined",
        "poor": SLOW_POOR,
        "action": "pm_card_authenticationRequired",
        "page": "",
    }

    def start() -> StripeGateway:
        return StripeGateway("sk_test_1", SECRET, api_base=fake.base, retries=0, timeout=5)

    def order(course: str = "", key: str = "attempt-1", **fields: object) -> Charge:
        if course in ("down", "silent"):
            fake.faults.append(Fault("drop_before" if course == "down" else "drop_after", path="/v1/payment_intents"))
        given = {"amount_cents": PLAIN, "payee": payee, "method": methods.get(course, SLOW)}
        return Charge(key=key, payer=payer, back=BACK, description="Milestone 1", **(given | fields))  # type: ignore[arg-type]

    def act(key: str) -> None:
        pages = ledger.of("checkout.session").values()
        ledger.pay(next(one["id"] for one in pages if one["metadata"]["devex_key"] == key), SLOW)

    def notice(kind: Kind, subject: str, _key: str, at: float | None = None) -> tuple[bytes, str]:
        if kind == Kind.ACCOUNT:
            made = ledger.event("account.updated", "account", subject, account=subject, at=at)
        else:
            made = ledger.event("payment_intent.succeeded", "payment_intent", subject, at=at)
        return made["body"].encode(), made["signature"]

    def stale(kind: Kind, subject: str, key: str) -> tuple[bytes, str]:
        return notice(kind, subject, key, at=ledger.now() - 301)

    gateway = start()
    payer = gateway.open_payer("d1", "Department of Rivers")
    payee = gateway.open_account("s1").reference
    ledger.judge(payee, "ready")
    return Bench(
        gateway, start, order, State.PROCESSING, ledger.settle, act,
        lambda account, standing: ledger.judge(account, standing.value),
        lambda customer: [ledger.save_method(customer, "pm_1")].clear(), notice, stale, payer,
        lambda do: fake.faults.append(Fault(do, path="/v1/payment_intents")),
    )  # fmt: skip


@contextmanager
def live_bench(_folder: Path) -> Iterator[Bench]:
    """Stripe itself, in test mode: STRIPE_SECRET_KEY, and STRIPE_TEST_ACCOUNT for a connected account that is ready."""
    key, payee = os.environ["STRIPE_SECRET_KEY"], os.environ["STRIPE_TEST_ACCOUNT"]
    if not key.startswith("sk_test_"):
        message = "Only a key of the test mode is used here."
        raise ValueError(message)
    methods = {"": "pm_card_visa", "declined": "pm_card_chargeDeclined", "action": "pm_card_authenticationRequired"}
    run = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    gateway = StripeGateway(key, SECRET)
    payer = gateway.open_payer(f"verification-{run}", "Verification")

    def order(course: str = "", key: str = "attempt-1", **fields: object) -> Charge:
        given = {"amount_cents": PLAIN, "payee": payee, "method": methods.get(course, "")}
        return Charge(key=f"{key}-{run}", payer=payer, back=BACK, description="Milestone 1", **(given | fields))  # type: ignore[arg-type]

    yield Bench(
        gateway, lambda: StripeGateway(key, SECRET), order, State.SETTLED, nothing, nothing, nothing, nothing,
        lambda *_about: (b"", ""), lambda *_about: (b"", ""), payer, nothing,
    )  # fmt: skip


LIVE = bool(os.environ.get("TEST_STRIPE"))
"""Whether Stripe itself is asked: `make test-stripe` says so, `make test` never does."""
PLAYED = [sandbox_bench, stripe_bench]
EVERY = [live_bench] if LIVE else PLAYED
