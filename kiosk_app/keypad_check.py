"""The doctor's look at what blind visitors use: the numeric keypad and the headphone jack."""

from __future__ import annotations

from pathlib import Path

from hardware.doctor import Finding
from hardware.errors import HardwareError
from hardware.headphones import jacks_of, listed_sinks
from kiosk_app.config import KioskConfig

_BY_ID = Path("/dev/input/by-id")


def check_keypad(config: KioskConfig, by_id: Path = _BY_ID) -> Finding:
    """Whether a USB keyboard is plugged in, where one is to be."""
    if not config.keypad.enabled:
        return Finding("skip", "off by configuration")
    if config.screen.backend == "none":
        return Finding("warn", "there is no screen, and keys are read from its window", "set screen.backend")
    found = sorted(path.name for path in by_id.glob("usb-*-event-kbd")) if by_id.is_dir() else []
    if not found:
        return Finding("fail", "no USB keypad", "plug it in, and press a key: the kiosk says how to go on")
    return Finding("ok", ", ".join(found))


def check_headphones(config: KioskConfig, pactl: str = "pactl") -> Finding:
    """Whether a sound card feels its jack."""
    if not config.headphones.enabled:
        return Finding("skip", "off by configuration")
    try:
        jacks = jacks_of(listed_sinks(pactl))
    except HardwareError as error:
        return Finding(
            "fail", str(error), "correct it, or turn headphones off; a key of the keypad still works"
        )
    feeling = [jack for jack in jacks if jack.plugged is not None]
    if not feeling:
        what = ", ".join(jack.sink for jack in jacks) or "no sink has a port for headphones"
        return Finding(
            "warn",
            f"no jack tells whether something is plugged in: {what}",
            "use a sound card that feels its jack; a key of the keypad still begins the audio route",
        )
    return Finding(
        "ok", ", ".join(f"{jack.port}: {'plugged' if jack.plugged else 'empty'}" for jack in feeling)
    )
