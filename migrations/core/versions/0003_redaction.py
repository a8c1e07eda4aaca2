"""comments of an anonymous round that wait for two readers

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON_DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "redaction",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("cell", JSON_DATA, nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','proposed','shown','dropped')", name=op.f("ck_redaction_state")
        ),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_redaction_two_people")),
        sa.CheckConstraint(
            "state <> 'shown' OR (first_id IS NOT NULL AND second_id IS NOT NULL)",
            name=op.f("ck_redaction_shown_by_two"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_redaction_release_id_release")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["user.id"], name=op.f("fk_redaction_first_id_user")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user.id"], name=op.f("fk_redaction_second_id_user")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_redaction")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_redaction_release_id"), "redaction", ["release_id"])


def downgrade() -> None:
    # What two people have not approved is not shown by an older version either: it goes.
    op.drop_index(op.f("ix_redaction_release_id"), table_name="redaction")
    op.drop_table("redaction")
