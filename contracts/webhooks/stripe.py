"""Where the payment provider tells us what happened: signature checked, notice kept, the rest left to the worker.

A genuine notice answers 200, known before or of an unknown type too, so that the provider stops sending it. A forged,
stale or foreign one answers 400 and is not kept. Only what is refused counts against how often one may try.
"""

from typing import cast

from flask import Response, current_app, request

from app.core.db import transaction
from app.core.errors import NotValid
from app.core.web import limiter
from contracts import actions
from contracts.gateway import Forged, PaymentGateway
from contracts.webhooks.blueprint import hooks

LARGEST_NOTICE = 256 * 1024
REFUSED = 400


@hooks.post("/stripe")
@limiter.limit("30 per minute", deduct_when=lambda answer: answer.status_code == REFUSED)
def stripe() -> Response:
    """Keep a notice once, by its raw body and signature."""
    request.max_content_length = LARGEST_NOTICE
    body, provider = request.get_data(), cast("PaymentGateway", current_app.extensions["gateway"])
    try:
        notice = provider.read_notice(body, request.headers.get("Stripe-Signature", ""))
        with transaction() as at:
            actions.keep_notice(notice, body.decode(), provider.name, at=at)
    except (Forged, NotValid, UnicodeDecodeError):
        return Response("refused\n", REFUSED, mimetype="text/plain")
    return Response("kept\n", mimetype="text/plain")
