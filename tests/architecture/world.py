"""One world with a row of every kind behind every address, and the people who may come to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import audit, tree
from app.core.audit import CLOCK
from app.core.db import db
from app.core.files import Upload, chosen
from app.core.outbox import Notification
from auth import actions as people
from auth import queries
from auth.models import Appointment, Department, Organization, User
from contracts import actions as contracts
from contracts.changes import Added, Changes
from contracts.gateway import Account, Method, State
from contracts.models import Contract, Reconciliation
from evaluations import actions as evaluations
from evaluations import queries as judged
from evaluations.actions.sheets import Typed
from evaluations.models import Evaluation, Proponent
from opportunities import actions as opportunities
from opportunities.models import Attachment, Comment, Opportunity
from opportunities.queries import plan_hash
from opportunities.searching import Search
from proposals import actions as proposals
from proposals.content import TeamMember
from proposals.models import Proposal
from subscriptions import actions as subscriptions
from tests.architecture.canaries import canary, nightingale
from tests.conftest import NOON
from tests.evaluations.staged import staged_plan
from tests.factories import (
    both,
    make_administrator,
    make_department,
    make_opportunity,
    make_organization,
    make_plan,
    make_skill,
    make_staff,
    make_user,
    save,
)

VISITORS = (
    "anonymous", "developer", "author", "member", "rival", "buyer", "officer", "finance", "evaluator", "admin", "other",
)  # fmt: skip
"""Nobody signed in; a developer without part; the author of each proposal; a plain member of the organization that
competes; its owner; the department's staff; the chair of the panel; an administrator; another department's officer."""

BIDDING = NOON - timedelta(days=10)
CLOSED = NOON - timedelta(days=6)
OPENED = NOON - timedelta(days=5)
DECIDED = NOON - timedelta(days=4)
WORKING = NOON - timedelta(days=3)
INTERVIEW = NOON + timedelta(days=27)
"""On one of the days of the interviews."""
WHY = "It says clearly what will be done and by whom."
STAGES = (
    "closed", "opening", "empty", "scoring", "locked", "departing", "awarded", "proposed", "working", "payable",
    "paying", "paid",
)  # fmt: skip
"""After the closing, each a step further; nobody proposed for the empty one; the departing award awaits its second."""
TERMS = range(1, 100)
"""Every text there is, ticked."""
PAPER = Upload(title="plan.txt", media_type="text/plain", content=b"One, two, three.")


@dataclass
class World:
    """People by visitor's name (their session's key, their address), and what identifies each place's row."""

    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    department: Department = field(default_factory=make_department)
    organization: Organization | None = None

    def note(self, place: str, **values: Any) -> None:
        """Remember what an address needs to lead to a place's row."""
        self.places.setdefault(place, {}).update(values)


def make_world() -> World:
    """Make every stage of a procurement, each with the same people around it."""
    world = World()
    _people(world)
    _written(world)
    _open(world)
    for place in STAGES:
        _after_closing(world, place)
    _in_rounds(world)
    _organizations(world)
    _subscriptions(world)
    world.keys = {name: user.key for name, user in world.people.items()}
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
    role = make_staff("buyer", home, "Ben Buyer")
    held = db.session.query(Appointment).filter_by(user=role).one()
    world.note("home", code=home.code, number=held.id, form="csv")
    world.note("away", code=away.code)
    world.note("person", key=world.people["developer"].key)
    for kind in ("terms", "privacy", "eligibility"):
        world.note(kind, number=people.publish_terms(kind, both("Be kind."), by=CLOCK, at=BIDDING).number)
    for person in world.people.values():
        for text in queries.due_terms(person):
            people.accept(person, text, by=person, at=BIDDING)
    world.people["newcomer"] = make_user("Nell Newcomer")


def _post(world: World, place: str, state: str, closing: datetime, **values: Any) -> Opportunity:
    opportunity = make_opportunity(
        world.department, world.people["buyer"], state=state, closing_at=closing, questions_until=closing, **values
    )
    opportunity.plan.frozen_hash = plan_hash(opportunity.plan)
    db.session.commit()
    world.note(place, number=opportunity.number)
    return opportunity


