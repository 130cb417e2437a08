"""What commands were asked with, and what came of them besides their state."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; commands of before have no row in it."""
    op.create_table(
        "command_detail",
        sa.Column("command", sa.String(64), primary_key=True),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("attachment", sa.JSON),
    )
