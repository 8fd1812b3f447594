"""Speaks OAuth 2 with GitHub: state and PKCE; no token outlives the sign-in."""

from typing import Any

import requests
from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import OAuth
from flask import current_app, g
from werkzeug.wrappers import Response

from app.config import GitHub
from auth.actions import Claims
from auth.views.providers import Declined, NoAnswer, NotBegunHere, claims_of

SECONDS = 10


def start(callback: str, language: str) -> Response:
    """Send the browser to GitHub."""
    answer: Response = _client().authorize_redirect(callback, allow_signup="true", lang=language)
    return answer


def finish() -> Claims:
    """Take GitHub's answer from the request, in the words of `auth.views.providers`."""
    client = _client()
    try:
        token = client.authorize_access_token()
        profile = _read(client, token, "user")
        addresses = _read(client, token, "user/emails")
    except MismatchingStateError as fault:
        raise NotBegunHere from fault
    except OAuthError as fault:
        raise Declined(by_person=fault.error == "access_denied") from fault
    except requests.RequestException as fault:
        raise NoAnswer from fault
    finally:
        g.pop("_oauth_token_github", None)
    if not isinstance(profile, dict) or not isinstance(profile.get("id"), int) or not isinstance(addresses, list):
        raise NoAnswer
    return claims_of(_settings().base_url, profile, addresses)


def _read(client: Any, token: Any, path: str) -> Any:  # noqa: ANN401  (Authlib's client and JSON)
    answer = client.get(path, token=token, headers={"Accept": "application/vnd.github+json"})
    answer.raise_for_status()
    return answer.json()


def _client() -> Any:  # noqa: ANN401  (Authlib's client)
    settings = _settings()
    return OAuth(current_app).register(
        "github",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        authorize_url=f"{settings.base_url}/login/oauth/authorize",
        access_token_url=f"{settings.base_url}/login/oauth/access_token",
        api_base_url=f"{settings.api_url}/",
        client_kwargs={
            "scope": "read:user user:email",
            "token_endpoint_auth_method": "client_secret_post",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


def _settings() -> GitHub:
    settings: GitHub = current_app.extensions["devex"].github
    return settings
