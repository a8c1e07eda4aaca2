"""which unit's key signed a sealed ballot

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ballot", sa.Column("unit", sa.String(length=60), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ballot") as table:
        table.drop_column("unit")
