"""What it costs to take a provider's notice in, against a bare route that verifies and inserts the same."""

import hashlib
import hmac
import http.client
import json
import os
import sqlite3
import statistics
import time
from functools import cache
from pathlib import Path

import stripe
from flask import Flask, Response, request

SECRET = "whsec_for_measuring"  # noqa: S105  (for measuring only)
SETTINGS = {"STRIPE_SECRET_KEY": "sk_test_for_measuring", "STRIPE_WEBHOOK_SECRET": SECRET}
PLACE = "/webhooks/stripe"
TIMES, ROUNDS = 150, 5
DATABASE = os.environ.get("BARE_DATABASE", "")

bare = Flask("bare")


@bare.post(PLACE)
def take_in() -> Response:
    """Check a notice's signature by Stripe's own code and insert it once, durably."""
    body = request.get_data(as_text=True)
    stripe.WebhookSignature.verify_header(body, request.headers["Stripe-Signature"], SECRET, 300)
    said = json.loads(body)
    row = (said["id"], said["type"], time.time(), body)
    _database().execute("insert or ignore into notice values (?, ?, ?, ?)", row)
    return Response("kept\n")


@cache
def _database() -> sqlite3.Connection:
    """Give the one connection, kept open; each statement commits by itself."""
    kept = sqlite3.connect(DATABASE, isolation_level=None, check_same_thread=False)
    kept.execute("pragma synchronous=full")
    return kept


def prepare(folder: Path) -> dict[str, str]:
    """Make the bare route's table; give its settings."""
    path = folder / "bare-notices.sqlite3"
    with sqlite3.connect(path) as kept:
        kept.execute("pragma journal_mode=wal")
        kept.execute("create table if not exists notice (id text primary key, type text, at real, body text)")
    kept.close()
    return {**os.environ, **SETTINGS, "BARE_DATABASE": str(path)}


def notice(number: str) -> tuple[str, dict[str, str]]:
    """Write a notice as Stripe does, of a payment that nobody here ordered, and sign it."""
    about = {"id": f"pi_{number}", "object": "payment_intent", "amount": 113_00, "currency": "cad", "metadata": {}}
    said = {
        "id": f"evt_{number}",
        "object": "event",
        "api_version": "2026-01-28",
        "created": int(time.time()),
        "data": {"object": {**about, "description": "Contract 1, milestone 1. " * 40}},
        "livemode": False,
        "type": "payment_intent.succeeded",
    }
    body, at = json.dumps(said), int(time.time())
    mark = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={at},v1={mark}", "Content-Type": "application/json"}


def rate(port: int, label: str) -> float:
    """Count how many fresh notices a second one client gets taken in, over one kept connection."""
    made = [notice(f"{label}_{number}") for number in range(TIMES)]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    for body, headers in made:
        connection.request("POST", PLACE, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            message = f"a notice was answered {answer.status}"
            raise RuntimeError(message)
    spent = time.perf_counter() - begun
    connection.close()
    return TIMES / spent


def intake(ours: int, theirs: int) -> float:
    """Give the median ratio of our rate to the bare one's, measured in turn."""
    rate(ours, "warm"), rate(theirs, "warm")
    return statistics.median(rate(ours, f"ours{turn}") / rate(theirs, f"bare{turn}") for turn in range(ROUNDS))
