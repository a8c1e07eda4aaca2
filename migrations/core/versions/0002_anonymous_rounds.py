"""labels of anonymous rounds, what a round's bookkeeping adds up to, published receipts

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON_DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = "label IN ('confidential','named')"
AFTER = "label IN ('anonymous_trustee','anonymous','confidential','named')"


def upgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.drop_constraint(op.f("ck_round_label"), type_="check")
        table.create_check_constraint(op.f("ck_round_label"), AFTER)
        table.add_column(sa.Column("counts", JSON_DATA, nullable=False, server_default="{}"))
    with op.batch_alter_table("round") as table:
        table.alter_column("counts", server_default=None)
    op.create_table(
        "receipt",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_receipt_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "code", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    open_rounds = sa.text(
        "SELECT count(*) FROM round WHERE label LIKE 'anonymous%' AND state <> 'closed'"
    )
    if op.get_bind().execute(open_rounds).scalar():
        raise RuntimeError("An anonymous survey is open. Close it: its promise cannot be lowered.")
    op.drop_table("receipt")
    # The older schema knows one label for staff surveys.
    op.execute("UPDATE round SET label = 'confidential' WHERE label LIKE 'anonymous%'")
    with op.batch_alter_table("round") as table:
        table.drop_column("counts")
        table.drop_constraint(op.f("ck_round_label"), type_="check")
        table.create_check_constraint(op.f("ck_round_label"), BEFORE)