def _written(world: World) -> None:
    """Make what is not published yet, each with a file."""
    buyer, officer = world.people["buyer"], world.people["officer"]
    for place in ("draft", "review", "approved"):
        opportunity = _post(world, place, "draft", NOON + timedelta(days=14))
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
    opportunity = _post(world, "open", "open", NOON + timedelta(days=14))
    question = opportunities.ask(opportunity, "May we use Rust?", "en", by=world.people["developer"], at=BIDDING)
    world.note("open", question=question.key)
    _bids(world, "open", opportunity)
    _panel(world, "open", opportunity)
    kept = Attachment(
        opportunity_id=opportunity.id, title=PAPER.title, stored_as=chosen.store.put(PAPER.content),
        media_type=PAPER.media_type,
        size=len(PAPER.content), sha256=PAPER.sha256, language="en", added_at=BIDDING,
        added_by_id=world.people["buyer"].id,
    )  # fmt: skip
    world.note("open-file", number=opportunity.number, file=save(kept).key)
    quiet = _post(world, "quiet", "open", NOON + timedelta(days=7))
    own = _draft("quiet", quiet, world.people["author"], None)
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
    priced = _post(world, "priced", "open", NOON + timedelta(days=7), plan=plan)
    world.note("priced", proposal=_draft("priced", priced, world.people["author"], None).key)
    db.session.commit()


def _draft(place: str, opportunity: Opportunity, author: User, organization: Organization | None) -> Proposal:
    """Write a draft whose every part holds its canary."""
    proposal = proposals.start(opportunity, by=author, at=BIDDING, organization=organization)
    keys = [one.key for one in judged.criteria_of(opportunity)]
    sings = canary(place, author.name)
    proposals.save_approach(
        proposal, dict.fromkeys(keys, f"{author.name} answers this: {sings}"), by=author, at=BIDDING
    )
    proposals.save_team(proposal, [TeamMember(author.name, sings)], by=author, at=BIDDING)
    return proposal


def _paper(place: str, author: User) -> Upload:
    """Give a file whose name and text hold a canary."""
    sings = canary(place, author.name)
    return Upload(f"{sings}.txt", "text/plain", sings.encode())


def _bids(world: World, place: str, opportunity: Opportunity) -> None:
    """Let the author propose alone, and the rival for the organization."""
    for name, person, organization in (
        (place, world.people["author"], None),
        (f"{place}-rival", world.people["rival"], world.organization),
    ):
        proposal = _draft(place, opportunity, person, organization)
        kept = proposals.add_file(proposal, _paper(place, person), by=person, at=BIDDING)
        proposals.submit(proposal, accepted=TERMS, by=person, at=BIDDING)
        world.note(name, number=opportunity.number, proposal=proposal.key, file=kept.key)
    db.session.commit()


def _panel(world: World, place: str, opportunity: Opportunity) -> None:
    officer = world.people["officer"]
    for name in ("evaluator", "panelist"):
        person = world.people[name]
        seat = evaluations.invite(opportunity, person.email, chairs=name == "evaluator", by=officer, at=BIDDING)
        evaluations.answer(seat, accepts=True, conflict=False, words=WHY, by=person, at=BIDDING)
        world.note(place, **{name: seat.key})
    db.session.commit()


def _after_closing(world: World, place: str) -> None:
    """Take one opportunity from its closing as far as the place's name says."""
    opportunity = _post(world, place, "open", CLOSED)
    if place != "empty":
        _bids(world, place, opportunity)
    _panel(world, place, opportunity)
    opportunities.close_due(at=CLOSED)
    steps = STAGES.index(place)
    if steps >= STAGES.index("opening"):
        evaluation = evaluations.begin_opening(opportunity, by=world.people["officer"], at=OPENED)
    if steps >= STAGES.index("empty"):
        evaluations.complete_opening(evaluation, by=world.people["second"], at=OPENED)
    if steps >= STAGES.index("scoring"):
        first = judged.criteria_of(opportunity)[0]
        world.note(
            place, proponent=_proponent(world, opportunity, place).number, position=1, criterion=first.key
        )  # fmt: skip
    if steps >= STAGES.index("locked"):
        _judge(world, place, opportunity)
    if place == "departing":
        departs = {"reason": WHY, "departure_reason": WHY}
        evaluations.award(
            _proponent(world, opportunity, f"{place}-rival"), **departs, by=world.people["officer"], at=DECIDED
        )
    if steps >= STAGES.index("awarded"):
        evaluations.award(_proponent(world, opportunity, place), reason=WHY, by=world.people["officer"], at=DECIDED)
    db.session.commit()
    if steps >= STAGES.index("proposed"):
        _contract(world, place, opportunity)


def _proponent(world: World, opportunity: Opportunity, place: str) -> Proponent:
    """Find who proposed at a place."""
    listed = judged.proponents(judged.get_evaluation(opportunity))
    return next(one for one in listed if one.proposal.key == world.places[place]["proposal"])


