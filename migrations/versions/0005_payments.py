"""Payments through a provider that moves money: how a department pays, notices, refunds, reconciliations."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNDER_WAY = "state in ('ordered', 'sent', 'processing', 'needs_action', 'settled')"
WITH_DISPUTES = "state in ('ordered', 'sent', 'processing', 'needs_action', 'settled', 'disputed')"


def upgrade() -> None:
    """Change the tables."""
    create_payers()
    create_books()


def downgrade() -> None:
    """Change them back."""
    drop_books()
    drop_payers()


def create_books() -> None:
    """Make the provider's notices, refunds and reconciliations; a disputed payment stands in the way of another."""
    op.create_table(
        "provider_notice",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("attempt_key", sa.Text(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.CheckConstraint("(handled_at is null) = (outcome = '')", name=op.f("ck_provider_notice_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_notice")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_provider_notice_provider_event_id")),
    )
    op.create_index("ix_provider_notice_due", "provider_notice", ["handled_at", "due_at"])
    op.create_table(
        "refund",
        sa.Column("attempt_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("amount_cents", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("ordered_by_id", NUMBER, nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('ordered', 'sent', 'processing', 'settled', 'failed')", name=op.f("ck_refund_state")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempt.id"], name=op.f("fk_refund_attempt_id_payment_attempt")
        ),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["user.id"], name=op.f("fk_refund_ordered_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_refund_attempt_id_number")),
    )
    going = sa.text("state <> 'failed'")
    op.create_index("ix_refund_one", "refund", ["attempt_id"], unique=True, sqlite_where=going, postgresql_where=going)
    op.create_index("ix_refund_due", "refund", ["state", "due_at"])
    op.create_table(
        "reconciliation",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("compared", NUMBER, nullable=False),
        sa.Column("open", NUMBER, nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_index("ix_reconciliation_provider", "reconciliation", ["provider", "id"])
    op.add_column("payment_attempt", sa.Column("disputed_at", MOMENT, nullable=True))
    op.add_column("payment_attempt", sa.Column("refunded_at", MOMENT, nullable=True))
    one_at_a_time(WITH_DISPUTES)


def one_at_a_time(condition: str) -> None:
    """Let one attempt in these states stand for each milestone."""
    where = sa.text(condition)
    op.drop_index("ix_payment_attempt_one", "payment_attempt")
    op.create_index(
        "ix_payment_attempt_one",
        "payment_attempt",
        ["milestone_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def drop_books() -> None:
    """Take them away again."""
    one_at_a_time(UNDER_WAY)
    op.drop_column("payment_attempt", "refunded_at")
    op.drop_column("payment_attempt", "disputed_at")
    for table in ("reconciliation", "refund", "provider_notice"):
        op.drop_table(table)


def create_payers() -> None:
    """Say how a department pays, and what each attempt names of it."""
    op.create_table(
        "payer",
        sa.Column("department_id", NUMBER, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("on_page", sa.Boolean(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=True),
        sa.Column("saved_by_id", NUMBER, nullable=True),
        sa.Column("id", NUMBER, nullable=False),
        sa.CheckConstraint("(saved_at is null) = (saved_by_id is null)", name=op.f("ck_payer_saved")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_payer_department_id_department")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user.id"], name=op.f("fk_payer_saved_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer")),
        sa.UniqueConstraint("department_id", name=op.f("uq_payer_department_id")),
    )
    with op.batch_alter_table("payment_attempt") as batch:
        batch.add_column(sa.Column("payer", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("method", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("fee_cents", NUMBER, nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_payment_attempt_fee"), "fee_cents >= 0 and fee_cents < amount_cents")


def drop_payers() -> None:
    """Forget it again."""
    with op.batch_alter_table("payment_attempt") as batch:
        batch.drop_constraint(op.f("ck_payment_attempt_fee"), type_="check")
        batch.drop_column("fee_cents")
        batch.drop_column("method")
        batch.drop_column("payer")
    op.drop_table("payer")
