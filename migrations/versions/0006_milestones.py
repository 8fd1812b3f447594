"""Milestones deepened: evidence looked up, comments, reminders, parts accepted."""

import json
import re
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMED = re.compile(
    r"/([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})/(?:"
    r"(?P<pull_request>pull)/(\d{1,9})|(?P<commit>commit)/([0-9a-f]{7,64})|"
    r"(?P<release>releases)/tag/([A-Za-z0-9._+-]{1,200})|(?P<issue>issues)/(\d{1,9}))/?"
)
"""What kept links are carried over as things that GitHub can be asked about."""


def upgrade() -> None:
    """Change the tables; links given as evidence become rows of their own."""
    op.create_table(
        "github_notice",
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_github_notice")),
        sa.UniqueConstraint("delivery", name=op.f("uq_github_notice_delivery")),
    )
    op.create_table(
        "milestone_comment",
        sa.Column("milestone_id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.CheckConstraint("side in ('supplier', 'department')", name=op.f("ck_milestone_comment_side")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_milestone_comment_by_id_user")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_comment_milestone_id_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_comment")),
        sa.UniqueConstraint("key", name=op.f("uq_milestone_comment_key")),
    )
    op.create_index("ix_milestone_comment_milestone", "milestone_comment", ["milestone_id", "id"])
    op.create_table(
        "reminder",
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.CheckConstraint("kind in ('answer', 'pay', 'late')", name=op.f("ck_reminder_kind")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_reminder_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("delivery_id", "kind", name=op.f("uq_reminder_delivery_id_kind")),
    )
    op.create_table(
        "evidence",
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.CheckConstraint("(standing = 'unchecked') = (checked_at is null)", name=op.f("ck_evidence_checked")),
        sa.CheckConstraint(
            "kind in ('pull_request', 'commit', 'release', 'issue', 'link')", name=op.f("ck_evidence_kind")
        ),
        sa.CheckConstraint("standing in ('unchecked', 'found', 'missing')", name=op.f("ck_evidence_standing")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_evidence_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("delivery_id", "position", name=op.f("uq_evidence_delivery_id_position")),
    )
    op.create_index("ix_evidence_due", "evidence", ["due_at"])
    op.create_index("ix_evidence_names", "evidence", ["repository", "kind", "reference"])
    _carry_links_over()
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whole_invoice", sa.JSON(), nullable=True))
        batch_op.drop_column("evidence")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.add_column(sa.Column("split_from_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("missing", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_milestone_split_from_id_milestone"), "milestone", ["split_from_id"], ["id"]
        )


def _carry_links_over() -> None:
    delivery = sa.table(
        "delivery", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)), sa.column("evidence", sa.JSON())
    )
    evidence = sa.Table("evidence", sa.MetaData(), autoload_with=op.get_bind())
    for number, at, links in op.get_bind().execute(sa.select(delivery)).all():
        kept = json.loads(links) if isinstance(links, str) else links
        for position, link in enumerate(kept if isinstance(kept, list) else [], 1):
            row = {"delivery_id": number, "position": position, "url": link["url"], "kind": link["kind"]}
            op.get_bind().execute(evidence.insert(), {**row, **_named(link["url"], at)})


def _named(url: str, at: object) -> dict[str, object]:
    """Say what a link names at GitHub, due to be asked since its delivery; nothing for other links."""
    parts = urlsplit(url)
    rest = {"standing": "unchecked", "outcome": "", "title": "", "person": "", "tries": 0}
    found = NAMED.fullmatch(parts.path)
    if found is None:
        return {**rest, "host": "", "repository": "", "reference": "", "due_at": None}
    reference = next(one for one in (found[3], found[5], found[7], found[9]) if one)
    named = {"host": parts.netloc.lower(), "repository": found[1].lower(), "reference": reference}
    kind = next(name for name, value in found.groupdict().items() if value)
    return {**rest, **named, "kind": kind, "due_at": at}


def downgrade() -> None:
    """Change them back; links return to their delivery, what GitHub said of them is lost."""
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_milestone_split_from_id_milestone"), type_="foreignkey")
        batch_op.drop_column("missing")
        batch_op.drop_column("split_from_id")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.drop_column("whole_invoice")
    _carry_links_back()
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("evidence", server_default=None)
    op.drop_table("evidence")
    op.drop_table("reminder")
    op.drop_table("milestone_comment")
    op.drop_table("github_notice")


def _carry_links_back() -> None:
    delivery = sa.table("delivery", sa.column("id"), sa.column("evidence", sa.JSON()))
    evidence = sa.table("evidence", *(sa.column(name) for name in ("delivery_id", "position", "kind", "url")))
    links: dict[int, list[dict[str, str]]] = {}
    for number, _position, kind, url in op.get_bind().execute(
        sa.select(evidence).order_by(evidence.c.delivery_id, evidence.c.position)
    ):
        links.setdefault(number, []).append({"kind": "link" if kind == "issue" else kind, "url": url})
    for number, kept in links.items():
        op.get_bind().execute(delivery.update().where(delivery.c.id == number).values(evidence=kept))
