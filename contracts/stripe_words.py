"""What Stripe's words mean in ours: failures, accounts, events. Pure: plain values in, ours out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from contracts.gateway import Account, Booked, Dispute, Failure, Kind, Requirement, Result, Standing, State

KEY = "devex_key"
"""Under which name an object at Stripe carries our key."""

FAILURES = {
    "expired_card": Failure.EXPIRED,
    "insufficient_funds": Failure.INSUFFICIENT_FUNDS,
    "account_closed": Failure.ACCOUNT_CLOSED,
    "bank_account_unusable": Failure.ACCOUNT_CLOSED,
    "invalid_account": Failure.ACCOUNT_CLOSED,
    "no_account": Failure.ACCOUNT_CLOSED,
    "card_declined": Failure.DECLINED,
    "authentication_required": Failure.DECLINED,
    "payment_intent_authentication_failure": Failure.DECLINED,
    "incorrect_cvc": Failure.DECLINED,
    "processing_error": Failure.OTHER,
}
PAYEE_NOT_READY = frozenset(
    {
        "account_invalid",
        "account_closed",
        "capability_not_enabled",
        "insufficient_capabilities_for_transfer",
        "transfers_not_allowed",
    }
)
"""Codes of requests refused for the account to be paid on."""

REVIEWED = ("under_review", "listed", "other", "requirements.pending_verification")
DISPUTES = {"won": Dispute.WON, "lost": Dispute.LOST, "warning_closed": Dispute.WON, "prevented": Dispute.NONE}
WANTED = {
    "external_account": Requirement.BANK_ACCOUNT,
    "business_type": Requirement.IDENTITY,
    "company": Requirement.IDENTITY,
    "directors": Requirement.IDENTITY,
    "executives": Requirement.IDENTITY,
    "individual": Requirement.IDENTITY,
    "owners": Requirement.IDENTITY,
    "representative": Requirement.IDENTITY,
    "tos_acceptance": Requirement.IDENTITY,
}
BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}
INTENT = {
    "succeeded": State.SETTLED,
    "processing": State.PROCESSING,
    "requires_capture": State.PROCESSING,
    "requires_confirmation": State.PROCESSING,
    "requires_action": State.NEEDS_ACTION,
}
REFUND = {"succeeded": State.SETTLED, "pending": State.PROCESSING, "requires_action": State.PROCESSING}


def key_of(thing: Mapping[str, Any]) -> str:
    """Our key on an object at Stripe; empty on one that is not ours."""
    return str((thing.get("metadata") or {}).get(KEY) or "")


def moment(seconds: int) -> datetime:
    """A moment of Stripe's."""
    return datetime.fromtimestamp(seconds, UTC)


def of_intent(key: str, intent: Mapping[str, Any]) -> Result:
    """How far a PaymentIntent is; one that wants another method, or is cancelled, has failed."""
    state = INTENT.get(intent["status"], State.FAILED)
    page = ((intent.get("next_action") or {}).get("redirect_to_url") or {}).get("url") or ""
    if state == State.FAILED:
        error = intent.get("last_payment_error")
        failure = failure_of(error) if error or intent["status"] != "canceled" else Failure.WITHDRAWN
        return Result(key, intent["id"], state, failure)
    return Result(key, intent["id"], state, action_url=page)


def of_session(key: str, session: Mapping[str, Any]) -> Result:
    """How far a Checkout page is: open, closed unpaid, or as its PaymentIntent says."""
    if session["status"] == "open":
        return Result(key, session["id"], State.NEEDS_ACTION, action_url=session.get("url") or "")
    if session["status"] == "expired":
        return Result(key, session["id"], State.FAILED, Failure.WITHDRAWN)
    intent = session.get("payment_intent")
    if isinstance(intent, Mapping):
        return of_intent(key, intent)
    state = State.SETTLED if session.get("payment_status") == "paid" else State.PROCESSING
    return Result(key, intent or session["id"], state)


