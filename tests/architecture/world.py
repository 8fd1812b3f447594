"""One world with a row of every kind behind every address, and the people who may come to it."""

from datetime import timedelta

from sqlalchemy import select

from app.core import audit, tree
from app.core.audit import CLOCK
from app.core.db import db
from app.core.files import chosen
from app.core.outbox import Notification
from auth import actions as people
from auth import queries
from auth.models import Appointment
from contracts import actions as contracts
from contracts.gateway import Account, Method
from evaluations import actions as evaluations
from evaluations import queries as judged
from opportunities import actions as opportunities
from opportunities.models import Attachment, Comment, Opportunity
from opportunities.searching import Search
from proposals import actions as proposals
from subscriptions import actions as subscriptions
from tests.architecture.agreed import agree_contract
from tests.architecture.bids import _paper, draft, let_bid, post, seat_panel
from tests.architecture.custody import keep_keys
from tests.architecture.judged import judge, make_rounds, proponent_of
from tests.architecture.places import BIDDING, CLOSED, DECIDED, OPENED, PAPER, STAGES, WHY, World
from tests.conftest import NOON
from tests.factories import (
    both,
    make_administrator,
    make_department,
    make_organization,
    make_plan,
    make_skill,
    make_staff,
    make_user,
    save,
    signed_cookie,
)


def make_world() -> World:
    """Make every stage of a procurement, each with the same people around it."""
    world = World()
    _people(world)
    _written(world)
    _open(world)
    for place in STAGES:
        _after_closing(world, place)
    make_rounds(world)
    keep_keys(world)
    _organizations(world)
    _subscriptions(world)
    world.keys = {name: user.key for name, user in world.people.items()}
    world.cookies = {name: signed_cookie(key) for name, key in world.keys.items()}
    world.addresses = {name: user.email for name, user in world.people.items()}
    audit.number_events()
    tree.grow(at=BIDDING)
    db.session.commit()
    db.session.remove()
    return world


def _people(world: World) -> None:
    home, away = world.department, make_department("lakes", name=both("Lakes Canada"), abbreviation=both("LC"))
    make_skill()
    world.people = {
        "developer": make_user("Dora Developer"),
        "author": make_user("Arun Author"),
        "member": make_user("Mia Member"),
        "rival": make_user("Rosa Rival"),
        "buyer": make_staff("buyer", home, "Bea Buyer"),
        "officer": make_staff("officer", home, "Omar Officer"),
        "finance": make_staff("finance", home, "Fay Finance"),
        "evaluator": make_user("Eva Luator"),
        "admin": make_administrator(),
        "other": make_staff("officer", away, "Otto Other"),
        "second": make_staff("officer", home, "Sam Second"),
        "panelist": make_user("Pam Panelist"),
        "invited": make_user("Ines Invited"),
    }
    world.organization = make_organization(world.people["rival"], "Three Pines Software", world.people["member"])
    for owner, by in ((world.people["author"], "author"), (world.organization, "rival")):
        account = Account(f"acct-{owner.key}")
        contracts.connect_account(owner, account, provider="sandbox", by=world.people[by], at=BIDDING)
    contracts.save_method(home, "payer", Method("method", "Visa 4242"), by=world.people["finance"], at=BIDDING)
    world.note("payer", reference=f"sandbox-{home.code}")
    payee = world.people["author"].key
    world.note("payee", payee=payee, form="csv", reference=f"acct-{payee}")
    world.note("payee-pdf", payee=payee, form="pdf")
    role = make_staff("buyer", home, "Ben Buyer")
    held = db.session.query(Appointment).filter_by(user=role).one()
    world.note("home", code=home.code, number=held.id, form="csv")
    world.note("home-pdf", code=home.code, form="pdf")
    world.note("away", code=away.code)
    world.note("person", key=world.people["developer"].key)
    for kind in ("terms", "privacy", "eligibility"):
        world.note(kind, number=people.publish_terms(kind, both("Be kind."), by=CLOCK, at=BIDDING).number)
    for person in world.people.values():
        for text in queries.due_terms(person):
            people.accept(person, text, by=person, at=BIDDING)
    world.people["newcomer"] = make_user("Nell Newcomer")


def _written(world: World) -> None:
    """Make what is not published yet, each with a file."""
    buyer, officer = world.people["buyer"], world.people["officer"]
    for place in ("draft", "review", "approved"):
        opportunity = post(world, place, "draft", NOON + timedelta(days=14))
        kept = opportunities.attach(opportunity, PAPER, "en", by=buyer, at=BIDDING)
        noted = Comment(opportunity=opportunity, page="need", body="For whom?", by=officer, at=BIDDING)
        world.note(place, file=kept.key, code="need", comment=save(noted).key)
        if place != "draft":
            opportunities.send_for_review(opportunity, by=buyer, at=BIDDING)
        if place == "approved":
            opportunities.approve(opportunity, by=officer, at=BIDDING)
    db.session.commit()


