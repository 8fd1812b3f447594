"""From a contract in place to its first payment, in Chromium: onboarding, delivering, returning, releasing, statements.

One story, played once by people who read English and once by people who read French. Every page that they come to is
looked at for accessibility, and for what one must scroll sideways to see on a phone.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from app.core import formats
from app.core.db import db
from app.jobs import jobs_of
from auth.models import User
from contracts import actions
from contracts.gateway import Kind
from contracts.github_evidence import GitHubEvidence
from contracts.models import PaymentAttempt, ProviderNotice
from tests.browser.panel import Looking, LookingInFrench
from tests.conftest import Travel
from tests.contracts.github_server import MERGED, PULL, Server, serving
from tests.contracts.people import NOON, Cast, agreed

pytestmark = pytest.mark.browser

PULLS = "/repos/example/gauges/pulls/7"
VALUE, AMOUNT, TAX, TOTAL = 8_765_43, 2_921_81, 379_84, 3_301_65
"""Cents: of the contract, and of its first milestone with harmonized sales tax of 13 %."""
IN_SHEET = ["2921.81", "0.00", "379.84", "0.00", "3301.65", "3301.65", "0.00", "0.00"]
"""Before tax, the three taxes, total, paid, refunded, not paid."""
MERGED_BY_NOW = {**MERGED, "merged_at": "2026-07-20T15:30:00Z"}
CONTRACT = "/en/contracts/1"
MILESTONE = f"{CONTRACT}/milestones/1"
HOME = "/en/departments/rivers"
MISSING = "The pull request is not merged yet, and the map does not show the gauges."
WALKED = {
    "auth.department",
    "contracts.show", "contracts.payee", "contracts.sandbox_account", "contracts.releases", "contracts.payer",
    "contracts.sandbox_payer", "contracts.deliver", "contracts.milestone", "contracts.return_delivery",
    "contracts.accept_delivery", "contracts.release", "contracts.check_releases", "contracts.batch",
    "contracts.receipt", "contracts.statement", "contracts.department_statement",
}  # fmt: skip


class EveryPage:
    """All pages are looked at on a phone."""

    def __contains__(self, page: object) -> bool:
        """Leave none out."""
        return True


@dataclass
class Walk:
    """The people of a contract, each at a browser of their own, in one language; GitHub and the worker beside them."""

    app: Flask
    lang: str
    github: Server
    open_page: Callable[[User], Page]
    users: dict[str, User]
    seen: set[str] = field(default_factory=set)
    faults: list[object] = field(default_factory=list)
    people: dict[str, Looking] = field(default_factory=dict)

    def at(self, name: str, address: str) -> Looking:
        """Let a person come to an address."""
        if name not in self.people:
            kind = LookingInFrench if self.lang == "fr" else Looking
            person = kind(self.open_page(self.users[name]), self.app, name)
            person.seen, person.faults, person.narrow = self.seen, self.faults, EveryPage()
            self.people[name] = person
        return self.people[name].opens(address)

    def work(self, job: str) -> None:
        """Let the worker do one of its jobs."""
        next(one for one in jobs_of(self.app) if one.name == job).work()

    @property
    def pull_request(self) -> str:
        """The address of the pull request, as GitHub shows it."""
        return f"{self.app.extensions['devex'].github.base_url}/example/gauges/pull/7"

    def look_at_evidence(self) -> None:
        """Let the worker ask GitHub's API about the links."""
        base_url = self.app.extensions["devex"].github.base_url
        actions.look_up_due(GitHubEvidence(base_url, self.github.address, "id", "secret"))

    def hears_of_the_payment(self) -> str:
        """Let the provider send its notice and the worker read it; says what came of it."""
        provider = self.app.extensions["gateway"]
        db.session.rollback()
        reference = db.session.scalars(select(PaymentAttempt.reference)).one()
        body, signature = provider.notice(Kind.CHARGE, reference)
        address = f"{self.app.extensions['devex'].base_url}/webhooks/stripe"
        assert requests.post(address, body, headers={"Stripe-Signature": signature}, timeout=15).ok
        self.work("read notices")
        db.session.rollback()
        return db.session.scalars(select(ProviderNotice.outcome)).one()

    def downloads(self, person: Looking, link: str, folder: Path) -> list[list[str]]:
        """Take the sheet behind a link."""
        with person.sees.expect_download() as taken:
            person.sees.get_by_role("link", name=person.finds(link) or "", exact=True).click()
        taken.value.save_as(folder / "taken.csv")
        with (folder / "taken.csv").open(encoding="utf-8-sig", newline="") as sheet:
            return list(csv.reader(sheet))


@pytest.fixture(params=["en", "fr"])
def walk(
    request: pytest.FixtureRequest, app: Flask, travel: Travel, as_person: Callable[[User], Page]
) -> Iterator[Walk]:
    """A contract that both sides have accepted; nobody has said yet how to pay or where."""
    travel(NOON)
    cast = Cast(value_cents=VALUE, tax_number="123456789 RT0001")
    agreed(cast)
    users = {"Dev": cast.developer, "Bea": cast.buyer, "Fay": cast.finance}
    keys = {name: User(key=one.key) for name, one in users.items()}
    with serving() as github:
        yield Walk(app, request.param, github, as_person, keys)


