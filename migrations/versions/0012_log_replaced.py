"""Nothing in the log is replaced either: SQLite's `replace` deletes without asking the triggers of deletions."""

from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None

TAKEN = {
    "event": ("id = new.id",),
    "event_number": ("number = new.number", "event_id = new.event_id"),
    "log_leaf": ("number = new.number", "event_id = new.event_id"),
    "log_node": ("level = new.level and place = new.place",),
    "log_head": ("size = new.size",),
}
"""By what a row of the log is there already: its primary key and its unique ones."""


def upgrade() -> None:
    """Refuse to insert over what is there; PostgreSQL knows no such way."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, keys in TAKEN.items():
        there = " or ".join(f"exists (select 1 from {table} where {key})" for key in keys)
        op.execute(
            f"create trigger {table}_refuses_replace before insert on {table} when {there} "
            f"begin select raise(abort, 'the audit log is append-only'); end"
        )


def downgrade() -> None:
    """Take these guards away."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TAKEN:
            op.execute(f"drop trigger {table}_refuses_replace")
