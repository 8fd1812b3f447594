"""Stripe behind the port; the only place that knows its library."""

from contracts.stripe_gateway.client import StripeGateway as StripeGateway
