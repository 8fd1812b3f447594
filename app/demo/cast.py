"""The standing cast: departments, people with their roles, organizations, skills and terms."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from app.core.audit import CLOCK
from app.core.bilingual import Bilingual
from app.core.db import db
from app.demo.world import Spec, both, load
from auth.actions import terms
from auth.models import (
    Appointment,
    Department,
    DepartmentDomain,
    Email,
    Identity,
    Membership,
    Organization,
    Skill,
    TermsAcceptance,
    User,
)
from opportunities.models import Threshold

BEGINNING = datetime(2017, 9, 1, 13, 0, tzinfo=UTC)
INVITED_AGO = timedelta(days=3, hours=2)
"""When the demonstration's departments joined, a quarter before the first real case."""

GITHUB = "https://github.com"
STAFF = "https://staff.example"


@dataclass(frozen=True)
class Start:
    """A person whom a visitor may be first, with what they can do next."""

    name: str
    email: str
    line: Bilingual


ROLES = {
    "buyer": Bilingual("Buyer", "Achat"),
    "officer": Bilingual("Procurement officer", "Approvisionnement"),
    "finance": Bilingual("Finance", "Finances"),
    "evaluator": Bilingual("Evaluator", "Évaluation"),
}
DEVELOPER = Bilingual("Developer", "Développement")


@lru_cache
def starting_cast() -> tuple[Start, ...]:
    """List the people whom the sign-in chooser offers first, with what each can do next."""
    return tuple(
        Start(one["name"], one["email"], both(one["start_here"])) for one in load("people.yaml") if "start_here" in one
    )


@lru_cache
def everybody() -> tuple[Start, ...]:
    """List the whole cast: those to start with first, then everybody else with their role."""
    names = {one["key"]: both(one["name"]) for one in load("departments.yaml")}
    others = [one for one in load("people.yaml") if "start_here" not in one]
    return starting_cast() + tuple(Start(one["name"], one["email"], _place(one, names)) for one in others)


def _place(one: Spec, departments: dict[str, Bilingual]) -> Bilingual:
    """Say a person's role and department."""
    if "department" not in one:
        return DEVELOPER
    roles, department = [ROLES[role] for role in one["roles"]], departments[one["department"]]
    english, french = ", ".join(role.en for role in roles), ", ".join(role.fr for role in roles)
    return Bilingual(f"{english}, {department.en}", f"{french}, {department.fr}")


@dataclass
class Cast:
    """Everybody and everything that the stories speak of, by key."""

    people: dict[str, User]
    departments: dict[str, Department]
    zones: dict[str, str]
    organizations: dict[str, Organization]
    skills: dict[str, Skill]


def make_cast(now: datetime) -> Cast:
    """Write the cast's rows: all of them there from the beginning, but invitations, which are days old at `now`."""
    skills = {one["code"]: Skill(code=one["code"], name=both(one["name"])) for one in load("skills.yaml")}
    departments = {one["key"]: _department(one) for one in load("departments.yaml")}
    people = {one["key"]: _person(one, skills) for one in load("people.yaml")}
    db.session.add_all([*skills.values(), *departments.values(), *people.values()])
    db.session.flush()
    for one in load("people.yaml"):
        _appoint(people[one["key"]], one, departments)
    organizations = {one["key"]: _organization(one, people, now) for one in load("organizations.yaml")}
    db.session.add_all(organizations.values())
    for one in load("terms.yaml"):
        accepted = terms.publish_terms(one["kind"], both(one["body"]), by=CLOCK, at=BEGINNING)
        db.session.add_all(
            TermsAcceptance(user_id=user.id, terms=accepted, accepted_at=BEGINNING) for user in people.values()
        )
    db.session.add_all(thresholds())
    db.session.flush()
    zones = {one["key"]: one["time_zone"] for one in load("departments.yaml")}
    return Cast(people, departments, zones, organizations, skills)


def thresholds() -> list[Threshold]:
    """Give the one amount that every department here works under (proactive disclosure of contracts)."""
    name = Bilingual("Contracts over this amount are disclosed", "Les contrats de plus de ce montant sont divulgués")
    asks = Bilingual(
        "Publish the contract, or the amendment that brings it over, within 30 days after the quarter "
        "(60 days after the fourth).",
        "Publiez le contrat, ou la modification qui lui fait dépasser ce montant, dans les 30 jours suivant le "
        "trimestre (60 jours après le quatrième).",
    )
    return [Threshold(code="disclosure", name=name, asks=asks, amount_cents=10_000_00, from_on=date(2004, 4, 1))]


def _department(one: Spec) -> Department:
    department = Department(
        code=one["key"], name=both(one["name"]), abbreviation=both(one["abbreviation"]), province=one["province"]
    )
    department.domains.extend(DepartmentDomain(domain=domain) for domain in one["domains"])
    return department


def _person(one: Spec, skills: dict[str, Skill]) -> User:
    user = User(
        name=one["name"],
        email=one["email"],
        language=one["language"],
        bio=one["bio"],
        province=one["province"],
        tax_number=one.get("tax_number", ""),
        links=[link["url"] for link in one.get("links", [])],
        created_at=BEGINNING,
        skills=[skills[code] for code in one["skills"]],
    )
    user.emails.append(Email(address=one["email"], verified_at=BEGINNING))
    github = one.get("github")
    identity = (GITHUB, str(github["id"]), github["login"]) if github else (STAFF, one["key"], one["email"])
    user.identities.append(
        Identity(
            issuer=identity[0], subject=identity[1], shown_name=identity[2], linked_at=BEGINNING, last_used_at=BEGINNING
        )
    )
    return user


def _appoint(user: User, one: Spec, departments: dict[str, Department]) -> None:
    """Give the roles that appointments hold; an evaluator's place is on a panel."""
    if one.get("administrator"):
        db.session.add(Appointment(user=user, department=None, role="administrator", starts_at=BEGINNING))
    for role in one.get("roles", []):
        if role != "evaluator":
            department = departments[one["department"]]
            db.session.add(Appointment(user=user, department=department, role=role, starts_at=BEGINNING))


def _organization(one: Spec, people: dict[str, User], now: datetime) -> Organization:
    organization = Organization(
        name=one["name"]["fr" if one["province"] == "QC" else "en"],
        website=one["website"],
        github_organization=one.get("github_organization", ""),
        tax_number=one.get("tax_number", ""),
        province=one["province"],
        created_at=BEGINNING,
    )
    for member in one["members"]:
        user, invited = people[member["person"]], member["state"] == "invited"
        organization.members.append(
            Membership(
                user=None if invited else user,
                address=user.email,
                role=member["role"],
                state="invited" if invited else "active",
                invited_at=now - INVITED_AGO if invited else BEGINNING,
                answered_at=None if invited else BEGINNING,
            )
        )
    return organization
