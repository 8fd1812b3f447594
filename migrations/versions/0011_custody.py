"""Keys in custody, split among named people."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Begin without any custody: what there is stays under the platform's key."""
    _custody()
    _custodians()
    with op.batch_alter_table("procurement_key") as table:
        table.add_column(sa.Column("custody_id", IDENTIFIER, nullable=True))
        table.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_procurement_key_custody_id_custody"), "custody", ["custody_id"], ["id"])
    _shares()


def _custody() -> None:
    op.create_table(
        "custody",
        sa.Column("department_id", IDENTIFIER, nullable=False),
        sa.Column("threshold", IDENTIFIER, nullable=False),
        sa.Column("by_id", IDENTIFIER, nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recovery_public", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('named', 'in_force', 'ended')", name=op.f("ck_custody_state")),
        sa.CheckConstraint("threshold >= 2 and threshold <= 7", name=op.f("ck_custody_threshold")),
        sa.CheckConstraint(
            "(state = 'named') or (began_at is not null) or (ended_at is not null)", name=op.f("ck_custody_began")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_custody_by_id_user")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_custody_department_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
        sa.UniqueConstraint("key", name=op.f("uq_custody_key")),
    )
    for state in ("named", "in_force"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_custody_{state}", "custody", ["department_id"], unique=True,
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip


def _custodians() -> None:
    op.create_table(
        "custodian",
        sa.Column("custody_id", IDENTIFIER, nullable=False),
        sa.Column("user_id", IDENTIFIER, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("opslimit", sa.Integer(), nullable=False),
        sa.Column("memlimit", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.ForeignKeyConstraint(["custody_id"], ["custody.id"], name=op.f("fk_custodian_custody_id_custody")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_custodian_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custodian")),
        sa.UniqueConstraint("custody_id", "user_id", name=op.f("uq_custodian_custody_id_user_id")),
        sa.UniqueConstraint("key", name=op.f("uq_custodian_key")),
    )
    op.create_index(op.f("ix_custodian_user_id"), "custodian", ["user_id"])


def _shares() -> None:
    op.create_table(
        "key_share",
        sa.Column("procurement_key_id", IDENTIFIER, nullable=False),
        sa.Column("custodian_id", IDENTIFIER, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_given", sa.LargeBinary(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.ForeignKeyConstraint(["custodian_id"], ["custodian.id"], name=op.f("fk_key_share_custodian_id_custodian")),
        sa.ForeignKeyConstraint(
            ["procurement_key_id"], ["procurement_key.id"], name=op.f("fk_key_share_procurement_key_id_procurement_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_share")),
        sa.UniqueConstraint("key", name=op.f("uq_key_share_key")),
    )
    op.create_index(op.f("ix_key_share_procurement_key_id"), "key_share", ["procurement_key_id"])


def downgrade() -> None:
    """Give custody up; what lies in custody could then never be opened, so there must be none."""
    waiting = sa.text("select count(*) from procurement_key where custody_id is not null and wrapped_private_key = :no")
    if op.get_bind().scalar(waiting, {"no": b""}):
        msg = "Procurements wait in custody: open them first."
        raise RuntimeError(msg)
    op.drop_table("key_share")
    with op.batch_alter_table("procurement_key") as table:
        table.drop_constraint(op.f("fk_procurement_key_custody_id_custody"), type_="foreignkey")
        table.drop_column("asked_at")
        table.drop_column("custody_id")
    op.drop_table("custodian")
    op.drop_table("custody")
