"""Claims and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "claim",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("kiosk", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("key_sha256", sa.String(64)),
        sa.Column("serial", sa.String(40)),
    )
    op.create_index("claim_kiosk", "claim", ["kiosk"])
    op.create_table(
        "certificate",
        sa.Column("serial", sa.String(40), primary_key=True),
        sa.Column("kiosk", sa.String(32), nullable=False),
        sa.Column("key_sha256", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("pem", sa.Text, nullable=False),
    )
    op.create_index("certificate_kiosk", "certificate", ["kiosk"])
