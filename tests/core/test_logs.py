"""No secret enters a log, and nothing that a visitor typed begins a line of its own."""

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from app.config import load
from app.core import logs, redaction
from app.core.lines import Line
from app.core.redaction import HIDDEN, redacted
from app.factory import equip

OWN = "otters-know-7f3a9c"


@pytest.fixture
def hidden(app: Flask) -> Iterator[None]:
    """Hide one secret for a while."""
    redaction.hide([OWN])
    yield
    equip(app)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"cannot open with {OWN}!", f"cannot open with {HIDDEN}!"),
        ("postgresql+psycopg://devex:pa55@db/devex", f"postgresql+psycopg://{HIDDEN}@db/devex"),
        ("smtp://name:pa:ss@mail", f"smtp://{HIDDEN}@mail"),
        ("No such key: sk_live_51abc", f"No such key: {HIDDEN}"),
        ("rk_test_51abc whsec_abc", f"{HIDDEN} {HIDDEN}"),
        ("ghp_0123456789abcdefghijk", HIDDEN),
        ("Authorization: Bearer abc.def-g", f"Authorization: Bearer {HIDDEN}"),
        ("Cookie: devex=eyJhbGci; lang=fr", f"Cookie: devex={HIDDEN}; lang=fr"),
        ("GET /callback?code=abc123&state=xyz", f"GET /callback?code={HIDDEN}&state={HIDDEN}"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", HIDDEN),
        ("Opportunity 142 closed at 14:00.", "Opportunity 142 closed at 14:00."),
        ("see https://devex.example/en/", "see https://devex.example/en/"),
    ],
)
@pytest.mark.usefixtures("hidden")
def test_what_is_or_looks_like_a_secret_is_hidden(said: str, left: str) -> None:
    assert redacted(said) == left
    assert redacted({"event": [said]}) == {"event": [left]}


@pytest.mark.parametrize(
    "name", ["client_secret", "password", "access_token", "Cookie", "Authorization", "seal_key", "apikey"]
)
def test_a_fact_of_a_telling_name_is_hidden(name: str) -> None:
    assert redacted({name: "x", "number": 1}) == {name: HIDDEN, "number": 1}


@pytest.mark.usefixtures("hidden")
def test_the_programs_own_lines_hide_it_also_in_errors(capsys: pytest.CaptureFixture[str]) -> None:
    log = logs.prepared()
    try:
        raise ValueError(OWN)  # noqa: TRY301  (a fault as it comes)
    except ValueError:
        log.exception("job failed", name="a\nb", password="p", where=f"at {OWN}")
    written = capsys.readouterr().err
    line = json.loads(written)
    assert (written.count("\n"), OWN in written) == (1, False)
    assert (line["name"], line["password"], line["where"]) == ("a\nb", HIDDEN, f"at {HIDDEN}")


@pytest.mark.usefixtures("hidden")
def test_what_flask_says_is_one_line_without_secrets() -> None:
    typed = f'/x\r\n{{"event":"forged"}}\u2028{OWN}\x1b[31m'
    record = logging.LogRecord("devex", logging.ERROR, "", 1, "Exception on %s", (typed,), None)
    written = Line().format(record)
    assert (written.splitlines(), OWN in written, "\x1b" in written) == ([written], False, False)
    assert json.loads(written)["event"].startswith('Exception on /x\r\n{"event":"forged"}')


def test_every_secret_of_the_settings_is_hidden(settings: dict[str, str]) -> None:
    given = {
        "GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "client-secret-1",
        "GITHUB_WEBHOOK_SECRET": "hook-secret-1234",
        "OIDC_ISSUER": "https://login.example", "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "staff-secret-1",
        "OIDC_NAME_EN": "Staff", "OIDC_NAME_FR": "Personnel",
        "STRIPE_SECRET_KEY": "sk_test_key1", "STRIPE_WEBHOOK_SECRET": "whsec_hook1", "SMTP_URL": "smtp://a:mail-pass@h",
        "DATABASE_URL": "postgresql://a:table-pass@h/d", "RATE_LIMIT_STORAGE": "redis://:count-pass@h",
    }  # fmt: skip
    config = load({**settings, **given})
    meant = {
        settings["DEVEX_SECRET_KEY"], settings["DEVEX_SEAL_KEY"], "mail-pass", "table-pass", "count-pass",
        "client-secret-1", "staff-secret-1", "hook-secret-1234", "sk_test_key1", "whsec_hook1",
    }  # fmt: skip
    assert set(config.secrets) == meant
    assert [one for one in meant if one in repr(config)] == []
