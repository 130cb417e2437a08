"""Claims in the database: each makes one device one kiosk, once, in time. Only a hash of its token is kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select, update

from fleet.protocol.topics import check_name
from fleet.server.errors import FleetError
from fleet.server.identity.tables import claim

ClaimState = Literal["open", "used", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as operators see it; times in milliseconds."""

    kiosk: str
    state: ClaimState
    created_at: int
    expires_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class UsedClaim:
    """A claim that this device has used before: what it got is given to it again."""

    kiosk: str
    serial: str


def hash_token(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def create(tx: Connection, kiosk: str, now: int, lifetime_ms: int) -> str:
    """Make a claim for ``kiosk``; the earlier ones that nobody used end. Returns its token, which is nowhere else."""
    revoke(tx, check_name(kiosk), now)
    token = secrets.token_urlsafe(32)
    tx.execute(
        claim.insert().values(
            token_sha256=hash_token(token), kiosk=kiosk, created_at=now, expires_at=now + lifetime_ms
        )
    )
    return token


def revoke(tx: Connection, kiosk: str, now: int) -> int:
    """End the claims of a kiosk that nobody has used; how many there were."""
    open_ones = claim.c.kiosk == kiosk, claim.c.used_at.is_(None), claim.c.revoked_at.is_(None)
    return tx.execute(
        update(claim).where(*open_ones, claim.c.expires_at > now).values(revoked_at=now)
    ).rowcount


def kiosk_of(tx: Connection, token: str, key_sha256: str, now: int) -> str | UsedClaim:
    """The kiosk that an open claim stands for, or what was given for it, when the same key asks once more.

    Raises FleetError ``claim.unknown``, ``claim.expired``, ``claim.revoked`` or ``claim.used``.
    """
    wanted = hash_token(token)
    row = tx.execute(select(claim).where(claim.c.token_sha256 == wanted)).first()
    if row is None or not hmac.compare_digest(row.token_sha256, wanted):
        raise FleetError("claim.unknown", "a claim that was never made here")
    if row.revoked_at is not None:
        raise FleetError("claim.revoked", f"a claim for {row.kiosk} that was withdrawn")
    if now >= row.expires_at:
        raise FleetError("claim.expired", f"a claim for {row.kiosk} that is past its time")
    if row.used_at is None:
        return row.kiosk
    if not hmac.compare_digest(row.key_sha256, key_sha256):
        raise FleetError("claim.used", f"a claim for {row.kiosk} that another device has used")
    return UsedClaim(row.kiosk, row.serial)


def use(tx: Connection, token: str, key_sha256: str, serial: str, now: int) -> None:
    """Use an open claim up. Of two that try at once, one gets FleetError ``claim.used``."""
    wanted = (
        claim.c.token_sha256 == hash_token(token),
        claim.c.used_at.is_(None),
        claim.c.revoked_at.is_(None),
    )
    done = tx.execute(update(claim).where(*wanted).values(used_at=now, key_sha256=key_sha256, serial=serial))
    if done.rowcount != 1:
        raise FleetError("claim.used", "a claim that another device has used a moment ago")


def views(tx: Connection, now: int) -> list[ClaimView]:
    """All claims, the newest first."""
    rows = tx.execute(select(claim).order_by(claim.c.created_at.desc(), claim.c.token_sha256))
    return [
        ClaimView(
            row.kiosk,
            _state(row.revoked_at, row.used_at, row.expires_at, now),
            row.created_at,
            row.expires_at,
            row.used_at,
        )
        for row in rows
    ]


def _state(revoked_at: int | None, used_at: int | None, expires_at: int, now: int) -> ClaimState:
    if used_at is not None:
        return "used"
    if revoked_at is not None:
        return "revoked"
    return "expired" if now >= expires_at else "open"
