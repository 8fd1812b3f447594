"""The exchange: people, opportunities, proposals, evaluations, contracts, subscriptions and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("event", "event_number")


def upgrade() -> None:
    """Make the tables, the database's clock and the log's guards."""
    create_tables()
    create_outbox()
    create_search()
    guard_log()


def create_tables() -> None:
    """Make every table, in the order of the layers."""
    op.create_table(
        "cursor",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursor")),
    )
    op.create_table(
        "department",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("abbreviation_en", sa.Text(), nullable=False),
        sa.Column("abbreviation_fr", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("procurement", sa.Text(), nullable=True),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("reveals", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("audience in ('public', 'opening', 'award', 'parties')", name=op.f("ck_event_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_action", ["action", "id"], unique=False)
        batch_op.create_index("ix_event_procurement", ["procurement", "id"], unique=False)
        batch_op.create_index("ix_event_subject", ["kind", "subject_id"], unique=False)

    op.create_table(
        "event_number",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_number")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_number_event_id")),
    )
    op.create_table(
        "organization",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("github_organization", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("key", name=op.f("uq_organization_key")),
    )
    op.create_table(
        "skill",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_code")),
    )
    op.create_table(
        "terms",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind in ('terms', 'privacy', 'eligibility')", name=op.f("ck_terms_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_terms_kind_number")),
    )
    op.create_table(
        "threshold",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold")),
        sa.UniqueConstraint("code", "from_on", name=op.f("uq_threshold_code_from_on")),
    )
    op.create_table(
        "user",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("language in ('en', 'fr')", name=op.f("ck_user_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("key", name=op.f("uq_user_key")),
    )
    op.create_table(
        "appointment",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("appointed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("delegated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lent", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(role = 'administrator') = (department_id is null)", name=op.f("ck_appointment_department")
        ),
        sa.CheckConstraint(
            "role in ('buyer', 'officer', 'finance', 'administrator')", name=op.f("ck_appointment_role")
        ),
        sa.CheckConstraint("ends_at is null or ends_at > starts_at", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["user.id"], name=op.f("fk_appointment_appointed_by_id_user")),
        sa.ForeignKeyConstraint(["delegated_by_id"], ["user.id"], name=op.f("fk_appointment_delegated_by_id_user")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_appointment_department_id_department")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_appointment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_department", ["department_id", "role"], unique=False)
        batch_op.create_index("ix_appointment_user", ["user_id", "role"], unique=False)

    op.create_table(
        "author_key",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(user_id is null) <> (organization_id is null)", name=op.f("ck_author_key_owner")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_author_key_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_author_key_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_key")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_author_key_organization_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_author_key_user_id")),
    )
    op.create_table(
        "department_domain",
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_department_domain_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_domain")),
        sa.UniqueConstraint("domain", name=op.f("uq_department_domain_domain")),
    )
    with op.batch_alter_table("department_domain", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_domain_department_id"), ["department_id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_user_id"), ["user_id"], unique=False)

    op.create_table(
        "email",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_email_identity_id_identity")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
        sa.UniqueConstraint("user_id", "address", name=op.f("uq_email_user_id_address")),
    )
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_address"), ["address"], unique=False)

    op.create_table(
        "kept_post",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_post")),
        sa.UniqueConstraint("name", name=op.f("uq_kept_post_name")),
    )
    with op.batch_alter_table("kept_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_post_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "membership",
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("role in ('owner', 'admin', 'member')", name=op.f("ck_membership_role")),
        sa.CheckConstraint(
            "state in ('invited', 'active', 'declined', 'left', 'removed')", name=op.f("ck_membership_state")
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name=op.f("fk_membership_invited_by_id_user")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_membership_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("key", name=op.f("uq_membership_key")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            "ix_membership_live",
            ["organization_id", "address"],
            unique=True,
            sqlite_where=sa.text("state in ('invited', 'active')"),
            postgresql_where=sa.text("state in ('invited', 'active')"),
        )
        batch_op.create_index("ix_membership_user", ["user_id", "state"], unique=False)

    op.create_table(
        "opportunity",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ocid", sa.Text(), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copied_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_fr", sa.Text(), nullable=False),
        sa.Column("problem_en", sa.Text(), nullable=False),
        sa.Column("problem_fr", sa.Text(), nullable=False),
        sa.Column("users_en", sa.Text(), nullable=False),
        sa.Column("users_fr", sa.Text(), nullable=False),
        sa.Column("deliverables_en", sa.Text(), nullable=False),
        sa.Column("deliverables_fr", sa.Text(), nullable=False),
        sa.Column("acceptance_en", sa.Text(), nullable=False),
        sa.Column("acceptance_fr", sa.Text(), nullable=False),
        sa.Column("additional_en", sa.Text(), nullable=False),
        sa.Column("additional_fr", sa.Text(), nullable=False),
        sa.Column("one_language_reason", sa.Text(), nullable=False),
        sa.Column("value_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taxes", sa.Text(), nullable=False),
        sa.Column("fund_code", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("place_en", sa.Text(), nullable=False),
        sa.Column("place_fr", sa.Text(), nullable=False),
        sa.Column("work_language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("refine_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refine_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questions_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("standstill_days", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("material_edition", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'review', 'approved', 'refine', 'open', 'closed', 'evaluation', 'awarded', 'completed', 'unsuccessful', 'cancelled')",
            name=op.f("ck_opportunity_state"),
        ),
        sa.CheckConstraint("taxes in ('', 'excluded', 'included')", name=op.f("ck_opportunity_taxes")),
        sa.CheckConstraint(
            "work_language in ('', 'en', 'fr', 'either', 'both')", name=op.f("ck_opportunity_work_language")
        ),
        sa.CheckConstraint("value_cents is null or value_cents > 0", name=op.f("ck_opportunity_value")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_opportunity_author_id_user")),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["opportunity.id"], name=op.f("fk_opportunity_copied_from_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_opportunity_department_id_department")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["user.id"], name=op.f("fk_opportunity_officer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
        sa.UniqueConstraint("number", name=op.f("uq_opportunity_number")),
        sa.UniqueConstraint("ocid", name=op.f("uq_opportunity_ocid")),
    )
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.create_index("ix_opportunity_closing", ["state", "closing_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_department", ["department_id", "state", "id"], unique=False)
        batch_op.create_index("ix_opportunity_newest", ["state", "published_at", "id"], unique=False)
        batch_op.create_index("ix_opportunity_value", ["state", "value_cents", "id"], unique=False)

    op.create_table(
        "payee_account",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(user_id is null) <> (organization_id is null)", name=op.f("ck_payee_account_owner")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_payee_account_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_payee_account_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_account")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_payee_account_organization_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_payee_account_user_id")),
    )
    op.create_table(
        "saved_search",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("frequency in ('instant', 'daily', 'weekly')", name=op.f("ck_saved_search_frequency")),
        sa.CheckConstraint("language in ('en', 'fr')", name=op.f("ck_saved_search_language")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("key", name=op.f("uq_saved_search_key")),
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index("ix_saved_search_address", ["address"], unique=False)
        batch_op.create_index("ix_saved_search_due", ["stopped_at", "confirmed_at", "frequency"], unique=False)

    op.create_table(
        "terms_acceptance",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_terms_acceptance_terms_id_terms")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_terms_acceptance_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_acceptance")),
        sa.UniqueConstraint("user_id", "terms_id", name=op.f("uq_terms_acceptance_user_id_terms_id")),
    )
    op.create_table(
        "user_skill",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("skill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_user_skill_skill_id_skill")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_skill_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "skill_id", name=op.f("pk_user_skill")),
    )
    op.create_table(
        "attachment",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_attachment_added_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_attachment_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("key", name=op.f("uq_attachment_key")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund_code", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_certificate_amount")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_certificate_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_certificate_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "declaration",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_declaration_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_declaration_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index("ix_declaration_opportunity", ["opportunity_id", "user_id", "id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_edition_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_edition_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("opportunity_id", "number", name=op.f("uq_edition_opportunity_id_number")),
    )
    op.create_table(
        "evaluation",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_opener_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_opener_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("award_draft", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('opening', 'scoring', 'locked', 'decided', 'ended')", name=op.f("ck_evaluation_state")
        ),
        sa.CheckConstraint("(second_opener_id is null) = (opened_at is null)", name=op.f("ck_evaluation_opened")),
        sa.CheckConstraint(
            "second_opener_id is null or second_opener_id <> first_opener_id",
            name=op.f("ck_evaluation_openers"),
        ),
        sa.ForeignKeyConstraint(["first_opener_id"], ["user.id"], name=op.f("fk_evaluation_first_opener_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_evaluation_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["second_opener_id"], ["user.id"], name=op.f("fk_evaluation_second_opener_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq_evaluation_opportunity_id")),
    )
    op.create_table(
        "evaluation_plan",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("award_by", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("price_weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("winners", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frozen_hash", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("award_by in ('rank', 'draw')", name=op.f("ck_evaluation_plan_award_by")),
        sa.CheckConstraint("formula in ('none', 'absolute', 'lowest')", name=op.f("ck_evaluation_plan_formula")),
        sa.CheckConstraint("price_weight between 0 and 100", name=op.f("ck_evaluation_plan_price_weight")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_evaluation_plan_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_plan")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq_evaluation_plan_opportunity_id")),
    )
    op.create_table(
        "opportunity_skill",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("skill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_opportunity_skill_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_opportunity_skill_skill_id_skill")),
        sa.PrimaryKeyConstraint("opportunity_id", "skill_id", name=op.f("pk_opportunity_skill")),
    )
    with op.batch_alter_table("opportunity_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunity_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "panel_member",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chairs", sa.Boolean(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('invited', 'accepted', 'declined', 'replaced', 'recused')",
            name=op.f("ck_panel_member_state"),
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name=op.f("fk_panel_member_invited_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_panel_member_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_panel_member_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint("key", name=op.f("uq_panel_member_key")),
    )
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_panel_member_live",
            ["opportunity_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("state in ('invited', 'accepted')"),
            postgresql_where=sa.text("state in ('invited', 'accepted')"),
        )
        batch_op.create_index(
            "ix_panel_member_one_chair",
            ["opportunity_id"],
            unique=True,
            sqlite_where=sa.text("chairs and state in ('invited', 'accepted')"),
            postgresql_where=sa.text("chairs and state in ('invited', 'accepted')"),
        )
        batch_op.create_index("ix_panel_member_user", ["user_id", "state"], unique=False)

    op.create_table(
        "planned_milestone",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("accepted_when_en", sa.Text(), nullable=False),
        sa.Column("accepted_when_fr", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents is null or amount_cents > 0", name=op.f("ck_planned_milestone_amount")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_planned_milestone_opportunity_id_opportunity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_milestone")),
        sa.UniqueConstraint("opportunity_id", "position", name=op.f("uq_planned_milestone_opportunity_id_position")),
    )
    op.create_table(
        "procurement_key",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_procurement_key_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procurement_key")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq_procurement_key_opportunity_id")),
    )
    op.create_table(
        "proposal",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("key_for_procurement", sa.LargeBinary(), nullable=False),
        sa.Column("key_for_author", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_edition", sa.Integer(), nullable=False),
        sa.Column("disqualified_because", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') or (submitted_at is not null)", name=op.f("ck_proposal_submitted")),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'withdrawn', 'lapsed', 'opened', 'disqualified', 'awarded', 'declined', 'not_awarded')",
            name=op.f("ck_proposal_state"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_proposal_author_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_proposal_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_proposal_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("key", name=op.f("uq_proposal_key")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_author", ["author_id", "state"], unique=False)
        batch_op.create_index(
            "ix_proposal_one_of_organization",
            ["opportunity_id", "organization_id"],
            unique=True,
            sqlite_where=sa.text("organization_id is not null"),
            postgresql_where=sa.text("organization_id is not null"),
        )
        batch_op.create_index(
            "ix_proposal_one_of_person",
            ["opportunity_id", "author_id"],
            unique=True,
            sqlite_where=sa.text("organization_id is null"),
            postgresql_where=sa.text("organization_id is null"),
        )
        batch_op.create_index("ix_proposal_opportunity", ["opportunity_id", "state"], unique=False)

    op.create_table(
        "question",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_en", sa.Text(), nullable=False),
        sa.Column("answer_fr", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(answered_at is null) = (answered_by_id is null)", name=op.f("ck_question_answered")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_question_answered_by_id_user")),
        sa.ForeignKeyConstraint(["asker_id"], ["user.id"], name=op.f("fk_question_asker_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_question_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("key", name=op.f("uq_question_key")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_opportunity", ["opportunity_id", "id"], unique=False)

    op.create_table(
        "review",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("decision in ('approved', 'changes')", name=op.f("ck_review_decision")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_review_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_review_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "watch",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("language in ('en', 'fr')", name=op.f("ck_watch_language")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_watch_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_watch_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("key", name=op.f("uq_watch_key")),
        sa.UniqueConstraint("opportunity_id", "address", name=op.f("uq_watch_opportunity_id_address")),
    )
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.create_index("ix_watch_user", ["user_id"], unique=False)

    op.create_table(
        "addendum",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_addendum_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_addendum_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("opportunity_id", "number", name=op.f("uq_addendum_opportunity_id_number")),
    )
    op.create_table(
        "proponent",
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_proponent_price")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_proponent_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proponent_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proponent")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_proponent_evaluation_id_number")),
        sa.UniqueConstraint("key", name=op.f("uq_proponent_key")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_proponent_proposal_id")),
    )
    op.create_table(
        "sealed_file",
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_sealed_file_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_file")),
        sa.UniqueConstraint("key", name=op.f("uq_sealed_file_key")),
    )
    with op.batch_alter_table("sealed_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_file_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "stage",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("top_n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "kind in ('mandatory', 'rated', 'challenge', 'interview', 'price')", name=op.f("ck_stage_kind")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["evaluation_plan.id"], name=op.f("fk_stage_plan_id_evaluation_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_stage_plan_id_position")),
    )
    op.create_table(
        "submission",
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sealed_salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_submission_by_id_user")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_submission_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("key", name=op.f("uq_submission_key")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_submission_proposal_id_number")),
    )
    op.create_table(
        "award",
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("departure_reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('proposed', 'made', 'declined', 'refused')", name=op.f("ck_award_state")),
        sa.CheckConstraint("second_officer_id is null or second_officer_id <> by_id", name=op.f("ck_award_second")),
        sa.CheckConstraint("value_cents > 0", name=op.f("ck_award_value")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_award_by_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_award_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_award_proponent_id_proponent")),
        sa.ForeignKeyConstraint(["second_officer_id"], ["user.id"], name=op.f("fk_award_second_officer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("key", name=op.f("uq_award_key")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(
            "ix_award_one_live",
            ["opportunity_id"],
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )

    op.create_table(
        "criterion",
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("earns_en", sa.Text(), nullable=False),
        sa.Column("earns_fr", sa.Text(), nullable=False),
        sa.Column("weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("max_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minimum", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("word_limit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("max_points between 1 and 1000", name=op.f("ck_criterion_max_points")),
        sa.CheckConstraint("weight between 0 and 100", name=op.f("ck_criterion_weight")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_criterion_stage_id_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("key", name=op.f("uq_criterion_key")),
        sa.UniqueConstraint("stage_id", "position", name=op.f("uq_criterion_stage_id_position")),
    )
    op.create_table(
        "sheet",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("evaluator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["evaluator_id"], ["user.id"], name=op.f("fk_sheet_evaluator_id_user")),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_sheet_proponent_id_proponent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("proponent_id", "evaluator_id", name=op.f("uq_sheet_proponent_id_evaluator_id")),
    )
    op.create_table(
        "terms_on_proposal",
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_terms_on_proposal_submission_id_submission")
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_terms_on_proposal_terms_id_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_on_proposal")),
        sa.UniqueConstraint("submission_id", "terms_id", name=op.f("uq_terms_on_proposal_submission_id_terms_id")),
    )
    op.create_table(
        "contract",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("value_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taxes", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("department_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("department_accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supplier_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplier_accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("final_report", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('proposed', 'active', 'completed', 'terminated', 'declined')",
            name=op.f("ck_contract_state"),
        ),
        sa.CheckConstraint("value_cents > 0", name=op.f("ck_contract_value")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contract_award_id_award")),
        sa.ForeignKeyConstraint(["buyer_id"], ["user.id"], name=op.f("fk_contract_buyer_id_user")),
        sa.ForeignKeyConstraint(
            ["department_accepted_by_id"],
            ["user.id"],
            name=op.f("fk_contract_department_accepted_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_contract_department_id_department")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["user.id"], name=op.f("fk_contract_officer_id_user")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_contract_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_contract_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_accepted_by_id"], ["user.id"], name=op.f("fk_contract_supplier_accepted_by_id_user")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["user.id"], name=op.f("fk_contract_supplier_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("award_id", name=op.f("uq_contract_award_id")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index("ix_contract_department", ["department_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index("ix_contract_supplier", ["supplier_id", "state"], unique=False)

    op.create_table(
        "score",
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(points is null) <> (passed is null)", name=op.f("ck_score_one_judgement")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_score_points")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_score_sheet_id_sheet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "sheet_id", "criterion_id", "revision", name=op.f("uq_score_sheet_id_criterion_id_revision")
        ),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_criterion_id"), ["criterion_id"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("change_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('proposed', 'accepted', 'declined')", name=op.f("ck_amendment_state")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_amendment_answered_by_id_user")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_amendment_by_id_user")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_amendment_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_amendment_contract_id_number")),
    )
    op.create_table(
        "milestone",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("accepted_when_en", sa.Text(), nullable=False),
        sa.Column("accepted_when_fr", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('planned', 'delivered', 'returned', 'accepted', 'released', 'paid', 'cancelled')",
            name=op.f("ck_milestone_state"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_milestone_amount")),
        sa.CheckConstraint(
            "released_by_id is null or released_by_id <> accepted_by_id",
            name=op.f("ck_milestone_separate_duties"),
        ),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["user.id"], name=op.f("fk_milestone_accepted_by_id_user")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_milestone_contract_id_contract")),
        sa.ForeignKeyConstraint(["released_by_id"], ["user.id"], name=op.f("fk_milestone_released_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("contract_id", "position", name=op.f("uq_milestone_contract_id_position")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index("ix_milestone_state", ["state", "contract_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("milestone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("invoice", sa.JSON(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(decision = '') = (decided_at is null)", name=op.f("ck_delivery_decided")),
        sa.CheckConstraint("decision in ('', 'accepted', 'returned')", name=op.f("ck_delivery_decision")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_delivery_by_id_user")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_delivery_decided_by_id_user")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_delivery_milestone_id_milestone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("milestone_id", "number", name=op.f("uq_delivery_milestone_id_number")),
    )
    op.create_table(
        "payment_attempt",
        sa.Column("milestone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("action_url", sa.Text(), nullable=False),
        sa.Column("ordered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('ordered', 'sent', 'processing', 'needs_action', 'settled', 'failed', 'refunded', 'disputed')",
            name=op.f("ck_payment_attempt_state"),
        ),
        sa.CheckConstraint("amount_cents > 0 and tax_cents >= 0", name=op.f("ck_payment_attempt_amounts")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_payment_attempt_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["user.id"], name=op.f("fk_payment_attempt_ordered_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_attempt_key")),
        sa.UniqueConstraint("milestone_id", "number", name=op.f("uq_payment_attempt_milestone_id_number")),
    )
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_payment_attempt_due", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "ix_payment_attempt_one",
            ["milestone_id"],
            unique=True,
            sqlite_where=sa.text("state in ('ordered', 'sent', 'processing', 'needs_action', 'settled')"),
            postgresql_where=sa.text("state in ('ordered', 'sent', 'processing', 'needs_action', 'settled')"),
        )

    op.create_table(
        "delivered_file",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivered_file_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivered_file")),
        sa.UniqueConstraint("key", name=op.f("uq_delivered_file_key")),
    )
    with op.batch_alter_table("delivered_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivered_file_delivery_id"), ["delivery_id"], unique=False)


def create_outbox() -> None:
    """Make the notifications that wait to be sent, and who asked not to hear."""
    op.create_table(
        "notification",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("stops", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("language in ('en', 'fr')", name=op.f("ck_notification_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("event_id", "address", "kind", name=op.f("uq_notification_event_id_address_kind")),
        sa.UniqueConstraint("key", name=op.f("uq_notification_key")),
    )
    op.create_index("ix_notification_address", "notification", ["address", "id"])
    op.create_index("ix_notification_due", "notification", ["sent_at", "failed_at", "withheld_at", "due_at"])
    op.create_index("ix_notification_recipient", "notification", ["recipient_id", "created_at", "id"])
    op.create_table(
        "match",
        sa.Column("saved_search_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_match_notification_id_notification")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_match_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["saved_search_id"], ["saved_search.id"], name=op.f("fk_match_saved_search_id_saved_search")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("saved_search_id", "opportunity_id", name=op.f("uq_match_saved_search_id_opportunity_id")),
    )
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.create_index("ix_match_untold", ["notification_id", "saved_search_id"], unique=False)
    op.create_table(
        "suppression",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("address", "kind", name=op.f("uq_suppression_address_kind")),
    )


def create_search() -> None:
    """Make the full-text index: rows are written by `app.core.search` alone."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("create virtual table search_document using fts5(words, tokenize = 'unicode61 remove_diacritics 2')")
        return
    op.execute("create table search_document (rowid bigint primary key, words tsvector not null)")
    op.execute("create index ix_search_document_words on search_document using gin (words)")


