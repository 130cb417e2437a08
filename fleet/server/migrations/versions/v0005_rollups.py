"""Counts by the hour of records that are too old to be kept one by one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_LATENCIES = ("endpoint_ms", "recognise_ms", "understand_ms", "caption_ms", "first_audio_ms")


def upgrade() -> None:
    """Make the table."""
    latencies = [
        column
        for name in _LATENCIES
        for column in (
            sa.Column(f"{name}_count", sa.BigInteger, nullable=False),
            sa.Column(f"{name}_sum", sa.Double, nullable=False),
        )
    ]
    op.create_table(
        "rollup",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("hour", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.String(80), primary_key=True),
        sa.Column("matter", sa.String(80), primary_key=True),
        sa.Column("act", sa.String(16), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        *latencies,
    )
