"""Releases by hand stand in the dissemination log

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("disseminations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=10), server_default="pull", nullable=False))
        batch_op.add_column(sa.Column("record_id", sa.String(length=44), server_default="", nullable=False))
        batch_op.add_column(sa.Column("number", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("operator", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("statement", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("jws", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_disseminations_record", ["record_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("disseminations", schema=None) as batch_op:
        batch_op.drop_index("ix_disseminations_record")
        for column in ("jws", "statement", "operator", "reason", "number", "record_id", "channel"):
            batch_op.drop_column(column)
