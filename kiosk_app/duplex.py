"""Whether the kiosk may be interrupted by voice: what the doctor measured, kept, and used while it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from hardware.sound_server import sound_server
from kiosk_app.config import KioskConfig
from voice.echo import EchoFigures
from voice.overhearing import Echo

REQUIRED_LOSS_DB = 25.0
"""Below it the kiosk's own voice is as loud at the microphone as a citizen's (docs/measurements/interruption.md)."""

USUAL_DELAY_S = 0.1
VALID_FOR = timedelta(days=180)
"""Furniture moves, covers get dusty, volume knobs are turned."""

_FILE = "echo.json"


class Measured(BaseModel):
    """One echo measurement and the devices it holds for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal[1] = 1
    measured_at: datetime
    microphone: str
    loudspeaker: str
    loss_db: float
    at_least: bool
    delay_ms: float | None
    noise_dbfs: float
    full_duplex: bool


def suffices(figures: EchoFigures) -> bool:
    """Whether a kiosk with this echo can tell a citizen from itself.

    An echo that is not found at all proves nothing: the loudspeaker may have been off.
    """
    return figures.delay_s is not None and figures.loss_db >= REQUIRED_LOSS_DB


def keep(figures: EchoFigures, config: KioskConfig, now: datetime | None = None) -> Measured:
    """Write the measurement down, whole or not at all. Raises OSError."""
    microphone, loudspeaker = devices(config)
    measured = Measured(
        measured_at=now or datetime.now(UTC),
        microphone=microphone,
        loudspeaker=loudspeaker,
        loss_db=round(figures.loss_db, 1),
        at_least=figures.at_least,
        delay_ms=None if figures.delay_s is None else round(figures.delay_s * 1000),
        noise_dbfs=round(figures.noise_dbfs, 1),
        full_duplex=suffices(figures),
    )
    path = config.home / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(measured.model_dump_json(indent=2) + "\n", encoding="utf-8")
    new.replace(path)
    return measured


def kept(home: Path) -> Measured | None:
    """What was measured last; None without it, or when the file is none of ours."""
    try:
        return Measured.model_validate_json((home / _FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        return None


def devices(config: KioskConfig) -> tuple[str, str]:
    """The microphone and the loudspeaker in use, by the names that change when they are exchanged."""
    server = sound_server() if not (config.microphone.device and config.speaker.device) else None
    return (
        config.microphone.device or (server.microphone if server else "default"),
        config.speaker.device or (server.loudspeaker if server else "default"),
    )


def duplex_of(config: KioskConfig, now: datetime | None = None) -> Measured | None:
    """The measurement on which the kiosk may be interrupted by voice; None when it may not.

    ``auto`` needs one that suffices, for these devices, not older than VALID_FOR nor of the future. ``full`` takes
    the latest whatever it says, or the least that is required.
    """
    wanted = config.microphone.duplex
    if wanted == "half" or "none" in (config.microphone.backend, config.speaker.backend):
        return None
    measured, today = kept(config.home), now or datetime.now(UTC)
    if wanted == "full":
        return measured or Measured(
            measured_at=today,
            microphone="",
            loudspeaker="",
            loss_db=REQUIRED_LOSS_DB,
            at_least=False,
            delay_ms=None,
            noise_dbfs=0.0,
            full_duplex=True,
        )
    if measured is None or not measured.full_duplex:
        return None
    age = today - measured.measured_at.astimezone(UTC)
    current = timedelta(0) <= age <= VALID_FOR
    return measured if current and (measured.microphone, measured.loudspeaker) == devices(config) else None


def echo_of(measured: Measured | None, loudest: Callable[[float, float], float]) -> Echo | None:
    """What the ears have to know of it; ``loudest`` as in ``Echo``."""
    if measured is None:
        return None
    delay_s = USUAL_DELAY_S if measured.delay_ms is None else measured.delay_ms / 1000
    return Echo(loudest, measured.loss_db, delay_s)
