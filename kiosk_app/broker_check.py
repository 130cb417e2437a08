"""Whether the broker can be reached: a connection is opened and closed again."""

from __future__ import annotations

import socket
import time

from hardware.doctor import Finding
from kiosk_app.config import FleetConfig

TIMEOUT_S = 3.0


def reach(host: str, port: int, timeout_s: float = TIMEOUT_S) -> float:
    """Milliseconds until the broker took the connection. Raises OSError."""
    began = time.perf_counter()
    with socket.create_connection((host, port), timeout=timeout_s):
        return (time.perf_counter() - began) * 1000


def check_broker(fleet: FleetConfig) -> Finding:
    """The doctor's check."""
    if not fleet.enabled:
        return Finding("skip", "the kiosk works alone")
    try:
        milliseconds = reach(fleet.host, fleet.port)
    except OSError as error:
        return Finding(
            "warn",
            f"{fleet.host}:{fleet.port}: {error.strerror or error}",
            "start the broker or correct [fleet]; the kiosk serves meanwhile and keeps its telemetry",
        )
    return Finding("ok", f"{fleet.host}:{fleet.port} in {milliseconds:.0f} ms")