def _open(world: World) -> None:
    """Make one that takes proposals: with a question, a file, proposals submitted and in draft."""
    opportunity = post(world, "open", "open", NOON + timedelta(days=14))
    question = opportunities.ask(opportunity, "May we use Rust?", "en", by=world.people["developer"], at=BIDDING)
    world.note("open", question=question.key)
    let_bid(world, "open", opportunity)
    seat_panel(world, "open", opportunity)
    kept = Attachment(
        opportunity_id=opportunity.id, title=PAPER.title, stored_as=chosen.store.put(PAPER.content),
        media_type=PAPER.media_type,
        size=len(PAPER.content), sha256=PAPER.sha256, language="en", added_at=BIDDING,
        added_by_id=world.people["buyer"].id,
    )  # fmt: skip
    world.note("open-file", number=opportunity.number, file=save(kept).key)
    quiet = post(world, "quiet", "open", NOON + timedelta(days=7))
    own = draft("quiet", quiet, world.people["author"], None)
    world.note(
        "quiet",
        proposal=own.key,
        file=proposals.add_file(
            own, _paper("quiet", world.people["author"]), by=world.people["author"], at=BIDDING
        ).key,
    )
    invited = world.people["invited"]
    evaluations.invite(quiet, invited.email, chairs=False, by=world.people["officer"], at=BIDDING)
    plan = make_plan(format="priced", formula="absolute", price_weight=30)
    priced = post(world, "priced", "open", NOON + timedelta(days=7), plan=plan)
    world.note("priced", proposal=draft("priced", priced, world.people["author"], None).key)
    db.session.commit()


def _after_closing(world: World, place: str) -> None:
    """Take one opportunity from its closing as far as the place's name says."""
    opportunity = post(world, place, "open", CLOSED)
    if place != "empty":
        let_bid(world, place, opportunity)
    seat_panel(world, place, opportunity)
    opportunities.close_due(at=CLOSED)
    steps = STAGES.index(place)
    if steps >= STAGES.index("opening"):
        evaluation = evaluations.begin_opening(opportunity, by=world.people["officer"], at=OPENED)
    if steps >= STAGES.index("empty"):
        evaluations.complete_opening(evaluation, by=world.people["second"], at=OPENED)
    if steps >= STAGES.index("scoring"):
        first = judged.criteria_of(opportunity)[0]
        world.note(
            place, proponent=proponent_of(world, opportunity, place).number, position=1, criterion=first.key
        )  # fmt: skip
    if steps >= STAGES.index("locked"):
        judge(world, place, opportunity)
    if place == "departing":
        departs = {"reason": WHY, "departure_reason": WHY}
        evaluations.award(
            proponent_of(world, opportunity, f"{place}-rival"), **departs, by=world.people["officer"], at=DECIDED
        )
    if steps >= STAGES.index("awarded"):
        evaluations.award(proponent_of(world, opportunity, place), reason=WHY, by=world.people["officer"], at=DECIDED)
    db.session.commit()
    if steps >= STAGES.index("proposed"):
        agree_contract(world, place, opportunity)


def _organizations(world: World) -> None:
    organization, rival = world.organization, world.people["rival"]
    assert organization is not None
    invited = people.invite(organization, world.people["developer"].email, "member", by=rival, at=BIDDING)
    seats = {one.user_id: one.key for one in organization.members}
    world.note("organization", key=organization.key)
    world.note("invitation", key=invited.key)
    world.note("membership", key=seats[world.people["member"].id])


def _subscriptions(world: World) -> None:
    """Let the developer follow, ask for an alert, and have mail."""
    developer = world.people["developer"]
    opportunity = opportunities_of(world, "open")
    watch = subscriptions.follow(opportunity, developer.email, "en", by=developer, at=BIDDING)
    alert = subscriptions.ask(Search(), developer.email, "instant", "en", by=developer, at=BIDDING)
    db.session.flush()
    world.note("watch", key=watch.key)
    world.note("alert", key=alert.key)
    mail = select(Notification.key).where(Notification.recipient_id == developer.id).limit(1)
    world.note("letter", key=db.session.scalars(mail).one())


def opportunities_of(world: World, place: str) -> Opportunity:
    """Find a place's opportunity."""
    return db.session.scalars(select(Opportunity).filter_by(number=world.places[place]["number"])).one()
