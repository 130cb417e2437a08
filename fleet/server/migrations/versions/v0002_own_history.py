"""The schema's version is kept by its history now, no longer in a table of our own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop the table, where there is one: a new database never had it."""
    if sa.inspect(op.get_bind()).has_table("meta"):
        op.drop_table("meta")
