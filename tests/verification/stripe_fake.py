"""A stand-in for Stripe's API: a small HTTP server with books of its own, idempotency keys, and faults on demand.

`python -m tests.verification.stripe_fake --port 8765` serves it alone. Beside Stripe's addresses it answers
`GET /_books` (charges, refunds, and every request it took), `POST /_fault` (what goes wrong with the next request that
fits) and `POST /_play/<act>` (what happens without us: somebody pays on a page, a debit settles, an event is signed).
"""

import argparse
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.verification.stripe_ledger import ACTS, Ledger, Thing
from tests.verification.stripe_material import Unknown, decoded, validated
from tests.verification.stripe_refusals import Refusal, invalid, missing

KEY_LIFE = 86_400
LISTS = {
    "payment_intents": ("payment_intent", "PaymentIntentListParams"),
    "checkout/sessions": ("checkout.session", "checkout.SessionListParams"),
    "refunds": ("refund", "RefundListParams"),
    "accounts": ("account", "AccountListParams"),
    "customers": ("customer", "CustomerListParams"),
    "disputes": ("dispute", "DisputeListParams"),
}
EXPANDED = {"latest_charge": "charge", "payment_intent": "payment_intent"}


@dataclass
class Fault:
    """What goes wrong with the next request that fits.

    `do`: "429", "500", "500_after" (Stripe acted), "drop_before", "drop_after", or "delay" by `seconds`.
    """

    do: str
    method: str = "POST"
    path: str = "/v1/"
    seconds: float = 0.2


