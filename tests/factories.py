"""The standing cast and plain makers of rows, each in any state; they flush and commit, so that pages find them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select

from app.core.bilingual import Bilingual
from app.core.db import db
from auth import queries
from auth.models import (
    Appointment,
    Department,
    DepartmentDomain,
    Email,
    Identity,
    Membership,
    Organization,
    PersonSession,
    Skill,
    User,
)
from evaluations.models import Award, Evaluation, Proponent
from opportunities.models import (
    Certificate,
    Criterion,
    Edition,
    EvaluationPlan,
    Opportunity,
    PlannedMilestone,
    Stage,
)
from opportunities.queries import plan_hash, snapshot
from proposals.models import Proposal

BEGINNING = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
CLOSING = datetime(2026, 6, 24, 18, 0, tzinfo=UTC)
"""The closing of an opportunity that is open at the tests' noon (10 June 2026)."""
FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)

R = TypeVar("R")
_numbers = count(1)


def both(en: str, fr: str = "") -> Bilingual:
    """Say something in both languages."""
    return Bilingual(en, fr or f"{en} (fr)")


def save(row: R) -> R:
    """Add a row and commit it."""
    db.session.add(row)
    db.session.commit()
    return row


def make_user(name: str = "Robin Tremblay", *, email: str = "", language: str = "en", **values: Any) -> User:
    """Make a person with a GitHub identity and a verified address."""
    number = next(_numbers)
    email = email or f"person{number}@mail.example"
    user = User(name=name, email=email, language=language, created_at=BEGINNING, **values)
    user.identities.append(
        Identity(
            issuer="https://github.com",
            subject=str(1000 + number),
            shown_name=f"login{number}",
            linked_at=BEGINNING,
            last_used_at=BEGINNING,
        )
    )
    user.emails.append(Email(address=email, verified_at=BEGINNING))
    return save(user)


def signed_cookie(key: str) -> dict[str, str]:
    """Give what a browser's cookie holds in which a person is signed in, and keeps being however the clock moves."""
    token = f"the browser of {key}"
    person = select(User.id).where(User.key == key).scalar_subquery()
    row = {
        "key": token, "digest": queries.digest_of(token), "user_id": person, "browser": "Firefox, Linux",
        "begun_at": BEGINNING, "seen_at": FAR_AWAY, "ends_at": FAR_AWAY, "renew": False,
    }  # fmt: skip
    db.session.commit()
    db.session.execute(delete(PersonSession).where(PersonSession.key == token))
    db.session.execute(insert(PersonSession).values(row))
    db.session.commit()
    return {"_user_id": token}


def make_department(code: str = "rivers", **values: Any) -> Department:
    """Make a department with one e-mail domain."""
    values = {"name": both("Rivers Canada", "Rivières Canada"), "abbreviation": both("RC", "RIC"), **values}
    department = Department(code=code, **values)
    department.domains.append(DepartmentDomain(domain=f"{code}.example"))
    return save(department)


def appoint(user: User, role: str, department: Department | None = None, **values: Any) -> Appointment:
    """Give a person a role."""
    return save(Appointment(user=user, department=department, role=role, **{"starts_at": BEGINNING, **values}))


def make_staff(role: str, department: Department, name: str = "", **values: Any) -> User:
    """Make a person who holds a role in a department."""
    email = f"{role}{next(_numbers)}@{department.code}.example"
    user = make_user(name or f"{role.title()} of {department.code}", email=email, **values)
    appoint(user, role, department)
    return user


def make_administrator(name: str = "Ada Ministrator") -> User:
    """Make a person who runs the platform."""
    user = make_user(name)
    appoint(user, "administrator")
    return user


def make_organization(owner: User, name: str = "Three Pines Software", *members: User) -> Organization:
    """Make an organization with its owner and active members."""
    organization = Organization(name=name, created_at=BEGINNING)
    for place, user in enumerate((owner, *members)):
        organization.members.append(
            Membership(
                user=user,
                address=user.email,
                role="owner" if place == 0 else "member",
                state="active",
                invited_at=BEGINNING,
                answered_at=BEGINNING,
            )
        )
    return save(organization)


def make_skill(code: str = "python", en: str = "Python", fr: str = "Python") -> Skill:
    """Make a skill of the vocabulary."""
    return save(Skill(code=code, name=Bilingual(en, fr)))


