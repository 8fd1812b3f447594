"""Stripe: charges to a connected account, saved methods and hosted pages, refunds, connected accounts, events, books.

A charge is a PaymentIntent confirmed off-session with the department's saved method, or a Checkout page to pay on;
either carries our key in its metadata. Stripe remembers an idempotency key for a day; after that, and whenever an
answer was lost, what became of an order is found in Stripe's lists by that metadata.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import stripe
from stripe import StripeClient
from stripe.params import PaymentIntentListParams, RefundCreateParams
from stripe.params.checkout import SessionListParams

from contracts.gateway import (
    Account,
    Booked,
    Charge,
    Dispute,
    Failure,
    Forged,
    Kind,
    Method,
    Notice,
    Order,
    OrderRefused,
    Refund,
    Result,
    State,
)
from contracts.stripe_gateway.asking import Declined, PayeeNotReady, asked
from contracts.stripe_gateway.orders import account_params, intent_params, once, page_params, set_up_params
from contracts.stripe_words import (
    KEY,
    about,
    account_of,
    booked_of,
    dispute_of,
    failure_of,
    key_of,
    label_of,
    moment,
    of_intent,
    of_refund,
    of_session,
)

SKEW = timedelta(hours=1)
"""How far Stripe's clock and ours may lie apart when its lists are read."""
TOLERANCE = 300
LIVE = ("sk_live_", "rk_live_")
FURTHEST = (State.FAILED, State.NEEDS_ACTION, State.PROCESSING, State.SETTLED)


