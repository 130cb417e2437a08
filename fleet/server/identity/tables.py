"""The tables of claims and certificates. Times are wall-clock milliseconds since 1970 (UTC)."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from fleet.server.tables import metadata

claim = Table(
    "claim",
    metadata,
    Column("token_sha256", String(64), primary_key=True),  # the token itself is kept nowhere
    Column("kiosk", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("used_at", BigInteger),
    Column("key_sha256", String(64)),  # of the device that used it: it alone may ask again
    Column("serial", String(40)),
    Index("claim_kiosk", "kiosk"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("serial", String(40), primary_key=True),  # hexadecimal; up to 159 bits
    Column("kiosk", String(32), nullable=False),
    Column("key_sha256", String(64), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("pem", Text, nullable=False),
    Index("certificate_kiosk", "kiosk"),
)
