"""GitHub as an identity provider: OAuth 2 with state and PKCE; no token outlives the sign-in."""

from typing import Any

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, g
from werkzeug.wrappers import Response

from app.config import GitHub
from auth.actions import Claims

SECONDS = 10


class NoAnswer(Exception):
    """GitHub did not answer, or not as it should."""


def prepare(app: Flask, settings: GitHub | None) -> None:
    """Give an app its GitHub client, if there are settings for one."""
    if settings is None:
        return
    oauth = OAuth(app)
    app.extensions["github"] = oauth.register(
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


def is_configured() -> bool:
    """Say whether one can sign in with GitHub here."""
    return "github" in current_app.extensions


def start(callback: str, language: str) -> Response:
    """Send the browser to GitHub."""
    answer: Response = _client().authorize_redirect(callback, allow_signup="true", lang=language)
    return answer


def finish() -> Claims:
    """Take GitHub's answer from the request: who it is and which of their addresses are verified.

    Raises OAuthError (denied, wrong state, refused code) and NoAnswer.
    """
    client = _client()
    try:
        token = client.authorize_access_token()
        profile = _read(client, token, "user")
        addresses = _read(client, token, "user/emails")
    except requests.RequestException as fault:
        raise NoAnswer from fault
    finally:
        g.pop("_oauth_token_github", None)
    if not isinstance(profile, dict) or not isinstance(profile.get("id"), int) or not isinstance(addresses, list):
        raise NoAnswer
    return claims_of(_issuer(), profile, addresses)


def _read(client: Any, token: Any, path: str) -> Any:  # noqa: ANN401  (Authlib's client and JSON)
    answer = client.get(path, token=token, headers={"Accept": "application/vnd.github+json"})
    answer.raise_for_status()
    return answer.json()


def claims_of(issuer: str, profile: dict[str, Any], addresses: list[Any]) -> Claims:
    """Read GitHub's words: the numeric id, and verified addresses that take mail, the primary one first."""
    usable = [
        one
        for one in addresses
        if isinstance(one, dict) and one.get("verified") is True and "@users.noreply." not in str(one.get("email"))
    ]
    usable.sort(key=lambda one: not one.get("primary"))
    return Claims(
        issuer=issuer,
        subject=str(profile["id"]),
        login=str(profile.get("login") or ""),
        name=str(profile.get("name") or ""),
        addresses=tuple(str(one["email"]).lower() for one in usable),
    )


def _client() -> Any:  # noqa: ANN401  (Authlib's client)
    client = current_app.extensions.get("github")
    if client is None:
        raise OAuthError(error="not_configured")
    return client


def _issuer() -> str:
    settings: GitHub = current_app.extensions["devex"].github
    return settings.base_url
