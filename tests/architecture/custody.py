"""A department of the world whose keys are in custody."""

from app.core.db import db
from app.core.keyring import new_key_pair
from proposals import actions as proposals
from proposals.actions.custody import procurement_key
from proposals.sharing import Locked
from tests.architecture.places import BIDDING, CLOSED, OPENED, World
from tests.factories import both, make_department, make_opportunity, make_staff


def keep_keys(world: World) -> None:
    """Let a developer and an officer keep the keys: one opening asks them, and they are named once more."""
    away = make_department("marshes", name=both("Marshes Canada"), abbreviation=both("MC"))
    officer, second = make_staff("officer", away, "Mo Marsh"), world.people["developer"]
    for state in ("in_force", "named"):
        kept = proposals.name_custodians(away, [officer, second], 2, by=officer, at=BIDDING)
        world.note("custody", code=away.code, state=state, custodian=kept.custodians[1].key)
        if state == "in_force":
            for place in kept.custodians:
                locked = Locked(b"a private key", b"sixteen bytes ..")
                proposals.accept_place(place, new_key_pair().public, locked, by=place.user, at=BIDDING)
            proposals.begin_custody(kept, by=officer, at=BIDDING)
    opportunity = make_opportunity(away, officer, state="closed", published_at=BIDDING, closing_at=CLOSED)
    row = procurement_key(opportunity, BIDDING)
    row.asked_at = OPENED
    world.note("custody", number=opportunity.number, share=row.shares[1].key)
    db.session.commit()
