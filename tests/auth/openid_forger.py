"""A provider of OpenID Connect that says what a test makes it say: what it signs, with what, and about whom.

Discovery, keys, token and userinfo alone; whoever asks to sign in comes back with a code at once.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "the-exchange", "only for tests, and long enough to sign with it"
PUBLISHED, OTHER = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class Forger:
    """What the provider says next; `claims` go over those of an honest token."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: PUBLISHED)
    tokens: list[dict[str, str]] = field(default_factory=list)
    """What was posted for a token."""
    nonce: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as a provider does."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        answers = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda _request: {"keys": [PUBLISHED.as_dict(private=False)]},
            "/token": self._token,
            "/userinfo": lambda _request: self.userinfo,
        }
        if request.path == "/authorize":
            self.nonce = request.args["nonce"]
            query = urlencode({"code": "one", "state": request.args["state"]})
            return Response(status=302, headers={"Location": f"{request.args['redirect_uri']}?{query}"})
        return Response(json.dumps(answers[request.path](request)), mimetype="application/json")

    def _discovery(self, _request: Request) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        said = {name: f"{self.issuer}/{place}" for name, place in places.items()}
        said["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return {"issuer": self.issuer, "id_token_signing_alg_values_supported": ["RS256"], **said, **self.metadata}

    def _token(self, request: Request) -> dict[str, Any]:
        posted = {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
        self.tokens.append(posted)
        now = int(time.time())
        honest = {
            "iss": self.issuer, "sub": "s-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce,
            "email": "grace@rivers.example", "email_verified": True, "name": "Grace Spence",
        }  # fmt: skip
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        registry = JWSRegistry(algorithms=[self.algorithm], strict_check_header=False)
        signed = jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, self.key, registry=registry)
        return {"access_token": "secret-access", "token_type": "Bearer", "id_token": signed, "expires_in": 300}


def shared_secret() -> OctKey:
    """Give the client's secret as a key to sign with."""
    return OctKey.import_key(SECRET, {"kid": "one"})


@contextmanager
def served() -> Iterator[Forger]:
    """Serve a provider on this machine."""
    forger = Forger()
    server = make_server("127.0.0.1", 0, forger, threaded=True, request_handler=Quiet)
    forger.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
