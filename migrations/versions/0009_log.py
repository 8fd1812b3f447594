"""The audit log, verifiable: its tree, its heads, the keys that sign them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_leaf", "log_node", "log_head")
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tree's tables; nothing in them is ever changed."""
    op.create_table(
        "signature_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_signature_key_public_key")),
    )
    op.create_table(
        "log_leaf",
        sa.Column("number", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("event_id", IDENTIFIER, nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_log_leaf_event_id")),
    )
    op.create_table(
        "log_node",
        sa.Column("level", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("place", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_head",
        sa.Column("size", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_head")),
    )
    with op.batch_alter_table("submission") as batch_op:
        batch_op.add_column(sa.Column("receipt", sa.Text(), server_default="", nullable=False))
    guard()


def guard() -> None:
    """Refuse every change of the tree, as of the log."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_refuses_{act} before {act} on {table} "
                    f"begin select raise(abort, 'the audit log is append-only'); end"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_refuses_change before update or delete on {table} "
            f"for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_refuses_truncate before truncate on {table} "
            f"for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    """Take the tables away, and their guards with them."""
    with op.batch_alter_table("submission") as batch_op:
        batch_op.drop_column("receipt")
    for table in (*APPEND_ONLY, "signature_key"):
        op.drop_table(table)
