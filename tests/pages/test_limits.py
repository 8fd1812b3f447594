"""What costs, or could be misused, can be asked for so often and no more; who is refused reads when to come back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.pages.limits import LIMITS
from auth.models import User
from tests.conftest import NOON, Travel
from tests.factories import make_user

SECURITY = Path(__file__).parents[2] / "docs/security.md"
ADDRESSES = {
    "sign-in": ("GET", "/sign-in/github/callback", 20),
    "search": ("GET", "/en/opportunities?q=otters", 60),
    "feed": ("GET", "/fr/defis.atom?q=loutres", 60),
    "upload": ("POST", "/en/proposals/nothing/files", 30),
    "delivery": ("POST", "/en/contracts/1/milestones/1/deliver", 30),
    "question": ("POST", "/en/opportunities/1/ask", 20),
    "comment": ("POST", "/en/contracts/1/milestones/1/comments", 20),
    "alert": ("POST", "/en/alerts", 20),
    "GitHub's notices": ("POST", "/webhooks/github", 120),
    "payment notices": ("POST", "/webhooks/stripe", 30),
    "log proofs": ("GET", "/log/consistency", 60),
    "the whole log": ("GET", "/log/entries.jsonl", 10),
}


def taken(browser: FlaskClient, method: str, address: str, times: int) -> int:
    """Ask so often; count what was not refused for being too often."""
    return sum(browser.open(address, method=method).status_code != 429 for _time in range(times))


@pytest.mark.parametrize("what", ADDRESSES)
def test_so_many_in_a_minute_and_no_more(client: FlaskClient, travel: Travel, what: str) -> None:
    method, address, most = ADDRESSES[what]
    assert taken(client, method, address, most + 2) == most
    travel(NOON.replace(minute=2))
    assert client.open(address, method=method).status_code != 429


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/en/opportunities?q=x", "Too many requests in a short time. Nothing was changed. Try again in {} seconds."),
        ("/fr/defis?q=x", "Trop de demandes en peu de temps. Rien n’a été modifié. Réessayez dans {} secondes."),
    ],
)
def test_who_is_refused_reads_when_to_try_again(client: FlaskClient, address: str, words: str) -> None:
    with time_machine.travel(NOON, tick=False):
        taken(client, "GET", address, 60)
        answer = client.get(address)
    seconds = answer.headers["Retry-After"]
    assert (answer.status_code, words.format(seconds) in answer.text, 59 <= int(seconds) <= 61) == (429, True, True)


def test_the_list_without_a_search_is_read_as_often_as_one_likes(client: FlaskClient) -> None:
    assert taken(client, "GET", "/en/opportunities", 70) == 70


def test_people_behind_one_address_are_counted_apart(app: Flask, sign_in: Callable[[User], FlaskClient]) -> None:
    first, second = sign_in(make_user("One")), sign_in(make_user("Two"))
    address = "/en/opportunities?q=x"
    assert (taken(first, "GET", address, 61), taken(second, "GET", address, 61)) == (60, 60)


def test_every_limit_is_written_down_and_no_other(application: Flask) -> None:
    """What is limited where it is answered is known to the limiter by the view's name."""
    rows = re.findall(r"^\| .* \| (\d+ per minute) \| ([a-z_]+\.[^|]+) \|$", SECURITY.read_text("utf-8"), re.MULTILINE)
    written = {(most, endpoint) for most, names in rows for endpoint in names.split(", ")}
    assert written >= {(limit.most, endpoint) for limit in LIMITS for endpoint in limit.endpoints}
    assert {endpoint for _most, endpoint in written} - set(application.view_functions) == set()
