"""themes that people change, and jobs that people cancel

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON_DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = "state IN ('waiting','running','done','failed')"
AFTER = "state IN ('waiting','running','done','failed','cancelling','cancelled')"


def upgrade() -> None:
    _sets()
    _parts()
    _decisions()
    _matches()
    with op.batch_alter_table("job") as table:
        table.drop_constraint(op.f("ck_job_state"), type_="check")
        table.create_check_constraint(op.f("ck_job_state"), AFTER)
        table.add_column(sa.Column("by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_job_by_id_user"), "user", ["by_id"], ["id"])


def _sets() -> None:
    op.create_table(
        "theme_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=32), nullable=False),
        sa.Column("run", JSON_DATA, nullable=False),
        sa.CheckConstraint(
            "state IN ('open','draft','frozen','list')", name=op.f("ck_theme_set_state")
        ),
        sa.CheckConstraint("role IN ('problem','keep')", name=op.f("ck_theme_set_role")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_theme_set_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_set")),
        sa.UniqueConstraint(
            "assessment_id",
            "source",
            "role",
            "language",
            name=op.f("uq_theme_set_assessment_id_source_role_language"),
        ),
    )


def _parts() -> None:
    op.create_table(
        "theme_part",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "part IN ('base','facts','start','proposal','before','learned')",
            name=op.f("ck_theme_part_part"),
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["theme_set.id"], name=op.f("fk_theme_part_set_id_theme_set")
        ),
        sa.PrimaryKeyConstraint("set_id", "part", name=op.f("pk_theme_part")),
    )


def _decisions() -> None:
    op.create_table(
        "theme_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", JSON_DATA, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "state IN ('done','undone','settled')", name=op.f("ck_theme_decision_state")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["theme_set.id"], name=op.f("fk_theme_decision_set_id_theme_set")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_theme_decision_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_decision")),
        sa.UniqueConstraint("set_id", "number", name=op.f("uq_theme_decision_set_id_number")),
    )


def _matches() -> None:
    op.create_table(
        "theme_match",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("other", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["theme_set.id"], name=op.f("fk_theme_match_set_id_theme_set")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_theme_match_by_id_user")),
        sa.PrimaryKeyConstraint("set_id", "theme", "source", name=op.f("pk_theme_match")),
    )


def downgrade() -> None:
    op.execute("UPDATE job SET state = 'failed' WHERE state IN ('cancelling','cancelled')")
    with op.batch_alter_table("job") as table:
        table.drop_constraint(op.f("fk_job_by_id_user"), type_="foreignkey")
        table.drop_column("by_id")
        table.drop_constraint(op.f("ck_job_state"), type_="check")
        table.create_check_constraint(op.f("ck_job_state"), BEFORE)
    # The themes stay as they were released; an older version sorts anew.
    for name in ("theme_match", "theme_decision", "theme_part", "theme_set"):
        op.drop_table(name)
