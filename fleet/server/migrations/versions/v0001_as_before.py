"""The tables as they were before the schema had a history.

A database from that time is only marked with this revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_kiosks()
    _make_records()
    _make_requests()
    _make_knowledge()


def _make_kiosks() -> None:
    op.create_table(
        "kiosk",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger),
        sa.Column("boot", sa.String(64)),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("clock_skew_ms", sa.BigInteger),
        sa.Column("depth", sa.BigInteger, nullable=False),
        sa.Column("dropped", sa.BigInteger, nullable=False),
        sa.Column("lost", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("refusal", sa.String(500), nullable=False),
    )
    op.create_table(
        "boot",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("boot", sa.String(64), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "returned",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "presence",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("conn", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )


def _make_records() -> None:
    op.create_table(
        "record",
        sa.Column("id", _BIG_KEY, primary_key=True),
        sa.Column("kiosk", sa.String(32), nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.String(2), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("visit", sa.String(64)),
        sa.Column("matter", sa.String(80)),
        sa.Column("act", sa.String(16)),
        sa.Column("data", sa.JSON, nullable=False),
        sa.UniqueConstraint("kiosk", "boot", "seq", name="record_once"),
    )
    op.create_index("record_kind_at", "record", ["kind", "at"])
    op.create_index("record_visit", "record", ["kiosk", "boot", "visit"])
    op.create_table(
        "stream",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("boot", sa.String(64), primary_key=True),
        sa.Column("lane", sa.String(2), primary_key=True),
        sa.Column("acked", sa.BigInteger, nullable=False),
    )


def _make_requests() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("kiosk", sa.String(32), nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("handover", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(16), nullable=False),
        sa.Column("matters", sa.JSON, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("command", sa.String(64)),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("handover_state", "handover", ["state", "at"])
    op.create_table(
        "command",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kiosk", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("exp", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "queues",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("queues", sa.JSON, nullable=False),
    )
    op.create_table(
        "queue_call",
        sa.Column("command", sa.String(64), primary_key=True),
        sa.Column("queue", sa.String(80), nullable=False),
        sa.Column("window", sa.String(10), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _make_knowledge() -> None:
    op.create_table(
        "artefact",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("pack", sa.String(128), nullable=False),
        sa.Column("version", sa.String(128), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("titles", sa.JSON, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "desired",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reported",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("result", sa.String(16)),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("pack", sa.String(128)),
        sa.Column("version", sa.String(128)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("running_pack", sa.String(128)),
        sa.Column("running_version", sa.String(128)),
        sa.Column("running_sha256", sa.String(64)),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