def test_a_milestone_is_delivered_twice_and_paid_once(walk: Walk, travel: Travel, tmp_path: Path) -> None:
    onboards(walk)
    saves_a_method(walk)
    delivers(walk, PULL, "Open since %(date)s, by %(name)s; not merged.")
    returns(walk)
    delivers(walk, MERGED_BY_NOW, "Merged by %(name)s on %(date)s.")
    accepts(walk)
    releases(walk)
    is_paid(walk, travel)
    reads_statements(walk, tmp_path)
    assert (walk.seen, walk.faults) == (WALKED, [])


def onboards(walk: Walk) -> None:
    """The supplier opens an account and completes it at the provider."""
    dev = walk.at("Dev", "/en/account/payment").presses("Connect an account")
    dev.reads("The account is open. Complete it at the provider.").follows("Complete it at the provider")
    dev.presses("Go back to the exchange", {"standing": "ready"}).reads("The account is ready: you can be paid on it.")


def saves_a_method(walk: Walk) -> None:
    """Finance saves the department's card at the provider."""
    fay = walk.at("Fay", f"{HOME}/releases").follows("How the department pays")
    fay.follows("Save a method at the provider").presses("Save the card Visa 4242")
    fay.reads("The department pays by %(method)s.")


def delivers(walk: Walk, told: object, words: str) -> None:
    """The supplier delivers with a pull request; GitHub is asked about it, and says so."""
    walk.github.say(PULLS, told)
    dev = walk.at("Dev", CONTRACT).follows("Deliver milestone %(position)s")
    dev.presses("Deliver", {"note": "The map shows every gauge.", "links": walk.pull_request})
    dev.reads(
        "Milestone %(position)s is delivered. The buyer was told.", "Not checked yet. GitHub is asked in a moment."
    )
    walk.look_at_evidence()
    dev.opens(MILESTONE).reads(words)


def returns(walk: Walk) -> None:
    """The buyer returns the delivery and says what is missing; the supplier reads it."""
    bea = walk.at("Bea", CONTRACT).follows("Accept or return milestone %(position)s").follows("Return")
    bea.presses("Return milestone %(position)s", {"reasons": MISSING})
    bea.reads("Milestone %(position)s is returned. The supplier was told why.")
    walk.at("Dev", MILESTONE).reads("Milestone %(position)s was returned: see why.", MISSING)


def accepts(walk: Walk) -> None:
    """The buyer accepts what was delivered anew."""
    bea = walk.at("Bea", CONTRACT).follows("Accept or return milestone %(position)s").follows("Accept")
    bea.reads("Merged by %(name)s on %(date)s.", money(walk, TOTAL)).presses("Accept milestone %(position)s")
    bea.reads("Milestone %(position)s is accepted. The supplier and finance were told.")


def releases(walk: Walk) -> None:
    """Finance checks what is paid to whom, and releases it."""
    fay = walk.at("Fay", MILESTONE).follows("Release payment of %(amount)s").reads("by %(method)s", money(walk, TOTAL))
    fay.opens(f"{HOME}/releases").presses("Check those chosen", {"pay": "1-1"})
    fay.reads(money(walk, AMOUNT), money(walk, TAX)).presses("Release the payment of %(amount)s")
    fay.reads("How each payment stands", money(walk, TOTAL))


def is_paid(walk: Walk, travel: Travel) -> None:
    """The worker carries the payment out; the provider's notice says that it settled; both sides see it."""
    walk.work("carry out payments")
    walk.at("Dev", MILESTONE).reads("The payment is on its way; it usually takes 2 to 4 days.")
    travel(timedelta(hours=1))
    assert walk.hears_of_the_payment() == "recorded"
    walk.seen.discard("contracts.milestone")  # it shows more than before: it is looked at again
    for name in ("Dev", "Bea"):
        walk.at(name, MILESTONE).reads("Paid on %(date)s.").follows("Payment %(number)s").reads(money(walk, TOTAL))


def reads_statements(walk: Walk, folder: Path) -> None:
    """Both sides find the payment to the cent in their statements, on the page and in the sheet."""
    dev = walk.at("Dev", "/en/account/payment").follows("Statement of invoices and payments")
    fay = walk.at("Fay", HOME).follows("Statement")
    for reader in (dev, fay):
        reader.reads(*(money(walk, cents) for cents in (AMOUNT, TAX, TOTAL)))
        _heads, line = walk.downloads(reader, "The whole year as CSV, for a spreadsheet", folder)
        assert (line[0], line[12:20]) == ("1-1-2", IN_SHEET)


def money(walk: Walk, cents: int) -> str:
    """Write an amount as the readers do."""
    return " ".join(formats.money(cents, walk.lang).split())
