"""Puts configuration, core, packages and gateways together."""

import os
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from flask.logging import default_handler
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import import_string

import auth.views
import contracts.views
import contracts.webhooks
import evaluations.views
import opportunities.views
import proposals.views
import subscriptions.views
from app import config
from app.cli import Commands
from app.config import WrongSetting
from app.core import clock, formats, redaction, web, web_static
from app.core.clamav import Clamd
from app.core.db import db, engine_options, prepare_engine
from app.core.files import DiskStore, NoScanner, chosen
from app.core.keyring import keyring
from app.core.lines import Line
from app.core.markdown import literal
from app.core.render import renderer
from app.core.signing import signatures
from app.core.web_routes import Route
from app.pages import limits
from app.pages import views as page_views
from app.pages.attempts import note_attempt
from auth.policy import SESSION_LONGEST
from auth.views import kept
from auth.views.session import find_session_person
from contracts.gateway import PaymentGateway
from contracts.provider import Provider, in_use
from contracts.sandbox_gateway import SandboxGateway
from proposals.queries import missing_keys

LARGEST_POST = 24 * 1024 * 1024
SANDBOX_DELAY = timedelta(seconds=20)
"""How long the sandbox takes to settle a payment: long enough to see it on its way."""


def create_app(environment: Mapping[str, str] | None = None) -> Flask:
    """Build the exchange from its settings; refuses to start (`config.WrongSetting`) on a missing or wrong one."""
    settings = config.load(os.environ if environment is None else environment)
    app = Flask("devex", root_path=str(config.ROOT), template_folder="templates", static_folder="static")
    app.url_rule_class = Route
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_POST,
        SESSION_COOKIE_NAME="__Host-devex" if settings.secure_cookies else "devex",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=SESSION_LONGEST,
        SESSION_PROTECTION=None,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
    )
    app.cli = Commands(app.name)
    _trust_proxies(app, settings.trusted_proxies)
    app.extensions["devex"] = settings
    app.extensions["refusal_hooks"] = (note_attempt,)
    app.extensions["gateway"] = _gateway(settings)
    _prepare_database(app)
    web.prepare(app)
    web_static.prepare(app)
    _prepare_sign_in(app)
    for package in (
        page_views,
        auth.views,
        opportunities.views,
        proposals.views,
        evaluations.views,
        contracts.views,
        subscriptions.views,
    ):
        app.register_blueprint(package.pages)
    app.register_blueprint(contracts.webhooks.hooks)
    limits.prepare(app)
    equip(app)
    return app


def _gateway(settings: config.Config) -> PaymentGateway:
    """Choose the payment provider: Stripe with its key, or the sandbox."""
    chosen_for = settings.payments
    if chosen_for.stripe_key:
        # Stripe's library weighs a third of a start: it comes where it is used
        made: PaymentGateway = import_string("contracts.stripe_gateway:StripeGateway")(
            chosen_for.stripe_key, chosen_for.stripe_webhook_secret, api_base=chosen_for.stripe_api_base
        )
        return made
    return SandboxGateway(settings.files_dir.parent / "sandbox-payments.sqlite3", clock.now, SANDBOX_DELAY)


def require_keys(app: Flask) -> None:
    """Refuse to serve (`WrongSetting`) without a platform key that sealed proposals need; commands may still run."""
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        return
    with app.app_context():
        try:
            missing = missing_keys()
        except (OperationalError, ProgrammingError):
            return  # no tables yet: the first migration has not been run
        finally:
            db.session.remove()
            db.engine.dispose()
    if missing:
        raise WrongSetting(" ".join(missing) + " Put the key back from its copy, after the one that is set.")


def equip(app: Flask) -> None:
    """Hand file store, scanner, seal key and addresses to those who work without a request; one app a process."""
    settings = app.extensions["devex"]
    redaction.hide(settings.secrets)
    default_handler.setFormatter(Line())
    chosen.store = DiskStore(settings.files_dir)
    chosen.scanner = Clamd(settings.clamd_url) if settings.clamd_url else NoScanner()
    keyring.configure(*settings.seal_keys)
    paid = settings.payments
    in_use.become(Provider(app.extensions["gateway"].name, paid.mode, paid.costs, paid.fee_basis_points))
    signatures.configure(settings.base_url.partition("://")[2])
    _prepare_letters(app, settings.base_url)


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe so many proxies about a visitor's address and scheme; with none, anybody could write those headers."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _prepare_sign_in(app: Flask) -> None:
    """Guard the posts, know who is signed in, keep what comes when nobody is, and slow down who tries too often."""
    CSRFProtect(app).exempt(contracts.webhooks.hooks)
    LoginManager(app).user_loader(find_session_person)
    web.limiter.init_app(app)
    app.extensions["keep_post"] = kept.keep_post
    app.register_error_handler(CSRFError, kept.answer_forged)


def _prepare_database(app: Flask) -> None:
    db.init_app(app)
    # Alembic weighs a sixth of a start: it comes with the first command that looks for its settings here
    app.extensions["migrate"] = LocalProxy(lambda: import_string("app.cli.migrations:prepare")(app))
    with app.app_context():
        prepare_engine(db.engine)


def _prepare_letters(app: Flask, base_url: str) -> None:
    """Let notifications make addresses and write amounts as pages do, without a request."""
    adapter = app.url_map.bind("", url_scheme="http")

    def address(endpoint: str, lang: str, **values: object) -> str:
        return base_url + adapter.build(endpoint, {**values, "lang": lang})

    renderer.configure(
        {
            "money": formats.money,
            "day": formats.day,
            "moment": formats.moment,
            "utc": formats.utc,
            "text": formats.text,
            "literal": literal,
        },
        address,
    )
