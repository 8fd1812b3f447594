"""Contracts deepened: kept acceptances, terms, further certificates, handovers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("threshold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks_en", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asks_fr", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("terms_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("text_hash", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("uncertified_cents", _number(), nullable=False, server_default="0"))
    _make_consent()
    _make_amendment_draft()
    _make_further_certificate()
    _make_handover()


def _make_consent() -> None:
    op.create_table(
        "consent",
        sa.Column("contract_id", _number(), nullable=False),
        sa.Column("amendment_id", _number(), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("by_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.CheckConstraint("side in ('supplier', 'department')", name=op.f("ck_consent_side")),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"], name=op.f("fk_consent_amendment_id_amendment")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_consent_by_id_user")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_consent_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("amendment_id", "side", name=op.f("uq_consent_amendment_id_side")),
    )
    alone = sa.text("amendment_id is null")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(
            "ix_consent_contract",
            ["contract_id", "side"],
            unique=True,
            sqlite_where=alone,
            postgresql_where=alone,
        )


def _make_amendment_draft() -> None:
    op.create_table(
        "amendment_draft",
        sa.Column("contract_id", _number(), nullable=False),
        sa.Column("by_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_amendment_draft_by_id_user")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_amendment_draft_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_draft")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_amendment_draft_contract_id")),
    )


def _make_further_certificate() -> None:
    op.create_table(
        "further_certificate",
        sa.Column("amendment_id", _number(), nullable=False),
        sa.Column("amount_cents", _number(), nullable=False),
        sa.Column("fund_code", sa.Text(), nullable=False),
        sa.Column("by_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_further_certificate_amount")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name=op.f("fk_further_certificate_amendment_id_amendment")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_further_certificate_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_certificate")),
    )
    with op.batch_alter_table("further_certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_further_certificate_amendment_id"), ["amendment_id"], unique=False)


def _make_handover() -> None:
    op.create_table(
        "handover",
        sa.Column("contract_id", _number(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_id", _number(), nullable=False),
        sa.Column("to_id", _number(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", _number(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _number(), nullable=False),
        sa.CheckConstraint("role in ('buyer', 'officer')", name=op.f("ck_handover_role")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handover_people")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_handover_by_id_user")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_handover_contract_id_contract")),
        sa.ForeignKeyConstraint(["from_id"], ["user.id"], name=op.f("fk_handover_from_id_user")),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk_handover_to_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_contract_id"), ["contract_id"], unique=False)


def downgrade() -> None:
    """Change them back."""
    for table in ("handover", "further_certificate", "amendment_draft", "consent"):
        op.drop_table(table)
    for table, columns in (
        ("amendment", ("text", "text_hash", "uncertified_cents")),
        ("contract", ("terms_version", "text")),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
    with op.batch_alter_table("threshold", schema=None) as batch_op:
        for column in ("asks_en", "asks_fr"):
            batch_op.drop_column(column)
