"""The blueprint that notices come in by; its addresses take no session and no CSRF token, each proves its sender."""

from flask import Blueprint

hooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")