@dataclass
class Fake:
    """The stand-in: its books, what it remembers of idempotency keys, what it shall do wrong, what it was asked."""

    ledger: Ledger = field(default_factory=Ledger)
    answers: dict[str, tuple[str, int, Any, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    base: str = ""

    def fault(self, method: str, path: str) -> Fault | None:
        """Take the first fault that fits a request."""
        for one in self.faults:
            if one.method == method and path.startswith(one.path):
                self.faults.remove(one)
                return one
        return None

    def answer(self, method: str, path: str, params: Thing, key: str) -> tuple[int, Any]:
        """Answer a request; the same key gives the same answer for a day, and refuses other parameters."""
        with self.ledger.lock:
            self.requests.append(f"{method} {path}")
            print_of = json.dumps([method, path, params], sort_keys=True)
            known = self.answers.get(key) if method == "POST" else None
            if known and self.ledger.now() < known[3] + KEY_LIFE:
                if known[0] != print_of:
                    message = "Keys for idempotent requests can only be used with the same parameters."
                    return 400, {"error": {"type": "idempotency_error", "message": message}}
                return known[1], known[2]
            status, body = self._answer(method, path, params)
            if method == "POST" and key and status != 400:
                self.answers[key] = (print_of, status, json.loads(json.dumps(body)), self.ledger.now())
            return status, body

    def _answer(self, method: str, path: str, params: Thing) -> tuple[int, Any]:
        try:
            found = self._post(path, params) if method == "POST" else self._get(path, params)
        except Refusal as refusal:
            return refusal.status, refusal.body
        except Unknown as unknown:
            return 400, invalid(unknown.param, str(unknown), "parameter_unknown").body
        return 200, found

    def _post(self, path: str, params: Thing) -> Thing:
        ledger = self.ledger
        whole = {
            "customers": ledger.create_customer,
            "accounts": ledger.create_account,
            "account_links": ledger.create_link,
            "payment_intents": ledger.create_intent,
            "checkout/sessions": ledger.create_session,
            "refunds": ledger.create_refund,
        }
        place = path.removeprefix("/v1/")
        if place in whole:
            return whole[place](params)
        of, reference, act = place.rsplit("/", 2)
        if (of, act) == ("checkout/sessions", "expire"):
            return ledger.expire_session(reference)
        if (of, act) == ("payment_intents", "cancel"):
            return ledger.cancel_intent(reference)
        raise missing("address", path, "url")

    def _get(self, path: str, params: Thing) -> Thing:
        place = path.removeprefix("/v1/")
        expand = [one.removeprefix("data.") for one in _values(params.pop("expand", []))]
        if place == "customers/search":
            _, _, wanted = str(params["query"]).partition("']:")
            known = [one for one in self._all("customer") if wanted.strip("'") in one["metadata"].values()]
            return _page(path, known, {})
        if place in LISTS:
            kind, name = LISTS[place]
            return _page(path, [self._expanded(one, expand) for one in self._all(kind)], validated(name, params))
        of, reference = place.split("/", 1) if not place.startswith("checkout/") else place.rsplit("/", 1)
        if of == "customers" and reference.endswith("/payment_methods"):
            customer = reference.split("/")[0]
            self.ledger.get("customer", customer, "customer")
            return _page(path, [one for one in self._all("payment_method") if one["customer"] == customer], params)
        if of not in LISTS:
            raise missing("address", path, "url")
        found = self.ledger.get(LISTS[of][0], reference)
        if of == "checkout/sessions":
            self.ledger.age(found)
        return self._expanded(found, expand)

    def _all(self, kind: str) -> Iterator[Thing]:
        return reversed(self.ledger.of(kind).values())

    def _expanded(self, thing: Thing, expand: list[str]) -> Thing:
        shown = dict(thing)
        for name in expand:
            if isinstance(shown.get(name), str):
                shown[name] = self.ledger.get(EXPANDED[name], shown[name])
        return shown

    def books(self) -> Thing:
        """Everything that was booked, for a test to compare."""
        with self.ledger.lock:
            intents = [self._expanded(one, ["latest_charge"]) for one in self.ledger.of("payment_intent").values()]
            return {
                "charges": [one for one in intents if one["status"] in ("succeeded", "processing")],
                "intents": intents,
                "refunds": list(self.ledger.of("refund").values()),
                "sessions": list(self.ledger.of("checkout.session").values()),
                "requests": list(self.requests),
            }


def _values(given: Any) -> list[str]:
    return list(given.values()) if isinstance(given, dict) else list(given)


def _page(path: str, things: list[Thing], params: Thing) -> Thing:
    """A page of a list, newest first, as its parameters ask."""
    created = params.get("created", {})
    for name in ("customer", "payment_intent", "status"):
        if name in params:
            things = [one for one in things if one.get(name) == params[name]]
    things = [one for one in things if created.get("gte", 0) <= one["created"] < created.get("lt", 1 << 40)]
    if "starting_after" in params:
        at = next(index for index, one in enumerate(things) if one["id"] == params["starting_after"])
        things = things[at + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "data": things[:limit], "has_more": len(things) > limit, "url": path}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: Fake

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a reading."""
        parts = urlsplit(self.path)
        if parts.path == "/_books":
            self._send(200, self.fake.books())
        else:
            self._carry(parts.path, decoded(parse_qsl(parts.query)))

    def do_POST(self) -> None:
        """Answer a request that acts, or play what happens without us."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/_fault":
            self.fake.faults.append(Fault(**json.loads(body)))
            self._send(200, {})
        elif self.path == "/_clock":
            self.fake.ledger.clock = json.loads(body)["now"]
            self._send(200, {})
        elif self.path.startswith("/_play/"):
            with self.fake.ledger.lock:
                done = ACTS[self.path.removeprefix("/_play/")](self.fake.ledger, **json.loads(body or "{}"))
            self._send(200, done or {})
        else:
            self._carry(self.path, decoded(parse_qsl(body, keep_blank_values=True)))

    def _carry(self, path: str, params: Thing) -> None:
        if not self.headers.get("Authorization", "").startswith("Bearer sk_test_"):
            self._send(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided."}})
            return
        fault = self.fake.fault(self.command, path)
        do = fault.do if fault else ""
        if fault and do == "delay":
            time.sleep(fault.seconds)
        if do == "drop_before":
            self._drop()
            return
        if do in ("429", "500"):
            error = "rate_limit_error" if do == "429" else "api_error"
            self._send(int(do), {"error": {"type": error, "message": "Not now."}})
            return
        status, body = self.fake.answer(self.command, path, params, self.headers.get("Idempotency-Key", ""))
        if do == "drop_after":
            self._drop()
        elif do == "500_after":
            self._send(500, {"error": {"type": "api_error", "message": "Not now."}})
        else:
            self._send(status, body)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, body: Any) -> None:
        with self.fake.ledger.lock:
            written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Request-Id", "req_1")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)


class Server(ThreadingHTTPServer):
    """A thread for each connection; a dropped one is no fault worth telling."""

    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """Say nothing."""


def server_of(fake: Fake, port: int = 0) -> Server:
    """A server that answers for these books."""
    made = Server(("127.0.0.1", port), type("Answering", (Handler,), {"fake": fake}))
    fake.base = f"http://127.0.0.1:{made.server_address[1]}"
    return made


@contextmanager
def serving() -> Iterator[Fake]:
    """Serve a fresh stand-in from a thread of this process."""
    fake = Fake()
    server = server_of(fake)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    standing_in = Fake()
    alone = server_of(standing_in, parser.parse_args().port)
    print(standing_in.base, flush=True)  # noqa: T201  (whoever started it reads where it answers)
    alone.serve_forever()