class StripeGateway:
    """Stripe under a secret key; `webhook_secret` signs its events, `api_base` leads elsewhere in tests."""

    name = "stripe"

    def __init__(
        self, key: str, webhook_secret: str, *, api_base: str = "", retries: int = 2, timeout: float = 20
    ) -> None:
        """Prepare the client; nothing is asked of Stripe yet."""
        self.moves_money = key.startswith(LIVE)
        self._secret = webhook_secret
        client = StripeClient(
            key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )
        self._v1 = client.v1

    def charge(self, order: Charge) -> Result:
        """Pay by the saved method; one that needs the cardholder, and any without a method, by a hosted page."""
        if not order.method:
            return self._page(order)
        try:
            with asked():
                made = self._v1.payment_intents.create(intent_params(order), once(order.key, "charge"))
        except Declined as declined:
            if declined.error.get("code") == "authentication_required":
                return self._page(order)
            failure = failure_of(declined.error)
            return Result(order.key, declined.reference, State.FAILED, failure)
        except PayeeNotReady:
            return Result(order.key, "", State.FAILED, Failure.ACCOUNT_NOT_READY)
        return of_intent(order.key, made.to_dict())

    def _page(self, order: Charge) -> Result:
        try:
            with asked():
                made = self._v1.checkout.sessions.create(page_params(order), once(order.key, "page"))
        except PayeeNotReady:
            return Result(order.key, "", State.FAILED, Failure.ACCOUNT_NOT_READY)
        return of_session(order.key, made.to_dict())

    def look_up(self, order: Order, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        """What became of an order: by Stripe's reference, or by our key in its lists since the order went."""
        if isinstance(order, Refund):
            return self._look_up_refund(order)
        with asked():
            found = self._by_reference(order.key, reference) or self._in_lists(order, sent_at)
        return max(found, key=lambda one: FURTHEST.index(one.state), default=None)

    def _by_reference(self, key: str, reference: str) -> list[Result]:
        if reference.startswith("pi_"):
            return [of_intent(key, self._v1.payment_intents.retrieve(reference).to_dict())]
        if reference.startswith("cs_"):
            found = self._v1.checkout.sessions.retrieve(reference, {"expand": ["payment_intent"]})
            return [of_session(key, found.to_dict())]
        return []

    def _in_lists(self, order: Charge, sent_at: datetime | None) -> list[Result]:
        """Every object under our key; a charge that only wants its cardholder is none, its page follows."""
        intents: PaymentIntentListParams = {"limit": 100}
        pages: SessionListParams = {"limit": 100, "expand": ["data.payment_intent"]}
        if order.payer:
            intents["customer"] = pages["customer"] = order.payer
        if sent_at is not None:
            since = int((sent_at - SKEW).timestamp())
            intents["created"] = {"gte": since}
            pages["created"] = {"gte": since}
        found = []
        for intent in self._v1.payment_intents.list(intents).auto_paging_iter():
            one = intent.to_dict()
            wants_page = (one.get("last_payment_error") or {}).get("code") == "authentication_required"
            if key_of(one) == order.key and not wants_page:
                found.append(of_intent(order.key, one))
        for page in self._v1.checkout.sessions.list(pages).auto_paging_iter():
            one = page.to_dict()
            if key_of(one) == order.key:
                found.append(of_session(order.key, one))
        return found

    def withdraw(self, order: Charge, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        """Expire the page, or cancel the intent, on which a charge waits; paid meanwhile, it stays paid."""
        found = self.look_up(order, reference, sent_at)
        if found is None or found.state != State.NEEDS_ACTION:
            return found
        try:
            with asked():
                if found.reference.startswith("cs_"):
                    self._v1.checkout.sessions.expire(found.reference)
                else:
                    self._v1.payment_intents.cancel(found.reference)
        except OrderRefused:
            pass  # it was paid, or closed, at this very moment: what is true now is looked up below
        return self.look_up(order, found.reference, sent_at)

    def refund(self, order: Refund) -> Result:
        """Give back, and take the transfer back from the payee, with our fee if there was one."""
        params: RefundCreateParams = {
            "payment_intent": order.charge,
            "amount": order.amount_cents,
            "reverse_transfer": True,
            "metadata": {KEY: order.key},
        }
        with asked():
            intent = self._v1.payment_intents.retrieve(order.charge)
            if intent.application_fee_amount:
                params["refund_application_fee"] = True
            made = self._v1.refunds.create(params, once(order.key, "refund"))
        return of_refund(order.key, made.to_dict())

    def _look_up_refund(self, order: Refund) -> Result | None:
        with asked():
            for refund in self._v1.refunds.list({"payment_intent": order.charge, "limit": 100}).auto_paging_iter():
                if key_of(refund.to_dict()) == order.key:
                    return of_refund(order.key, refund.to_dict())
        return None

    def open_payer(self, key: str, name: str) -> str:
        """Open a customer for a payer, once: after a day it is found by our key."""
        with asked():
            for found in self._v1.customers.search({"query": f"metadata['{KEY}']:'{key}'"}).data:
                return found.id
            return self._v1.customers.create({"name": name, "metadata": {KEY: key}}, once(key, "payer")).id

    def set_up(self, payer: str, back: str, language: str) -> str:
        """Give a Checkout page in setup mode."""
        with asked():
            return self._v1.checkout.sessions.create(set_up_params(payer, back, language)).url or back

    def saved(self, payer: str) -> Method | None:
        """The customer's method that was saved last."""
        with asked():
            for method in self._v1.customers.payment_methods.list(payer, {"limit": 1}).data:
                return Method(method.id, label_of(method.to_dict()))
        return None

    def open_account(self, key: str) -> Account:
        """Open a connected account in Canada with Stripe's own pages, once: after a day it is found by our key."""
        with asked():
            for known in self._v1.accounts.list({"limit": 100}).auto_paging_iter():
                if key_of(known.to_dict()) == key:
                    return account_of(known.id, known.to_dict())
            made = self._v1.accounts.create(account_params(key), once(key, "account"))
        return account_of(made.id, made.to_dict())

    def account(self, reference: str) -> Account:
        """How a connected account stands now."""
        with asked():
            return account_of(reference, self._v1.accounts.retrieve(reference).to_dict())

    def onboarding(self, reference: str, back: str, language: str) -> str:  # noqa: ARG002  (Stripe's page asks the browser)
        """Give an account link; an old one leads back too, where a fresh one is made."""
        with asked():
            link = self._v1.account_links.create(
                {"account": reference, "type": "account_onboarding", "refresh_url": back, "return_url": back}
            )
        return link.url

    def read_notice(self, body: bytes, signature: str) -> Notice:
        """Check an event's signature, age and mode, and say what it is about."""
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, self._secret, TOLERANCE)
            said: dict[str, Any] = json.loads(body)
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise Forged(str(error)) from error
        if said["livemode"] != self.moves_money:
            msg = "The event is of the other mode: test where money moves, or the other way round."
            raise Forged(msg)
        thing, account = said["data"]["object"], said.get("account") or ""
        kind, subject = about(said["type"], thing, account)
        if account and kind != Kind.ACCOUNT:
            kind, subject = Kind.OTHER, account
        return Notice(said["id"], kind, said["type"], subject, key_of(thing), moment(said["created"]), account)

    def find_booked(self, reference: str) -> Booked | None:
        """How one charge stands."""
        try:
            with asked():
                intent = self._v1.payment_intents.retrieve(reference, {"expand": ["latest_charge"]})
                return self._booked(intent.to_dict())
        except OrderRefused:
            return None

    def booked(self, since: datetime, until: datetime) -> Iterator[Booked]:
        """Every charge of a period, page after page."""
        period: PaymentIntentListParams = {
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "limit": 100,
            "expand": ["data.latest_charge"],
        }
        with asked():
            for intent in self._v1.payment_intents.list(period).auto_paging_iter():
                yield self._booked(intent.to_dict())

    def _booked(self, intent: dict[str, Any]) -> Booked:
        dispute = Dispute.NONE
        if (intent.get("latest_charge") or {}).get("disputed"):
            disputes = self._v1.disputes.list({"payment_intent": intent["id"]})
            dispute = dispute_of([one.status for one in disputes.data])
        return booked_of(intent, dispute)