def make_plan(**values: Any) -> EvaluationPlan:
    """Make a plan: one mandatory criterion, two rated ones (60 and 40), no price."""
    plan = EvaluationPlan(**{"format": "fixed_price", "formula": "none", "price_weight": 0, **values})
    mandatory = Stage(position=1, kind="mandatory", title=both("Mandatory", "Obligatoire"))
    mandatory.criteria.append(
        Criterion(position=1, title=both("Open licence"), earns=both("Agrees to it"), word_limit=100)
    )
    rated = Stage(position=2, kind="rated", title=both("Rated", "Cotée"))
    share = 100 - plan.price_weight
    rated.criteria.append(
        Criterion(
            position=1,
            title=both("Approach"),
            earns=both("Clear steps"),
            weight=share * 6 // 10,
            word_limit=300,
        )
    )
    rated.criteria.append(
        Criterion(
            position=2,
            title=both("Experience"),
            earns=both("Like work"),
            weight=share - share * 6 // 10,
            word_limit=300,
        )
    )
    plan.stages.extend([mandatory, rated])
    return plan


def make_opportunity(
    department: Department,
    author: User,
    *,
    state: str = "open",
    plan: EvaluationPlan | None = None,
    **values: Any,
) -> Opportunity:
    """Make a complete opportunity of $9,000 in two milestones, in any state."""
    number = next(_numbers)
    published = state not in ("draft", "review", "approved")
    given = {
        "number": number,
        "ocid": f"ocds-devex0-{number}",
        "created_at": BEGINNING,
        "updated_at": BEGINNING,
        "title": both("River gauges on a map", "Jauges fluviales sur une carte"),
        "summary": both("A map of gauges"),
        "problem": both("Nobody can see the gauges."),
        "users": both("Canoeists and engineers."),
        "deliverables": both("A map that works by keyboard."),
        "acceptance": both("It passes the tests."),
        "value_cents": 9_000_00,
        "taxes": "excluded",
        "fund_code": "F-100",
        "licence": "MIT",
        "repository": "https://github.com/example/gauges",
        "place": both("Anywhere in Canada"),
        "work_language": "either",
        "questions_until": CLOSING - timedelta(days=5),
        "closing_at": CLOSING,
        "published_at": BEGINNING if published else None,
        "edition": int(published),
        "material_edition": int(published),
        **values,
    }
    opportunity = Opportunity(department=department, author=author, state=state, plan=plan or make_plan(), **given)
    cents = given["value_cents"]
    for position, share in enumerate((cents // 3, cents - cents // 3), 1):
        opportunity.milestones.append(
            PlannedMilestone(
                position=position,
                title=both(f"Part {position}"),
                accepted_when=both("It works"),
                amount_cents=share,
                due_days=14 * position,
            )
        )
    save(opportunity)
    if state != "draft":
        save(Certificate(opportunity=opportunity, amount_cents=cents, fund_code="F-100", by=author, at=BEGINNING))
    if published:
        opportunity.plan.frozen_hash = plan_hash(opportunity.plan)
        save(first_edition(opportunity))
    return opportunity


def first_edition(opportunity: Opportunity) -> Edition:
    """Make the edition that publication writes."""
    return Edition(
        opportunity=opportunity,
        number=1,
        material=True,
        by=opportunity.author,
        at=BEGINNING,
        snapshot=snapshot(opportunity),
    )


def make_award(opportunity: Opportunity, officer: User, winner: User, **values: Any) -> Award:
    """Make an opened proposal that won, its evaluation decided and its award made; moves the opportunity to awarded."""
    organization = values.pop("organization", None)
    proposal = Proposal(
        opportunity=opportunity,
        author=winner,
        organization=organization,
        state="awarded",
        content=b"sealed",
        key_for_procurement=b"sealed",
        key_for_author=b"sealed",
        created_at=BEGINNING,
        updated_at=BEGINNING,
        submitted_at=BEGINNING,
        confirmed_edition=1,
    )
    evaluation = Evaluation(
        opportunity=opportunity,
        state="decided",
        first_opener=officer,
        first_opened_at=BEGINNING,
        second_opener=values.pop("second_opener", None) or make_administrator(),
        opened_at=BEGINNING,
    )
    proponent = Proponent(evaluation=evaluation, proposal=proposal, number=1)
    given = {"rank": 1, "value_cents": opportunity.value_cents, "reason": "The best.", "at": BEGINNING, **values}
    award = Award(
        opportunity=opportunity,
        proponent=proponent,
        state="made",
        by=officer,
        made_at=given["at"],
        plan_hash="",
        ranking={},
        **given,
    )
    db.session.add(award)
    return save(award)