def _judge(world: World, place: str, opportunity: Opportunity) -> None:
    evaluation = judged.get_evaluation(opportunity)
    for proponent in judged.proponents(evaluation):
        points = "5" if proponent.id == _proponent(world, opportunity, place).id else "3"
        for name in ("evaluator", "panelist"):
            _submit(world, place, proponent, name, points)
    evaluations.lock(evaluation, by=world.people["evaluator"], at=OPENED)


def _in_rounds(world: World) -> None:
    """Make two in two rounds: one where the panel has agreed on all of the first, one at its interviews."""
    for place, settled_by in (("agreeing", "consensus"), ("interviewing", "mean")):
        opportunity = _post(world, place, "open", CLOSED, plan=staged_plan(settled_by=settled_by))
        _bids(world, place, opportunity)
        _panel(world, place, opportunity)
        opportunities.close_due(at=CLOSED)
        evaluation = evaluations.begin_opening(opportunity, by=world.people["officer"], at=OPENED)
        evaluations.complete_opening(evaluation, by=world.people["second"], at=OPENED)
        own = _proponent(world, opportunity, place)
        world.note(place, proponent=own.number)
        for proponent in judged.proponents(evaluation):
            for name, points in (("evaluator", "5" if proponent.id == own.id else "3"), ("panelist", "3")):
                _submit(world, place, proponent, name, points)
        if place == "agreeing":
            _agree(world, evaluation, own)
        else:
            evaluations.advance(evaluation, by=world.people["officer"], at=OPENED)
            stage = judged.rounds_of(opportunity)[1][0]
            evaluations.invite_to(
                own, stage, starts_at=INTERVIEW, place="Room 3", by=world.people["officer"], at=OPENED
            )  # fmt: skip
        db.session.commit()


def _submit(world: World, place: str, proponent: Proponent, name: str, points: str) -> None:
    """Let a member judge, with a nightingale in every reason."""
    reason = f"{WHY} {nightingale(place, name, proponent.proposal.author.name)}"
    typed = {
        one.key: Typed("met" if one.stage.kind == "mandatory" else points, reason)
        for one in judged.round_criteria(proponent.evaluation)
    }
    evaluations.submit_sheet(proponent, typed, by=world.people[name], at=OPENED)


def _agree(world: World, evaluation: Evaluation, own: Proponent) -> None:
    chair = world.people["evaluator"]
    evaluations.meet(evaluation, [chair, world.people["panelist"]], by=chair, at=OPENED)
    for cell in judged.to_agree(evaluation):
        points = "5" if cell.proponent.id == own.id else "3"
        evaluations.agree(cell.proponent, cell.criterion, Typed(points, WHY), by=chair, at=OPENED)


def _contract(world: World, place: str, opportunity: Opportunity) -> None:
    author, officer = world.people["author"], world.people["officer"]
    contract = contracts.draw_up(opportunity, by=officer, at=DECIDED)
    world.note(place, contract=contract.number)
    if place != "proposed":
        for person in (author, officer):
            contracts.accept(contract, contract.text_hash, by=person, at=DECIDED)
        _work(world, place, contract)
    db.session.commit()


def _work(world: World, place: str, contract: Contract) -> None:
    """Working: a milestone is delivered. Payable: accepted. Paying: released; an amendment is proposed. Paid: paid."""
    author, buyer, first = world.people["author"], world.people["buyer"], contract.milestones[0]
    delivery = contracts.deliver(
        first, "The map.", ["https://github.com/example/gauges/pull/7"], [PAPER], by=author, at=WORKING
    )
    world.note(place, position=1, file=delivery.files[0].key)
    if place != "working":
        contracts.accept_delivery(first, by=buyer, at=WORKING)
    if place == "paid":
        attempt = contracts.release(first, by=world.people["finance"], at=WORKING)
        contracts.note_sent(attempt, at=WORKING)
        contracts.note_answer(attempt, contracts.Answer(State.SETTLED, "reference"), at=WORKING)
        report = Reconciliation(
            provider="sandbox", since=BIDDING, until=WORKING, at=WORKING, compared=1, open=0, differences=[]
        )
        db.session.add(report)
        db.session.flush()
        world.note(place, payment=attempt.key, report=report.id)
    if place == "paying":
        chosen = [(contract.number, first.position)]
        batch = contracts.release_together(
            contract.department, chosen, f"key-of-{place}-{contract.number}", by=world.people["finance"], at=WORKING
        )
        attempt = first.attempts[-1]
        added = Added(both("One part more"), both("It works"), 500_00)
        amendment = contracts.propose_amendment(
            contract, Changes(added=(added,)), "More was found.", by=world.people["officer"], at=WORKING
        )
        world.note(place, payment=attempt.key, amendment=amendment.number)
        world.note(place, code=contract.department.code, batch=batch.number)


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
