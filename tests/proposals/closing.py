"""Every way in which its own side can touch a proposal, and what stands before: on these the closing is tried."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from app.core.audit import Event
from app.core.db import db
from app.core.files import check_upload
from app.core.keyring import new_key_pair
from app.core.outbox import Notification
from auth.models import Organization, User
from proposals import actions, queries
from proposals.models import Proposal, SealedFile, Submission, TermsOnProposal
from proposals.sharing import Locked
from tests.conftest import NOON
from tests.factories import CLOSING, make_organization, make_user
from tests.proposals.story import Story

MICROSECOND = timedelta(microseconds=1)
LAST, LATE = CLOSING - MICROSECOND, CLOSING + MICROSECOND
TYPED = "Typed as the clock struck"
PRICE = "6543.21"
COUNTED = (Event, Notification, Proposal, SealedFile, Submission, TermsOnProposal)

Before = Callable[[Story], Proposal | None]
Sent = Callable[[Story, Proposal | None], dict[str, Any]]


def nothing(_story: Story) -> None:
    """Begin with no proposal."""


def organization(story: Story) -> None:
    """Begin with an organization, and no proposal."""
    make_organization(story.robin)


def draft(story: Story) -> Proposal:
    """Begin with a draft that answers everything."""
    proposal = story.start()
    story.write(proposal)
    return proposal


def draft_of_a_member(story: Story) -> Proposal:
    """Begin with what a member of Robin's organization wrote for it."""
    member = make_user("Mia Member")
    firm = make_organization(story.robin, "Three Pines", member)
    proposal = actions.start(story.opportunity, by=member, at=NOON, organization=firm)
    story.write(proposal, member)
    return proposal


def with_a_file(story: Story) -> Proposal:
    """Begin with a draft that has a file."""
    proposal = draft(story)
    actions.add_file(proposal, check_upload("plan.txt", b"Our plan"), by=story.robin, at=NOON)
    db.session.commit()
    return proposal


def submitted(story: Story) -> Proposal:
    """Begin with what was submitted."""
    return story.submitted()


def changed(story: Story) -> Proposal:
    """Begin with what was submitted and then changed."""
    proposal = story.submitted()
    actions.save_plan(proposal, 1_00, by=story.robin, at=NOON)
    db.session.commit()
    return proposal


def unconfirmed(story: Story) -> Proposal:
    """Begin with what is to be confirmed."""
    proposal = story.submitted()
    story.opportunity.edition = story.opportunity.material_edition = 2
    db.session.commit()
    return proposal


def withdrawn(story: Story) -> Proposal:
    """Begin with what was withdrawn."""
    proposal = story.submitted()
    actions.withdraw(proposal, by=story.robin, at=NOON)
    db.session.commit()
    return proposal


def in_custody(story: Story) -> Proposal:
    """Begin with what custodians keep the key of, to be confirmed."""
    earlier, department = NOON - timedelta(days=1), story.opportunity.department
    keepers = [story.officer, make_user("Wei")]
    kept = actions.name_custodians(department, keepers, 2, by=story.officer, at=earlier)
    for place in kept.custodians:
        locked = Locked(b"a private key", b"sixteen bytes ..")
        actions.accept_place(place, new_key_pair().public, locked, by=place.user, at=earlier)
    actions.begin_custody(kept, by=story.officer, at=earlier)
    story.opportunity.published_at = NOON
    return unconfirmed(story)


def nothing_more(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Press the button."""
    return {}


def answers(story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Type an answer for each criterion."""
    return {f"answer-{one.key}": TYPED for one in queries.ask_of(story.opportunity).criteria}


def price(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Type a price."""
    return {"price_cents": PRICE}


def team(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Name one person."""
    return {"team-0-name": "Robin", "team-0-does": TYPED, "team-0-link": ""}


def a_file(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Send a file."""
    return {"file": (BytesIO(b"Our way"), "way.txt")}


def the_file_away(story: Story, proposal: Proposal | None) -> dict[str, Any]:
    """Take the file back out."""
    assert proposal is not None
    return {"remove": queries.content_for_author(proposal, story.robin).files[0].key}


def alone(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Propose in one's own name."""
    return {"on_behalf": "me"}


def for_it(_story: Story, _proposal: Proposal | None) -> dict[str, Any]:
    """Propose for the organization."""
    return {"on_behalf": db.session.scalars(select(Organization.key)).one()}


@dataclass(frozen=True)
class Path:
    """One way: its endpoint, what stands before, what is sent, the state it leads to, what a refusal shows again."""

    name: str
    endpoint: str
    before: Before
    sent: Sent
    becomes: str
    shown: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    answer: int = 303
    refusal: int = 409

    def given(self, story: Story, proposal: Proposal | None) -> dict[str, Any]:
        """Give what the address names."""
        return {"key": proposal.key} if proposal else {"number": story.opportunity.number}


AUTOSAVE = {"X-Autosave": "1"}
PATHS = (
    Path("begin in one's own name", "proposals.start", nothing, alone, "draft"),
    Path("begin for an organization", "proposals.start", organization, for_it, "draft"),
    Path("write answers", "proposals.approach", draft, answers, "draft", TYPED),
    Path("save answers while typing", "proposals.approach", draft, answers, "draft", headers=AUTOSAVE, answer=200),
    Path("change answers after submitting", "proposals.approach", submitted, answers, "submitted", TYPED),
    Path("write a price", "proposals.plan", draft, price, "draft", PRICE),
    Path("name the team", "proposals.team", draft, team, "draft", TYPED),
    Path("send a file", "proposals.files_page", draft, a_file, "draft"),
    Path("remove a file", "proposals.files_page", with_a_file, the_file_away, "draft"),
    Path("submit", "proposals.check", draft, nothing_more, "submitted"),
    Path("submit what a member wrote", "proposals.check", draft_of_a_member, nothing_more, "submitted"),
    Path("submit a change", "proposals.check", changed, nothing_more, "submitted"),
    Path("confirm", "proposals.check", unconfirmed, nothing_more, "submitted"),
    Path("confirm unread what is in custody", "proposals.check", in_custody, nothing_more, "submitted"),
    Path("submit again what was withdrawn", "proposals.check", withdrawn, nothing_more, "submitted"),
    Path("withdraw", "proposals.withdraw", submitted, nothing_more, "withdrawn"),
    Path("withdraw what is in custody", "proposals.withdraw", in_custody, nothing_more, "withdrawn"),
    Path("discard changes", "proposals.discard", changed, nothing_more, "submitted", refusal=303),
)
ELSEWHERE = {
    "proposals.custody": "whom a department names to keep the keys of what it will publish",
    "proposals.begin_custody": "from when they do",
    "proposals.end_custody": "until when they do",
    "proposals.custodian": "a custodian's acceptance",
    "proposals.passphrase": "a share for an opening, which is asked for after the closing",
    "proposals.recovery": "the recovery sheet for such an opening",
}
"""What else is sent to the pages of this package, and what it is about: no proposal is touched by it."""


def stands(by: User) -> tuple[object, ...]:
    """Give all that its own side can tell about every proposal, and how many rows there are of what acts leave."""
    db.session.rollback()
    rows = [
        (one.id, one.state, one.version, one.confirmed_edition, one.updated_at, one.submitted_at, one.key_for_author,
         [(was.number, was.received_at, was.digest) for was in one.submissions], queries.shown_to_author(one, by))
        for one in db.session.scalars(select(Proposal).order_by(Proposal.id))
    ]  # fmt: skip
    return (*rows, *(db.session.scalar(select(func.count()).select_from(table)) for table in COUNTED))
