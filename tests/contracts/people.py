"""The people of a contract, and a contract as far as a test needs it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.core import clock
from app.core.db import db
from auth.models import User
from contracts import actions, queries
from contracts.gateway import Account, Method
from contracts.models import Contract, Milestone
from contracts.sandbox_gateway import SandboxGateway
from evaluations.models import Award
from opportunities.models import Opportunity
from tests.factories import make_award, make_department, make_opportunity, make_organization, make_staff, make_user

NOON = datetime(2026, 7, 20, 16, 0, tzinfo=UTC)
LINK = "https://github.com/example/gauges/pull/7"


class Cast:
    """A department with its people, a developer who won, and everybody else."""

    def __init__(self, *, value_cents: int = 9_000_00, tax_number: str = "", **values: Any) -> None:
        self.department = make_department()
        self.buyer: User = make_staff("buyer", self.department, "Bea Buyer")
        self.officer: User = make_staff("officer", self.department, "Omar Officer", language="fr")
        self.finance: User = make_staff("finance", self.department, "Fay Finance")
        self.developer: User = make_user("Dev Eloper", tax_number=tax_number)
        self.stranger: User = make_user("Stran Ger")
        self.organization = make_organization(self.developer) if values.pop("organization", False) else None
        self.opportunity: Opportunity = make_opportunity(
            self.department, self.buyer, state="awarded", value_cents=value_cents, **values
        )
        self.award: Award = make_award(
            self.opportunity, self.officer, self.developer, at=NOON - timedelta(days=20), organization=self.organization
        )


def drawn_up(cast: Cast) -> Contract:
    contract = actions.draw_up(cast.opportunity, by=cast.officer, at=NOON)
    db.session.commit()
    return contract


def agreed(cast: Cast) -> Contract:
    contract = drawn_up(cast)
    for person in (cast.developer, cast.officer):
        actions.accept(contract, contract.text_hash, by=person, at=NOON)
    db.session.commit()
    return contract


def active(cast: Cast, *, connected: bool = True) -> Contract:
    contract = agreed(cast)
    if connected:
        owner = cast.organization or cast.developer
        account = Account(f"acct-{owner.key}")
        actions.connect_account(owner, account, provider="sandbox", by=cast.developer, at=NOON)
    actions.save_method(cast.department, "payer", Method("method", "Visa 4242"), by=cast.finance, at=NOON)
    db.session.commit()
    return contract


def delivered(cast: Cast, milestone: Milestone) -> Milestone:
    actions.deliver(milestone, "The map.", [LINK], [], by=cast.developer, at=NOON)
    db.session.commit()
    return milestone


def accepted(cast: Cast, milestone: Milestone) -> Milestone:
    actions.accept_delivery(delivered(cast, milestone), by=cast.buyer, at=NOON)
    db.session.commit()
    return milestone


def released(cast: Cast, milestone: Milestone) -> Milestone:
    """Released by the clock of the test, so that the worker finds it due."""
    actions.release(accepted(cast, milestone), by=cast.finance, at=clock.now() - timedelta(seconds=1))
    db.session.commit()
    return milestone


def paid(cast: Cast, milestone: Milestone, gateway: SandboxGateway) -> Milestone:
    released(cast, milestone)
    actions.carry_out_due(gateway)
    return queries.get_milestone(queries.get_contract(milestone.contract.number), milestone.position)


def sandbox(folder: Path, delay: timedelta = timedelta(0)) -> SandboxGateway:
    return SandboxGateway(folder / "ledger.sqlite3", clock.now, delay)
