"""Releases in batches."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "release_batch",
        sa.Column("department_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("by_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_release_batch_by_id_user")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_release_batch_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_batch")),
        sa.UniqueConstraint("department_id", "number", name=op.f("uq_release_batch_department_id_number")),
        sa.UniqueConstraint("key", name=op.f("uq_release_batch_key")),
    )
    op.create_table(
        "batch_line",
        sa.Column("batch_id", _number(), nullable=False),
        sa.Column("milestone_id", _number(), nullable=False),
        sa.Column("attempt_id", _number(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.CheckConstraint("(attempt_id is null) = (refused_because <> '')", name=op.f("ck_batch_line_outcome")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_batch_line_attempt_id_payment_attempt")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["release_batch.id"], name=op.f("fk_batch_line_batch_id_release_batch")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_batch_line_milestone_id_milestone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_line")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_batch_line_attempt_id")),
        sa.UniqueConstraint("batch_id", "milestone_id", name=op.f("uq_batch_line_batch_id_milestone_id")),
    )
    with op.batch_alter_table("batch_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_line_milestone_id"), ["milestone_id"], unique=False)


def downgrade() -> None:
    """Change them back."""
    op.drop_table("batch_line")
    op.drop_table("release_batch")
