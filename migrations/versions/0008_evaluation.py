"""Evaluation: prizes that are withheld, and the language of an award's reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "withheld_prize",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_withheld_prize_place")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_withheld_prize_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_withheld_prize_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_prize")),
    )
    op.create_index(
        "ix_withheld_prize_standing", "withheld_prize", ["opportunity_id", "place"], unique=True,
        sqlite_where=sa.text("not taken_back"), postgresql_where=sa.text("not taken_back"),
    )  # fmt: skip
    with op.batch_alter_table("award") as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("award") as batch:
        batch.drop_column("language")
    op.drop_index("ix_withheld_prize_standing", "withheld_prize")
    op.drop_table("withheld_prize")
