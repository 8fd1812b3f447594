"""Who people are: staff providers, sessions kept here."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Keep sessions here; whoever was signed in signs in again."""
    op.create_table(
        "person_session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", IDENTIFIER, nullable=False),
        sa.Column("identity_id", IDENTIFIER, nullable=True),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renew", sa.Boolean(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_person_session_identity_id_identity")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_person_session_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_person_session_digest")),
        sa.UniqueConstraint("key", name=op.f("uq_person_session_key")),
    )
    for column in ("user_id", "identity_id", "ends_at"):
        op.create_index(op.f(f"ix_person_session_{column}"), "person_session", [column])


def downgrade() -> None:
    """Sign everybody out, and keep no sessions."""
    op.drop_table("person_session")
