"""Who people are: persons, identities, departments, organizations, appointments, accepted terms."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.core.audit import Subject
from app.core.bilingual import Bilingual
from app.core.db import Base, Identifier, Keyed, Row, Stateful, unique_while

user_skill = Table(
    "user_skill",
    Base.metadata,
    Column("user_id", Identifier, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("skill_id", Identifier, ForeignKey("skill.id"), primary_key=True),
)


class Skill(Row, Base):
    """A skill that opportunities ask for and people have; one bilingual vocabulary."""

    __tablename__ = "skill"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_en"), mapped_column("name_fr"))


class User(Keyed, Row, Base):
    """A person: one account with one or more identities."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("language in ('en', 'fr')", name="language"),)

    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    bio: Mapped[str] = mapped_column(default="")
    links: Mapped[list[Any]] = mapped_column(default=list)
    province: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer)
    skills: Mapped[list[Skill]] = relationship(secondary=user_skill, order_by=Skill.code)
    emails: Mapped[list["Email"]] = relationship(back_populates="user", order_by="Email.id")
    identities: Mapped[list["Identity"]] = relationship(back_populates="user", order_by="Identity.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    # Flask-Login's four questions
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """A suspended person cannot sign in."""
        return self.suspended_at is None

    def get_id(self) -> str:
        """Give the session the random key, never the number."""
        return self.key

    @property
    def subject(self) -> Subject:
        """What the log says an event about this person is about."""
        return Subject("user", self.id, person_id=self.id)


class Identity(Row, Base):
    """A person as an issuer knows them: GitHub's numeric id or a staff provider's subject, never a login or e-mail."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    shown_name: Mapped[str] = mapped_column(default="")
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="identities")


class Email(Row, Base):
    """An address that an identity provider says is verified, in small letters."""

    __tablename__ = "email"
    __table_args__ = (UniqueConstraint("user_id", "address"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id"))
    address: Mapped[str] = mapped_column(index=True)
    verified_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="emails")


class PersonSession(Keyed, Row, Base):
    """A browser in which a person is signed in: it holds a random id, of which only the digest is here.

    `key` names it on its page, `renew` says that the id is to be replaced at the next request.
    """

    __tablename__ = "person_session"

    digest: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id"), index=True)
    browser: Mapped[str] = mapped_column(default="")
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    renew: Mapped[bool] = mapped_column(default=False)
    identity: Mapped[Identity | None] = relationship()


class KeptPost(Row, Base):
    """A form that came when nobody was signed in: ciphertext, whose key only the sender's browser holds."""

    __tablename__ = "kept_post"

    name: Mapped[str] = mapped_column(unique=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Department(Row, Base):
    """A department of the government: the buyer's side of every procurement."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_en"), mapped_column("name_fr"))
    abbreviation: Mapped[Bilingual] = composite(mapped_column("abbreviation_en"), mapped_column("abbreviation_fr"))
    province: Mapped[str] = mapped_column(default="ON")
    domains: Mapped[list["DepartmentDomain"]] = relationship(
        back_populates="department", order_by="DepartmentDomain.id"
    )


class DepartmentDomain(Row, Base):
    """An e-mail domain of a department's staff."""

    __tablename__ = "department_domain"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    domain: Mapped[str] = mapped_column(unique=True)
    department: Mapped[Department] = relationship(back_populates="domains")


class Appointment(Row, Base):
    """A role that a person holds: in one department, or (administrator) on the platform.

    `lent` marks a second officer lent by another department; `delegated_by_id` a role held for somebody away.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("role in ('buyer', 'officer', 'finance', 'administrator')", name="role"),
        CheckConstraint("(role = 'administrator') = (department_id is null)", name="department"),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="order"),
        Index("ix_appointment_user", "user_id", "role"),
        Index("ix_appointment_department", "department_id", "role"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    role: Mapped[str]
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    delegated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    lent: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    department: Mapped[Department | None] = relationship()


class Organization(Keyed, Row, Base):
    """A company, cooperative or group in whose name its members may propose."""

    __tablename__ = "organization"

    name: Mapped[str]
    github_organization: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    members: Mapped[list["Membership"]] = relationship(back_populates="organization", order_by="Membership.id")

    @property
    def subject(self) -> Subject:
        """What the log says an event about this organization is about."""
        return Subject("organization", self.id, organization_id=self.id)


class Membership(Keyed, Row, Stateful, Base):
    """A person's place in an organization: invited, active, declined, left or removed."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'admin', 'member')", name="role"),
        CheckConstraint("state in ('invited', 'active', 'declined', 'left', 'removed')", name="state"),
        unique_while("state in ('invited', 'active')", "ix_membership_live", "organization_id", "address"),
        Index("ix_membership_user", "user_id", "state"),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    address: Mapped[str]
    role: Mapped[str]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    organization: Mapped[Organization] = relationship(back_populates="members")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class Terms(Row, Base):
    """One version of a text that people accept: terms of use, privacy notice or eligibility."""

    __tablename__ = "terms"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        CheckConstraint("kind in ('terms', 'privacy', 'eligibility')", name="kind"),
    )

    kind: Mapped[str]
    number: Mapped[int]
    body: Mapped[Bilingual] = composite(mapped_column("body_en"), mapped_column("body_fr"))
    published_at: Mapped[datetime]


class TermsAcceptance(Row, Base):
    """That a person accepted a version, and when."""

    __tablename__ = "terms_acceptance"
    __table_args__ = (UniqueConstraint("user_id", "terms_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms.id"))
    accepted_at: Mapped[datetime]
    terms: Mapped[Terms] = relationship()
