"""What a developer offers: sealed content, keys, submissions with their receipts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Keyed, Row, Stateful, unique_while
from auth.models import Department, Organization, User
from opportunities.models import Opportunity

STATES = (
    "draft",
    "submitted",
    "withdrawn",
    "lapsed",
    "opened",
    "disqualified",
    "awarded",
    "declined",
    "not_awarded",
)


CUSTODY_STATES = ("named", "in_force", "ended")


class Custody(Keyed, Row, Stateful, Base):
    """Who of a department keeps the keys of its procurements: so many of the people named, and a sheet in the safe."""

    __tablename__ = "custody"
    __table_args__ = (
        CheckConstraint("state in ({})".format(", ".join(f"'{state}'" for state in CUSTODY_STATES)), name="state"),
        CheckConstraint("threshold >= 2 and threshold <= 7", name="threshold"),
        CheckConstraint("(state = 'named') or (began_at is not null) or (ended_at is not null)", name="began"),
        unique_while("state = 'named'", "ix_custody_named", "department_id"),
        unique_while("state = 'in_force'", "ix_custody_in_force", "department_id"),
    )

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    threshold: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    named_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recovery_public: Mapped[bytes | None] = mapped_column(LargeBinary)
    department: Mapped[Department] = relationship()
    by: Mapped[User] = relationship()
    custodians: Mapped[list["Custodian"]] = relationship(back_populates="custody", order_by="Custodian.id")

    @property
    def subject(self) -> Subject:
        """What the log says an event about this custody is about."""
        return Subject("custody", self.id, department_id=self.department_id)


class Custodian(Keyed, Row, Base):
    """One place among the keepers: a person, and a key pair whose private half lies under their passphrase."""

    __tablename__ = "custodian"
    __table_args__ = (UniqueConstraint("custody_id", "user_id"),)

    custody_id: Mapped[int] = mapped_column(ForeignKey("custody.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    accepted_at: Mapped[datetime | None]
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    opslimit: Mapped[int] = mapped_column(Integer, default=0)
    memlimit: Mapped[int] = mapped_column(Integer, default=0)
    custody: Mapped[Custody] = relationship(back_populates="custodians")
    user: Mapped[User] = relationship()


class ProcurementKey(Row, Base):
    """The key pair that a procurement's proposals are sealed to; the private half is wrapped by the platform's key.

    In custody there is no wrapped private half (it is empty) until the opening put it together from its shares.
    """

    __tablename__ = "procurement_key"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    custody_id: Mapped[int | None] = mapped_column(ForeignKey("custody.id"))
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    custody: Mapped[Custody | None] = relationship()
    shares: Mapped[list["KeyShare"]] = relationship(back_populates="procurement_key", order_by="KeyShare.id")


class KeyShare(Keyed, Row, Base):
    """One share of a procurement's private key, sealed to a custodian, or to the recovery sheet (no custodian).

    What was given for the opening lies wrapped by the platform's key until the opening is complete.
    """

    __tablename__ = "key_share"

    procurement_key_id: Mapped[int] = mapped_column(ForeignKey("procurement_key.id"), index=True)
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("custodian.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_given: Mapped[bytes | None] = mapped_column(LargeBinary)
    given_at: Mapped[datetime | None]
    procurement_key: Mapped[ProcurementKey] = relationship(back_populates="shares")
    custodian: Mapped[Custodian | None] = relationship()

    @property
    def owner(self) -> str:
        """Name whose share it is, as the seal binds it."""
        return f"share {self.key}"


class AuthorKey(Row, Base):
    """The key pair by which authors (a person, or an organization's members) read their own sealed proposals."""

    __tablename__ = "author_key"
    __table_args__ = (CheckConstraint("(user_id is null) <> (organization_id is null)", name="owner"),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Proposal(Keyed, Row, Stateful, Base):
    """One developer's or organization's offer on one opportunity; what it says is ciphertext from the first draft."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state in ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
        CheckConstraint("(state = 'draft') or (submitted_at is not null)", name="submitted"),
        unique_while("organization_id is null", "ix_proposal_one_of_person", "opportunity_id", "author_id"),
        unique_while(
            "organization_id is not null", "ix_proposal_one_of_organization", "opportunity_id", "organization_id"
        ),
        Index("ix_proposal_opportunity", "opportunity_id", "state"),
        Index("ix_proposal_author", "author_id", "state"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    key_for_procurement: Mapped[bytes] = mapped_column(LargeBinary)
    key_for_author: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    confirmed_edition: Mapped[int] = mapped_column(Integer, default=0)
    disqualified_because: Mapped[str] = mapped_column(default="")

    opportunity: Mapped[Opportunity] = relationship()
    author: Mapped[User] = relationship()
    organization: Mapped[Organization | None] = relationship()
    files: Mapped[list["SealedFile"]] = relationship(back_populates="proposal", order_by="SealedFile.id")
    submissions: Mapped[list["Submission"]] = relationship(back_populates="proposal", order_by="Submission.id")

    @property
    def subject(self) -> Subject:
        """What the log says an event about this proposal is about: its author's side alone is a party."""
        return Subject(
            "proposal",
            self.id,
            procurement=self.opportunity.ocid,
            person_id=self.author_id,
            organization_id=self.organization_id,
        )


class SealedFile(Keyed, Row, Base):
    """A file of a proposal: its bytes lie sealed in the file store; name and type are in the sealed content."""

    __tablename__ = "sealed_file"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    stored_as: Mapped[str]
    added_at: Mapped[datetime]
    proposal: Mapped[Proposal] = relationship(back_populates="files")


class Submission(Keyed, Row, Base):
    """One receipt: when a version of a proposal was received and the salted digest of what it held."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    received_at: Mapped[datetime]
    edition: Mapped[int]
    digest: Mapped[str]
    sealed_salt: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    receipt: Mapped[str] = mapped_column(server_default="")
    proposal: Mapped[Proposal] = relationship(back_populates="submissions")
    by: Mapped[User] = relationship()


class TermsOnProposal(Row, Base):
    """Which versions of terms and eligibility its author accepted with a submission."""

    __tablename__ = "terms_on_proposal"
    __table_args__ = (UniqueConstraint("submission_id", "terms_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms.id"))