def guard_log() -> None:
    """Refuse every change of the audit log, and give PostgreSQL the clock that SQLite gets from the application."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_refuses_{act} before {act} on {table} "
                    f"begin select raise(abort, 'the audit log is append-only'); end"
                )
        return
    op.execute("create function devex_now() returns timestamptz language sql volatile as 'select clock_timestamp()'")
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'the audit log is append-only'; end $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_refuses_change before update or delete on {table} "
            f"for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_refuses_truncate before truncate on {table} "
            f"for each statement execute function refuse_change()"
        )


def unguard_log() -> None:
    """Take the guards and the clock away."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(f"drop trigger {table}_refuses_{act}")
        return
    for table in APPEND_ONLY:
        op.execute(f"drop trigger {table}_refuses_change on {table}")
        op.execute(f"drop trigger {table}_refuses_truncate on {table}")
    op.execute("drop function refuse_change()")
    op.execute("drop function devex_now()")


def downgrade() -> None:
    """Take everything away."""
    unguard_log()
    op.execute("drop table search_document")
    op.drop_table("suppression")
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.drop_index("ix_match_untold")

    op.drop_table("match")
    op.drop_table("notification")
    with op.batch_alter_table("delivered_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivered_file_delivery_id"))

    op.drop_table("delivered_file")
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_payment_attempt_one",
            sqlite_where=sa.text("state in ('ordered', 'sent', 'processing', 'needs_action', 'settled')"),
            postgresql_where=sa.text("state in ('ordered', 'sent', 'processing', 'needs_action', 'settled')"),
        )
        batch_op.drop_index("ix_payment_attempt_due")

    op.drop_table("payment_attempt")
    op.drop_table("delivery")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index("ix_milestone_state")

    op.drop_table("milestone")
    op.drop_table("amendment")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_criterion_id"))

    op.drop_table("score")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index("ix_contract_supplier")
        batch_op.drop_index(batch_op.f("ix_contract_opportunity_id"))
        batch_op.drop_index("ix_contract_department")

    op.drop_table("contract")
    op.drop_table("terms_on_proposal")
    op.drop_table("sheet")
    op.drop_table("criterion")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_award_one_live",
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )

    op.drop_table("award")
    op.drop_table("submission")
    op.drop_table("stage")
    with op.batch_alter_table("sealed_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_file_proposal_id"))

    op.drop_table("sealed_file")
    op.drop_table("proponent")
    op.drop_table("addendum")
    with op.batch_alter_table("watch", schema=None) as batch_op:
        batch_op.drop_index("ix_watch_user")

    op.drop_table("watch")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_opportunity_id"))

    op.drop_table("review")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index("ix_question_opportunity")

    op.drop_table("question")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_opportunity")
        batch_op.drop_index(
            "ix_proposal_one_of_person",
            sqlite_where=sa.text("organization_id is null"),
            postgresql_where=sa.text("organization_id is null"),
        )
        batch_op.drop_index(
            "ix_proposal_one_of_organization",
            sqlite_where=sa.text("organization_id is not null"),
            postgresql_where=sa.text("organization_id is not null"),
        )
        batch_op.drop_index("ix_proposal_author")

    op.drop_table("proposal")
    op.drop_table("procurement_key")
    op.drop_table("planned_milestone")
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_index("ix_panel_member_user")
        batch_op.drop_index(
            "ix_panel_member_one_chair",
            sqlite_where=sa.text("chairs and state in ('invited', 'accepted')"),
            postgresql_where=sa.text("chairs and state in ('invited', 'accepted')"),
        )
        batch_op.drop_index(
            "ix_panel_member_live",
            sqlite_where=sa.text("state in ('invited', 'accepted')"),
            postgresql_where=sa.text("state in ('invited', 'accepted')"),
        )

    op.drop_table("panel_member")
    with op.batch_alter_table("opportunity_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunity_skill_skill_id"))

    op.drop_table("opportunity_skill")
    op.drop_table("evaluation_plan")
    op.drop_table("evaluation")
    op.drop_table("edition")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index("ix_declaration_opportunity")

    op.drop_table("declaration")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_opportunity_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_opportunity_id"))

    op.drop_table("attachment")
    op.drop_table("user_skill")
    op.drop_table("terms_acceptance")
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_search_due")
        batch_op.drop_index("ix_saved_search_address")

    op.drop_table("saved_search")
    op.drop_table("payee_account")
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_index("ix_opportunity_value")
        batch_op.drop_index("ix_opportunity_newest")
        batch_op.drop_index("ix_opportunity_department")
        batch_op.drop_index("ix_opportunity_closing")

    op.drop_table("opportunity")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_user")
        batch_op.drop_index(
            "ix_membership_live",
            sqlite_where=sa.text("state in ('invited', 'active')"),
            postgresql_where=sa.text("state in ('invited', 'active')"),
        )

    op.drop_table("membership")
    with op.batch_alter_table("kept_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_post_expires_at"))

    op.drop_table("kept_post")
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_address"))

    op.drop_table("email")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_user_id"))

    op.drop_table("identity")
    with op.batch_alter_table("department_domain", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_domain_department_id"))

    op.drop_table("department_domain")
    op.drop_table("author_key")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_user")
        batch_op.drop_index("ix_appointment_department")

    op.drop_table("appointment")
    op.drop_table("user")
    op.drop_table("threshold")
    op.drop_table("terms")
    op.drop_table("skill")
    op.drop_table("organization")
    op.drop_table("event_number")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.drop_index("ix_event_procurement")
        batch_op.drop_index("ix_event_action")

    op.drop_table("event")
    op.drop_table("department")
    op.drop_table("cursor")
