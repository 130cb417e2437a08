"""Targets of every kind instead of knowledge alone, out of the signed update repository.

What was published before is not signed for: it is remembered for its titles, and wished for no more; kiosks keep what
they have in use until a pack is published again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the new tables, move what was known of knowledge into them, and drop what it was in."""
    _make_tables()
    op.execute(
        "INSERT INTO target (path, kind, name, version, sha256, size, titles, added_at)"
        " SELECT 'knowledge/before-' || sha256, 'knowledge', pack, version, sha256, size, titles, added_at"
        " FROM artefact"
    )
    op.execute(
        "INSERT INTO outcome"
        " (kiosk, kind, result, reason, running_name, running_version, running_sha256)"
        " SELECT kiosk, 'knowledge', result, reason, running_pack, running_version, running_sha256 FROM reported"
    )
    with op.batch_alter_table("desired") as desired:
        desired.drop_column("sha256")
    with op.batch_alter_table("reported") as reported:
        for name in ("result", "reason", "pack", "version", "sha256", "settled"):
            reported.drop_column(name)
        for name in ("running_pack", "running_version", "running_sha256"):
            reported.drop_column(name)
    op.drop_table("artefact")


def _make_tables() -> None:
    op.create_table(
        "target",
        sa.Column("path", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("version", sa.String(128), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("titles", sa.JSON, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "wish",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("path", sa.String(200), nullable=False),
    )
    op.create_table(
        "outcome",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("result", sa.String(16)),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("running_name", sa.String(128)),
        sa.Column("running_version", sa.String(128)),
        sa.Column("running_sha256", sa.String(64)),
    )
    op.create_table(
        "job",
        sa.Column("kiosk", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
