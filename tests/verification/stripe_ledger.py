"""The books of our stand-in for Stripe: customers, accounts, intents, pages, refunds, disputes, and their rules."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import stripe

from tests.verification.stripe_material import shaped, validated
from tests.verification.stripe_refusals import Refusal, check_money, invalid, missing

Thing = dict[str, Any]
SECRET = "whsec_for_tests"
DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_authenticationRequired": ("authentication_required", "authentication_required"),
    "pm_debit_accountClosed": ("account_closed", "account_closed"),
}
"""Methods that are declined; the names of Stripe's own test methods where it has one."""
SLOW, SLOW_POOR = "pm_debit_slow", "pm_debit_slowInsufficientFunds"
"""Methods of a bank debit: on its way until `settle`, then paid or refused."""


class Ledger:
    """Everything the stand-in knows; its clock stands where a test puts it, or goes with this machine's."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.things: dict[str, dict[str, Thing]] = {}
        self.count = itertools.count(1)
        self.clock: float | None = None

    def now(self) -> int:
        """The second it is."""
        return int(time.time() if self.clock is None else self.clock)

    def of(self, kind: str) -> dict[str, Thing]:
        """Everything of one kind, oldest first."""
        return self.things.setdefault(kind, {})

    def get(self, kind: str, reference: str, param: str = "id") -> Thing:
        """One thing, or a refusal."""
        if reference not in self.of(kind):
            raise missing(kind, reference, param)
        return self.of(kind)[reference]

    def keep(self, kind: str, prefix: str, cls: type, **fields: Any) -> Thing:
        """Make a thing."""
        made = shaped(kind, cls, id=f"{prefix}_{next(self.count):06}", created=self.now(), **fields)
        self.of(kind)[made["id"]] = made
        return made

    # what a request does

    def create_customer(self, params: Thing) -> Thing:
        """A payer."""
        given = validated("CustomerCreateParams", params)
        return self.keep(
            "customer", "cus", stripe.Customer,
            name=given.get("name"), metadata=given.get("metadata", {}), livemode=False,
        )  # fmt: skip

    def create_account(self, params: Thing) -> Thing:
        """A payee, who has everything still to show."""
        given = validated("AccountCreateParams", params)
        made = self.keep(
            "account", "acct", stripe.Account, country=given["country"], metadata=given.get("metadata", {}),
            capabilities={"transfers": "inactive"}, payouts_enabled=False, charges_enabled=False,
            details_submitted=False, requirements={},
        )  # fmt: skip
        self.judge(made["id"], "incomplete")
        return made

    def create_link(self, params: Thing) -> Thing:
        """A page to complete an account on."""
        given = validated("AccountLinkCreateParams", params)
        self.get("account", given["account"], "account")
        url = f"https://connect.stripe.test/setup/{given['account']}?back={given['return_url']}"
        return shaped(
            "account_link", stripe.AccountLink, url=url, created=self.now(), expires_at=self.now() + 300
        )  # fmt: skip

    def create_intent(self, params: Thing) -> Thing:
        """A payment, confirmed at once."""
        given = validated("PaymentIntentCreateParams", params)
        check_money(given["amount"], given["currency"], given.get("application_fee_amount", 0))
        self.get("customer", given["customer"], "customer")
        self._check_payee(given["transfer_data"]["destination"])
        intent = self._intent(given, given["payment_method"])
        if given.get("confirm"):
            self._confirm(intent, given["payment_method"])
        return intent

    def create_session(self, params: Thing) -> Thing:
        """A hosted page: to pay on, or to save a method on."""
        given = validated("checkout.SessionCreateParams", params)
        if "customer" in given:
            self.get("customer", given["customer"], "customer")
        paid = given.get("payment_intent_data", {})
        amount = None
        if given["mode"] == "payment":
            (line,) = given["line_items"]
            amount = int(line["price_data"]["unit_amount"]) * line.get("quantity", 1)
            check_money(amount, line["price_data"]["currency"], paid.get("application_fee_amount", 0))
            self._check_payee(paid["transfer_data"]["destination"])
        made = self.keep(
            "checkout.session", "cs_test", stripe.checkout.Session,
            mode=given["mode"], customer=given.get("customer"), status="open", payment_status="unpaid",
            metadata=given.get("metadata", {}), success_url=given["success_url"], cancel_url=given.get("cancel_url"),
            amount_total=amount, currency="cad", payment_intent=None, setup_intent=None, livemode=False,
            expires_at=self.now() + 86_400,
        )  # fmt: skip
        made["url"] = f"https://checkout.stripe.test/c/{made['id']}"
        self.of("pending")[made["id"]] = {**paid, "amount": amount, "customer": given.get("customer")}
        return made

    def expire_session(self, reference: str) -> Thing:
        """Close a page that is open."""
        page = self.get("checkout.session", reference)
        self.age(page)
        if page["status"] != "open":
            raise invalid("session", 'Only Checkout Sessions with a status in ["open"] can be expired.')
        page["status"], page["url"] = "expired", None
        return page

    def cancel_intent(self, reference: str) -> Thing:
        """Cancel a payment that has not gone."""
        intent = self.get("payment_intent", reference)
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise invalid("intent", "This PaymentIntent cannot be canceled.", "payment_intent_unexpected_state")
        intent["status"], intent["next_action"] = "canceled", None
        return intent

    def create_refund(self, params: Thing) -> Thing:
        """Give back at most what was paid and not given back; the transfer goes back in the same proportion."""
        given = validated("RefundCreateParams", params)
        intent = self.get("payment_intent", given["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise invalid("payment_intent", "This PaymentIntent does not have a successful charge to refund.")
        charge = self.get("charge", intent["latest_charge"])
        if given.get("refund_application_fee") and not intent.get("application_fee_amount"):
            raise invalid("refund_application_fee", "This charge has no application fee.")
        left = charge["amount"] - charge["amount_refunded"]
        amount = given.get("amount", left)
        if not 0 < amount <= left:
            raise invalid(
                "amount", f"Refund amount ({amount}) is greater than unrefunded amount.", "charge_already_refunded"
            )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        return self.keep(
            "refund", "re", stripe.Refund, amount=amount, charge=charge["id"], payment_intent=intent["id"],
            status="succeeded", metadata=given.get("metadata", {}), currency="cad",
            transfer_reversal=f"trr_{next(self.count)}" if given.get("reverse_transfer") else None,
        )  # fmt: skip

    # what happens beside requests

    def pay(self, page_id: str, method: str = "pm_card_visa") -> Thing:
        """Play the payer on a page: paid, or refused there with the page left open; or save a method."""
        page = self.get("checkout.session", page_id)
        self.age(page)
        if page["status"] != "open":
            return page
        pending = self.of("pending")[page_id]
        if page["mode"] == "setup":
            self.save_method(page["customer"], method)
            page["status"] = "complete"
            return page
        found = page["payment_intent"]
        intent = self.get("payment_intent", found) if found else self._intent({**pending, "currency": "cad"}, method)
        page["payment_intent"] = intent["id"]
        try:
            self._confirm(intent, method)
        except Refusal:
            return page
        page["status"], page["url"] = "complete", None
        page["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
        return page

    def settle(self) -> None:
        """Let what is on its way arrive, or be refused by the bank."""
        for intent in self.of("payment_intent").values():
            if intent["status"] == "processing":
                if intent["payment_method"] == SLOW_POOR:
                    intent["status"] = "requires_payment_method"
                    intent["last_payment_error"] = {"type": "card_error", "code": "insufficient_funds"}
                else:
                    self._succeed(intent)

    def save_method(self, customer: str, method: str, brand: str = "visa", last4: str = "4242") -> Thing:
        """Keep a method for a customer."""
        made = shaped(
            "payment_method", stripe.PaymentMethod, id=method, created=self.now(), customer=customer, type="card",
            card={"brand": brand, "last4": last4},
        )  # fmt: skip
        self.of("payment_method").pop(f"{customer} {method}", None)
        self.of("payment_method")[f"{customer} {method}"] = made
        return made

    def judge(self, account: str, standing: str) -> None:
        """Decide about a connected account."""
        found = self.get("account", account)
        due = ["individual.verification.document", "external_account"] if standing == "incomplete" else []
        reasons = {"incomplete": "requirements.past_due", "under_review": "under_review", "refused": "rejected.fraud"}
        found["requirements"] = {"currently_due": due, "past_due": due, "disabled_reason": reasons.get(standing)}
        found["capabilities"] = {"transfers": "active" if standing == "ready" else "inactive"}
        found["payouts_enabled"] = standing == "ready"

    def dispute(self, intent_id: str, status: str = "needs_response") -> Thing:
        """A payer demands a charge back through the bank, or the bank has decided."""
        charge = self.get("charge", self.get("payment_intent", intent_id)["latest_charge"])
        charge["disputed"] = True
        for known in self.of("dispute").values():
            if known["payment_intent"] == intent_id:
                known["status"] = status
                return known
        return self.keep(
            "dispute", "dp", stripe.Dispute, amount=charge["amount"], charge=charge["id"], payment_intent=intent_id,
            status=status, metadata={}, currency="cad",
        )  # fmt: skip

    def event(self, event_type: str, kind: str, reference: str, account: str = "", at: float | None = None) -> Thing:
        """A signed event about a thing: its body and its signature, as they come over the wire."""
        extra = {"account": account} if account else {}
        made = shaped(
            "event", stripe.Event, id=f"evt_{next(self.count):06}", type=event_type, created=self.now(),
            livemode=False, data={"object": self.get(kind, reference)}, api_version=stripe.api_version, **extra,
        )  # fmt: skip
        body = json.dumps(made)
        moment = int(self.now() if at is None else at)
        mark = stripe.WebhookSignature._compute_signature(f"{moment}.{body}", SECRET)
        return {"body": body, "signature": f"t={moment},v1={mark}"}

    def age(self, page: Thing) -> None:
        """A page closes a day after it was opened."""
        if page["status"] == "open" and page["expires_at"] <= self.now():
            page["status"], page["url"] = "expired", None

    def _check_payee(self, account: str) -> None:
        if account not in self.of("account"):
            raise Refusal(
                400, "invalid_request_error", f"No such destination: '{account}'", code="resource_missing",
                param="transfer_data[destination]",
            )  # fmt: skip
        if self.of("account")[account]["capabilities"]["transfers"] != "active":
            code = "insufficient_capabilities_for_transfer"
            raise Refusal(400, "invalid_request_error", "The destination account needs transfers.", code=code)

    def _intent(self, given: Thing, method: str) -> Thing:
        return self.keep(
            "payment_intent", "pi", stripe.PaymentIntent,
            amount=given["amount"], currency=given["currency"], customer=given.get("customer"),
            description=given.get("description"), metadata=given.get("metadata", {}),
            application_fee_amount=given.get("application_fee_amount"), transfer_data=given["transfer_data"],
            payment_method=method, status="requires_confirmation", last_payment_error=None, next_action=None,
            latest_charge=None, canceled_at=None, livemode=False, on_behalf_of=None,
        )  # fmt: skip

    def _confirm(self, intent: Thing, method: str) -> None:
        intent["payment_method"] = method
        if method in DECLINES:
            code, why = DECLINES[method]
            said = {"code": code, "decline_code": why, "message": "The bank refused."}
            intent["status"], intent["last_payment_error"] = "requires_payment_method", {"type": "card_error", **said}
            raise Refusal(402, "card_error", said.pop("message"), payment_intent=dict(intent), **said)
        if method in (SLOW, SLOW_POOR):
            intent["status"] = "processing"
        elif method == "pm_card_threeDSecure2Required":
            page = f"https://hooks.stripe.test/redirect/{intent['id']}"
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": page}}
        else:
            self._succeed(intent)

    def _succeed(self, intent: Thing) -> None:
        charge = self.keep(
            "charge", "ch", stripe.Charge, amount=intent["amount"], amount_refunded=0, refunded=False, disputed=False,
            payment_intent=intent["id"], metadata=dict(intent["metadata"]), status="succeeded", paid=True,
            currency="cad", customer=intent["customer"], transfer=f"tr_{next(self.count)}",
        )  # fmt: skip
        intent["status"], intent["latest_charge"], intent["next_action"] = "succeeded", charge["id"], None
        intent["last_payment_error"] = None


ACTS: dict[str, Callable[..., Any]] = {
    name: getattr(Ledger, name) for name in ("pay", "settle", "save_method", "judge", "dispute", "event")
}
"""What a test may play through the stand-in's own addresses."""
