"""Evaluation by stages: rounds, consensus, recusals, invitations, prizes, explanations, debriefs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "meeting",
        sa.Column("evaluation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_meeting_by_id_user")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_meeting_evaluation_id_evaluation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_evaluation", ["evaluation_id", "round", "id"], unique=False)

    op.create_table(
        "prize",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_prize_amount")),
        sa.CheckConstraint("place >= 1", name=op.f("ck_prize_place")),
        sa.ForeignKeyConstraint(["plan_id"], ["evaluation_plan.id"], name=op.f("fk_prize_plan_id_evaluation_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize")),
        sa.UniqueConstraint("plan_id", "place", name=op.f("uq_prize_plan_id_place")),
    )
    op.create_table(
        "debrief_question",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by_id is null)", name=op.f("ck_debrief_question_answered")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_debrief_question_answered_by_id_user")),
        sa.ForeignKeyConstraint(["asker_id"], ["user.id"], name=op.f("fk_debrief_question_asker_id_user")),
        sa.ForeignKeyConstraint(
            ["proponent_id"], ["proponent.id"], name=op.f("fk_debrief_question_proponent_id_proponent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_question")),
        sa.UniqueConstraint("key", name=op.f("uq_debrief_question_key")),
    )
    with op.batch_alter_table("debrief_question", schema=None) as batch_op:
        batch_op.create_index("ix_debrief_question_proponent", ["proponent_id", "id"], unique=False)

    op.create_table(
        "explanation",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(answered_at is null) = (answered_by_id is null)", name=op.f("ck_explanation_answered")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_explanation_answered_by_id_user")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_explanation_asked_by_id_user")),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_explanation_proponent_id_proponent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
    )
    with op.batch_alter_table("explanation", schema=None) as batch_op:
        batch_op.create_index("ix_explanation_proponent", ["proponent_id"], unique=True)

    op.create_table(
        "invitation",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_invitation_by_id_user")),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_invitation_proponent_id_proponent")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_invitation_stage_id_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "proponent_id", "stage_id", "revision", name=op.f("uq_invitation_proponent_id_stage_id_revision")
        ),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invitation_standing",
            ["proponent_id", "stage_id"],
            unique=True,
            sqlite_where=sa.text("not superseded"),
            postgresql_where=sa.text("not superseded"),
        )

    op.create_table(
        "meeting_attendee",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_attendee_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_meeting_attendee_user_id_user")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_meeting_attendee")),
    )
    op.create_table(
        "recusal",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_recusal_proponent_id_proponent")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recusal_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("proponent_id", "user_id", name=op.f("uq_recusal_proponent_id_user_id")),
    )
    op.create_table(
        "agreement",
        sa.Column("proponent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("outside_reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seconded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(points is null) <> (passed is null)", name=op.f("ck_agreement_one_judgement")),
        sa.CheckConstraint("(second_id is null) = (seconded_at is null)", name=op.f("ck_agreement_seconded")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_agreement_points")),
        sa.CheckConstraint("second_id is null or second_id <> by_id", name=op.f("ck_agreement_second")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_agreement_by_id_user")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_agreement_criterion_id_criterion")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agreement_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["proponent_id"], ["proponent.id"], name=op.f("fk_agreement_proponent_id_proponent")),
        sa.ForeignKeyConstraint(["second_id"], ["user.id"], name=op.f("fk_agreement_second_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint(
            "proponent_id", "criterion_id", "revision", name=op.f("uq_agreement_proponent_id_criterion_id_revision")
        ),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_criterion_id"), ["criterion_id"], unique=False)
        batch_op.create_index(
            "ix_agreement_standing",
            ["proponent_id", "criterion_id"],
            unique=True,
            sqlite_where=sa.text("not superseded"),
            postgresql_where=sa.text("not superseded"),
        )

    op.create_table(
        "wording",
        sa.Column("score_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(score_id is null) <> (agreement_id is null)", name=op.f("ck_wording_one_rationale")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_wording_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_wording_by_id_user")),
        sa.ForeignKeyConstraint(["score_id"], ["score.id"], name=op.f("fk_wording_score_id_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.create_index(
            "ix_wording_agreement",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("not superseded"),
            postgresql_where=sa.text("not superseded"),
        )
        batch_op.create_index(
            "ix_wording_score",
            ["score_id"],
            unique=True,
            sqlite_where=sa.text("not superseded"),
            postgresql_where=sa.text("not superseded"),
        )

    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1")
        )
        batch_op.add_column(
            sa.Column(
                "winners", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1"
            )
        )
        batch_op.drop_index(batch_op.f("ix_award_one_live"), sqlite_where=sa.text("state in ('proposed', 'made')"))
        batch_op.create_index(
            "ix_award_one_live",
            ["opportunity_id", "place"],
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )
        batch_op.create_index(
            "ix_award_one_each",
            ["proponent_id"],
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )
        batch_op.create_check_constraint(op.f("ck_award_place"), "place between 1 and winners")

    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("screenings", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1")
        )
        batch_op.create_check_constraint(op.f("ck_evaluation_round"), "round >= 1")
        batch_op.drop_constraint(op.f("ck_evaluation_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_evaluation_state"), "state in ('opening', 'scoring', 'agreeing', 'locked', 'decided', 'ended')"
        )

    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("proponent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "rounds_passed",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="0",
            )
        )
        batch_op.create_check_constraint(op.f("ck_proponent_rounds_passed"), "rounds_passed >= 0")

    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.add_column(sa.Column("superseded", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE score SET superseded = true WHERE EXISTS (SELECT 1 FROM score AS later WHERE later.sheet_id ="
        " score.sheet_id AND later.criterion_id = score.criterion_id AND later.revision > score.revision)"
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(
            "ix_score_standing",
            ["sheet_id", "criterion_id"],
            unique=True,
            sqlite_where=sa.text("not superseded"),
            postgresql_where=sa.text("not superseded"),
        )

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1")
        )
        batch_op.drop_constraint(batch_op.f("uq_sheet_proponent_id_evaluator_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_sheet_proponent_id_evaluator_id_round"), ["proponent_id", "evaluator_id", "round"]
        )

    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_by", sa.Text(), nullable=False, server_default="mean"))
        batch_op.add_column(sa.Column("held_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("held_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reveals_names", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(op.f("ck_stage_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_stage_kind"), "kind in ('mandatory', 'rated', 'challenge', 'interview')"
        )
        batch_op.create_check_constraint(op.f("ck_stage_settled_by"), "settled_by in ('mean', 'consensus')")
        batch_op.create_check_constraint(op.f("ck_stage_top_n"), "top_n >= 1")
        batch_op.create_check_constraint(
            op.f("ck_stage_held"), "held_from is null or held_until is null or held_from <= held_until"
        )

    with op.batch_alter_table("evaluation_plan", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_evaluation_plan_winners"), "winners >= 1")


def downgrade() -> None:
    """Put the tables back as they were."""
    with op.batch_alter_table("evaluation_plan", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_evaluation_plan_winners"), type_="check")

    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_stage_held"), type_="check")
        batch_op.drop_constraint(op.f("ck_stage_top_n"), type_="check")
        batch_op.drop_constraint(op.f("ck_stage_settled_by"), type_="check")
        batch_op.drop_constraint(op.f("ck_stage_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_stage_kind"), "kind in ('mandatory', 'rated', 'challenge', 'interview', 'price')"
        )
        batch_op.drop_column("reveals_names")
        batch_op.drop_column("held_until")
        batch_op.drop_column("held_from")
        batch_op.drop_column("settled_by")

    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_sheet_proponent_id_evaluator_id_round"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_sheet_proponent_id_evaluator_id"), ["proponent_id", "evaluator_id"]
        )
        batch_op.drop_column("round")

    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_score_standing", sqlite_where=sa.text("not superseded"), postgresql_where=sa.text("not superseded")
        )
        batch_op.drop_column("superseded")

    with op.batch_alter_table("proponent", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_proponent_rounds_passed"), type_="check")
        batch_op.drop_column("rounds_passed")

    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_column("reminded_at")

    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_column("screenings")
        batch_op.drop_constraint(op.f("ck_evaluation_round"), type_="check")
        batch_op.drop_constraint(op.f("ck_evaluation_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_evaluation_state"), "state in ('opening', 'scoring', 'locked', 'decided', 'ended')"
        )
        batch_op.drop_column("round")

    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_award_place"), type_="check")
        batch_op.drop_index(
            "ix_award_one_each",
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )
        batch_op.drop_index(
            "ix_award_one_live",
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )
        batch_op.create_index(
            batch_op.f("ix_award_one_live"),
            ["opportunity_id"],
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'made')"),
            postgresql_where=sa.text("state in ('proposed', 'made')"),
        )
        batch_op.drop_column("winners")
        batch_op.drop_column("place")

    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_wording_score", sqlite_where=sa.text("not superseded"), postgresql_where=sa.text("not superseded")
        )
        batch_op.drop_index(
            "ix_wording_agreement", sqlite_where=sa.text("not superseded"), postgresql_where=sa.text("not superseded")
        )

    op.drop_table("wording")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_agreement_standing", sqlite_where=sa.text("not superseded"), postgresql_where=sa.text("not superseded")
        )
        batch_op.drop_index(batch_op.f("ix_agreement_criterion_id"))

    op.drop_table("agreement")
    op.drop_table("recusal")
    op.drop_table("meeting_attendee")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_invitation_standing", sqlite_where=sa.text("not superseded"), postgresql_where=sa.text("not superseded")
        )

    op.drop_table("invitation")
    with op.batch_alter_table("explanation", schema=None) as batch_op:
        batch_op.drop_index("ix_explanation_proponent")

    op.drop_table("explanation")
    with op.batch_alter_table("debrief_question", schema=None) as batch_op:
        batch_op.drop_index("ix_debrief_question_proponent")

    op.drop_table("debrief_question")
    op.drop_table("prize")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_evaluation")

    op.drop_table("meeting")
