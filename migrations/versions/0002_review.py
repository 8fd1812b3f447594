"""Comments in review, publication at a chosen moment, how a payee's account stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("publisher_id", IDENTIFIER, nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_opportunity_planned"), "(publish_at is null) = (publisher_id is null)"
        )
        batch_op.create_foreign_key(op.f("fk_opportunity_publisher_id_user"), "user", ["publisher_id"], ["id"])
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snapshot", sa.JSON(), nullable=False, server_default="{}"))
    add_comments()
    say_how_accounts_stand()


def add_comments() -> None:
    """Make the table of comments."""
    op.create_table(
        "comment",
        sa.Column("opportunity_id", IDENTIFIER, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", IDENTIFIER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", IDENTIFIER, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.CheckConstraint("(settled_at is null) = (settled_by_id is null)", name=op.f("ck_comment_settled")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_comment_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_comment_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_comment_settled_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("key", name=op.f("uq_comment_key")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_opportunity_id"), ["opportunity_id"], unique=False)


def say_how_accounts_stand() -> None:
    """Replace ready or not by how an account stands."""
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standing", sa.Text(), nullable=False, server_default="incomplete"))
    op.execute("UPDATE payee_account SET standing = 'ready' WHERE ready")
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_payee_account_standing"), "standing in ('ready', 'incomplete', 'under_review', 'refused')"
        )
        batch_op.drop_column("ready")


def downgrade() -> None:
    """Put the tables back as they were."""
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ready", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE payee_account SET ready = (standing = 'ready')")
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_payee_account_standing"), type_="check")
        batch_op.drop_column("standing")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_opportunity_id"))
    op.drop_table("comment")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_column("snapshot")
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_opportunity_publisher_id_user"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_opportunity_planned"), type_="check")
        batch_op.drop_column("publisher_id")
        batch_op.drop_column("publish_at")
