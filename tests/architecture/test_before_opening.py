"""Before the opening, every address that could lead to a proposal answers outsiders as if there were none.

The table (access.txt) says what is answered at some places; here every address is asked at the places whose proposals
are sealed. An address names a proposal by a key: it is compared with one that nobody has. Or it counts proponents of an
opportunity: that is compared with the same opportunity on which nobody has proposed (test_walls).
`TEST_EVERY_PLACE=1` asks each address at each place; else the places take turns.
"""

import os
from collections.abc import Iterator
from itertools import product

import pytest

from tests.architecture.answers import Seen
from tests.architecture.canaries import SEALED, SIDES, heard
from tests.architecture.places import VISITORS
from tests.architecture.visits import NAMES, Visits, elsewhere, values

PLACES = [*SEALED, *(f"{place}-rival" for place in SEALED if place not in ("quiet", "priced"))]
OUTSIDERS = [one for one in VISITORS if one not in set().union(*SIDES.values())]
NO_FILE = {"priced"}


def leading_to_a_proposal(visits: Visits) -> list[str]:
    """Name the endpoints whose address names a proposal by its key."""
    found = []
    for endpoint, rule in visits.rules.items():
        names = NAMES.get(endpoint, NAMES.get(endpoint.split(".", 1)[0], {}))
        if "proposal" in {names.get(one) for one in rule.arguments}:
            found.append(endpoint)
    return sorted(found)


def asked(visits: Visits, visitor: str, method: str, endpoint: str, given: dict[str, object]) -> Seen:
    return visits.seen(visits.ask(visitor, method, endpoint, given), endpoint, given)


def turns(visits: Visits) -> Iterator[tuple[str, str, str, str]]:
    """Give who asks which address in which way at which place."""
    every = os.environ.get("TEST_EVERY_PLACE")
    requests = [(one, way) for one in leading_to_a_proposal(visits) for way in visits.methods(one)]
    for number, ((endpoint, method), visitor) in enumerate(product(requests, OUTSIDERS)):
        for place in PLACES if every else [PLACES[number % len(PLACES)]]:
            if "file" not in endpoint.rsplit(".", 1)[1] or place not in NO_FILE or endpoint == "proposals.files_page":
                yield visitor, method, endpoint, place


def test_every_address_of_a_proposal_answers_outsiders_like_one_that_nobody_has(visits: Visits) -> None:
    codes, differs, places, absent = set(), [], set(), dict[tuple[str, str, str], Seen]()
    for visitor, method, endpoint, place in turns(visits):
        given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
        if (visitor, method, endpoint) not in absent:
            absent[visitor, method, endpoint] = asked(visits, visitor, method, endpoint, elsewhere(given))
        seen = asked(visits, visitor, method, endpoint, given)
        codes.add((visitor == VISITORS[0], seen[0]))
        places.add(place)
        if seen != absent[visitor, method, endpoint] or heard(str(seen)):
            differs.append((visitor, method, endpoint, place))
    assert differs == []
    assert (codes, places) == ({(True, 303), (False, 404)}, set(PLACES))


@pytest.mark.once
def test_each_of_them_is_known(visits: Visits) -> None:
    """So that a new one cannot be left out unseen: what is named `key` and belongs to no proposal says so."""
    named = {one.split(".", 1)[0] for one in leading_to_a_proposal(visits)}
    assert named == {"proposals", "evaluations"}
    assert len(leading_to_a_proposal(visits)) == 17
