"""Speaks OpenID Connect with the staff provider: discovery, state, nonce, PKCE; no token outlives the sign-in."""

from typing import Any

import requests
from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import OAuth
from flask import current_app, g, request
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from app.config import StaffProvider
from auth.actions import Claims
from auth.views.providers import Declined, NoAnswer, NotBegunHere, staff_claims_of

SECONDS = 10
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider's own: never none, never by the secret that we share."""


def start(callback: str, language: str) -> Response:
    """Send the browser to the staff provider."""
    try:
        answer: Response = _client().authorize_redirect(callback, ui_locales=language)
    except (requests.RequestException, ValueError) as fault:
        raise NoAnswer from fault
    return answer


def finish() -> Claims:
    """Take the staff provider's answer from the request, in the words of `auth.views.providers`."""
    settings = _settings()
    if request.args.get("iss", settings.issuer) != settings.issuer:
        raise NotBegunHere
    try:
        client = _client()
        token = client.authorize_access_token(claims_options=_wanted(settings), leeway=LEEWAY)
        return _read(client, token, settings)
    except MismatchingStateError as fault:
        raise NotBegunHere from fault
    except OAuthError as fault:
        raise Declined(by_person=fault.error == "access_denied") from fault
    except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as fault:
        raise NoAnswer from fault
    finally:
        g.pop("_oauth_token_staff", None)


def _wanted(settings: StaffProvider) -> dict[str, Any]:
    """Say what the provider's signed word must hold: that it is the provider's, and meant for us."""
    return {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
        "sub": {"essential": True},
    }


def _read(client: Any, token: Any, settings: StaffProvider) -> Claims:  # noqa: ANN401  (Authlib's client and tokens)
    """Read who it is from the signed word; what it leaves out is asked for, and must be about the same subject."""
    said = dict(token.get("userinfo") or {})
    if not isinstance(said.get("sub"), str) or not said["sub"]:
        raise NoAnswer
    if "email" not in said and client.load_server_metadata().get("userinfo_endpoint"):
        more = dict(client.userinfo(token=token))
        if more.get("sub") != said["sub"]:
            raise NoAnswer
        said = {**more, **said}
    return staff_claims_of(settings.issuer, said)


def _client() -> Any:  # noqa: ANN401  (Authlib's client)
    settings = _settings()
    client = OAuth(current_app).register(
        "staff",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
    found = client.load_server_metadata()
    if found.get("issuer") != settings.issuer:
        raise NoAnswer
    offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    found["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNED_BY]
    return client


def _settings() -> StaffProvider:
    settings: StaffProvider = current_app.extensions["devex"].staff
    return settings
