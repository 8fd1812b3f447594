"""What the views of this package begin with: a contract with what decides for its reader."""

from collections.abc import Callable
from datetime import datetime

from app.core import clock
from app.core.db import db
from app.core.errors import NotAllowed
from auth.models import User
from auth.views.session import current_person, signed_in
from contracts import queries
from contracts.models import Contract, Milestone
from contracts.policy import Facts


def read(number: int, at: datetime | None = None) -> tuple[Contract, Facts]:
    """Give a contract to anybody, with what decides for them."""
    contract = queries.get_contract(number)
    return contract, queries.facts(contract, current_person(), at or clock.now())


def guarded(number: int, allowed: Callable[[Facts], bool]) -> tuple[Contract, Facts, User]:
    """Give a contract to somebody with a part in it; others are refused."""
    person = signed_in()
    contract, facts = read(number)
    if not allowed(facts):
        raise NotAllowed
    return contract, facts, person


def get_milestone(number: int, position: int) -> Milestone:
    """Get a milestone by its contract's number and its place; within a transaction it is read anew."""
    return queries.get_milestone(queries.get_contract(number), position)


def again(person: User) -> User:
    """Read the person again within the transaction."""
    return db.session.get_one(User, person.id)
