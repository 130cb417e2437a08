"""Several workers beside each other: presence of each boot, a leader's lease, spans of records behind a gap."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the tables; who was on or doubted is to say so again, who was off stays off."""
    op.create_table(
        "presence_of_boots",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("boot", sa.String(64), primary_key=True),
        sa.Column("conn", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO presence_of_boots (kiosk, boot, conn, state, run, since) "
        "SELECT presence.kiosk, coalesce(kiosk.boot, ''), 0, "
        "CASE presence.state WHEN 'off' THEN 'off' ELSE 'on' END, '', presence.since "
        "FROM presence LEFT JOIN kiosk ON kiosk.id = presence.kiosk"
    )
    op.drop_table("presence")
    op.rename_table("presence_of_boots", "presence")
    op.create_table(
        "lease",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("term", sa.BigInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
    )
    now = str(int(time.time() * 1000))
    op.add_column("stream", sa.Column("ahead", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("stream", sa.Column("moved_at", sa.BigInteger, nullable=False, server_default=now))
    op.create_index("stream_moved", "stream", ["moved_at"])