def of_refund(key: str, refund: Mapping[str, Any]) -> Result:
    """How far a refund is."""
    state = REFUND.get(refund["status"], State.FAILED)
    return Result(key, refund["id"], state, Failure.OTHER if state == State.FAILED else None)


def booked_of(intent: Mapping[str, Any], dispute: Dispute) -> Booked:
    """A PaymentIntent, its charge with it, as an entry of the books."""
    payee = (intent.get("transfer_data") or {}).get("destination") or ""
    return Booked(
        reference=intent["id"],
        key=key_of(intent),
        state=of_intent("", intent).state,
        amount_cents=intent["amount"],
        refunded_cents=(intent.get("latest_charge") or {}).get("amount_refunded") or 0,
        dispute=dispute,
        payee=payee if isinstance(payee, str) else payee["id"],
        at=moment(intent["created"]),
    )


def failure_of(error: Mapping[str, Any] | None) -> Failure:
    """Why a payment failed, from the error that Stripe keeps with it; the bank's code says more than Stripe's own."""
    said = error or {}
    for code in (said.get("decline_code"), said.get("code")):
        if code in FAILURES:
            return FAILURES[code]
    return Failure.DECLINED if said.get("type") == "card_error" else Failure.OTHER


def account_of(reference: str, account: Mapping[str, Any]) -> Account:
    """How a connected account stands: ready once transfers are active and payouts enabled."""
    wanted = account.get("requirements") or {}
    due = [*(wanted.get("past_due") or []), *(wanted.get("currently_due") or [])]
    reason = wanted.get("disabled_reason") or ""
    active = (account.get("capabilities") or {}).get("transfers") == "active"
    if active and account.get("payouts_enabled"):
        return Account(reference, Standing.READY)
    if reason.startswith("rejected") or reason == "platform_paused":
        return Account(reference, Standing.REFUSED)
    if reason in REVIEWED or not due:
        return Account(reference, Standing.UNDER_REVIEW)
    return Account(reference, Standing.INCOMPLETE, _requirements(due))


def _requirements(due: Sequence[str]) -> tuple[Requirement, ...]:
    found = {
        Requirement.IDENTITY if name.startswith("person_") else WANTED.get(name.split(".")[0], Requirement.OTHER)
        for name in due
    }
    return tuple(one for one in Requirement if one in found)


def dispute_of(statuses: Sequence[str]) -> Dispute:
    """What became of the disputes of one charge: an open one counts most, then a lost one."""
    found = {DISPUTES.get(status, Dispute.OPEN) for status in statuses}
    return next((one for one in (Dispute.OPEN, Dispute.LOST, Dispute.WON) if one in found), Dispute.NONE)


def label_of(method: Mapping[str, Any]) -> str:
    """How people recognise a saved method: "Visa 4242"."""
    kind = str(method.get("type", ""))
    details = method.get(kind) or {}
    name = details.get("brand") or details.get("bank_name") or kind.replace("_", " ")
    return f"{BRANDS.get(name, name)} {details.get('last4') or ''}".strip()


def about(event_type: str, thing: Mapping[str, Any], account: str) -> tuple[Kind, str]:
    """What an event is about, and the reference of the charge, account or payer that is to be looked at."""
    intent, customer, own = (str(thing.get(name) or "") for name in ("payment_intent", "customer", "id"))
    if event_type.startswith("checkout.session."):
        return (Kind.METHOD, customer) if thing.get("mode") == "setup" else (Kind.CHARGE, intent or own)
    subjects = (
        ("account.", Kind.ACCOUNT, own or account),
        ("charge.dispute.", Kind.DISPUTE, intent),
        ("charge.refund", Kind.REFUND, intent),
        ("refund.", Kind.REFUND, intent),
        ("payment_intent.", Kind.CHARGE, own),
        ("charge.", Kind.CHARGE, intent),
        ("payment_method.", Kind.METHOD, customer),
    )
    return next(((kind, found) for start, kind, found in subjects if event_type.startswith(start)), (Kind.OTHER, own))
