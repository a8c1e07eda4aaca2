"""what pages show of a set of themes

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON_DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    # Sets that are there already get their row with the next change; until then pages work it out.
    op.create_table(
        "theme_shown",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("totals", JSON_DATA, nullable=False),
        sa.Column("themes", JSON_DATA, nullable=False),
        sa.Column("of", sa.String(length=64), nullable=False),
        sa.Column("curated", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["theme_set.id"], name=op.f("fk_theme_shown_set_id_theme_set")
        ),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_theme_shown")),
    )


def downgrade() -> None:
    op.drop_table("theme_shown")
