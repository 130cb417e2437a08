"""Whether the broker is there, is the centre's and takes this kiosk: a TLS connection is opened and closed again."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

from cryptography import x509

from fleet.device.errors import IdentityError
from fleet.device.identity import Identity, IdentityFiles
from fleet.device.tls import explain, make_context
from hardware.doctor import Finding
from kiosk_app.config import KioskConfig
from kiosk_app.identity import linked_identity

TIMEOUT_S = 3.0
_ALERT_S = 0.5
_SOON = timedelta(days=60)
_AGAIN = "have a claim made (kiosk-fleet claim create) and run: kiosk provision --claim FILE"


def reach(files: IdentityFiles, timeout_s: float = TIMEOUT_S, alert_s: float = 0.0) -> float:
    """Milliseconds until the broker took the connection. Raises IdentityError, OSError.

    With TLS 1.3 the broker's opinion of our certificate comes after the handshake; ``alert_s`` waits for a refusal.
    """
    identity = files.identity()
    context = make_context(files)
    began = time.perf_counter()
    address = (identity.broker_host, identity.broker_port)
    with (
        socket.create_connection(address, timeout=timeout_s) as raw,
        context.wrap_socket(raw, server_hostname=identity.broker_host) as connection,
    ):
        milliseconds = (time.perf_counter() - began) * 1000
        if alert_s:
            connection.settimeout(alert_s)
            with contextlib.suppress(TimeoutError):
                connection.recv(1)
        return milliseconds


def why_not(error: OSError | IdentityError, where: str) -> str:
    """A connection that failed, for technicians."""
    if isinstance(error, IdentityError):
        return error.message
    return explain(error, where) if isinstance(error, ssl.SSLError) else f"{where}: {error.strerror or error}"


def check_broker(config: KioskConfig) -> Finding:
    """The doctor's check."""
    if not config.fleet.enabled:
        return Finding("skip", "the link is turned off, so the kiosk works alone")
    files = linked_identity(config)
    if files is None:
        return Finding("skip", "the kiosk works alone; kiosk provision makes it one of a centre")
    try:
        identity, certificate = files.identity(), files.read_certificate()
    except IdentityError as error:
        return Finding("fail", error.message, _AGAIN)
    return _connection(files, identity) or _certificate(identity, certificate)


def _connection(files: IdentityFiles, identity: Identity) -> Finding | None:
    where = _where(identity)
    try:
        reach(files, alert_s=_ALERT_S)
    except (IdentityError, ssl.SSLError) as error:
        return Finding("fail", why_not(error, where), _AGAIN)
    except OSError as error:
        return Finding(
            "warn",
            why_not(error, where),
            "start the broker, or see to the network; the kiosk serves meanwhile and keeps its telemetry",
        )
    return None


def _certificate(identity: Identity, certificate: x509.Certificate) -> Finding:
    now, until = _now(), certificate.not_valid_after_utc
    if now < certificate.not_valid_before_utc:
        return Finding(
            "warn",
            f"connected, but this device's clock ({now:%Y-%m-%d}) is before its certificate was made",
            "set the clock: timedatectl set-ntp true",
        )
    figure = f"{_where(identity)} as {identity.kiosk}, certificate until {until:%Y-%m-%d}"
    if until - now < _SOON:
        return Finding("warn", figure, f"see that {identity.url} can be reached: the kiosk renews it there")
    return Finding("ok", figure)


def _now() -> datetime:
    return datetime.now(UTC)


def _where(identity: Identity) -> str:
    return f"{identity.broker_host}:{identity.broker_port}"
