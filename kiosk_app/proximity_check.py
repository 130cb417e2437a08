"""The doctor's look at the sensor that feels people."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

from hardware.doctor import Finding
from hardware.errors import HardwareError
from hardware.proximity import Pin, open_pin
from kiosk_app.config import KioskConfig, ProximityConfig

_LOOKS, _LOOK_S = 40, 0.05
_FLICKERS = 6
"""More changes in two seconds than any sensor's pulses have."""


def check_proximity(
    config: KioskConfig, pin_of: Callable[[ProximityConfig], Pin] | None = None, look_s: float = _LOOK_S
) -> Finding:
    """Whether the pin can be read, and what it says for two seconds."""
    sensor = config.proximity
    if sensor.sensor == "none":
        return Finding("skip", "off by configuration")
    try:
        pin = (pin_of or pin_for)(sensor)
    except HardwareError as error:
        return Finding("fail", str(error), "correct [proximity], or set sensor to none and use a camera")
    looks: list[bool] = []
    try:
        for _ in range(_LOOKS):
            looks.append(pin.is_active)
            time.sleep(look_s)
    finally:
        pin.close()
    changes = sum(before != after for before, after in pairwise(looks))
    figure = f"{sensor.sensor} on pin {sensor.pin}: somebody in {sum(looks)} of {_LOOKS} looks"
    if changes > _FLICKERS:
        return Finding(
            "fail", f"{figure}, {changes} changes", "its wire is loose, or the sensor has no 5 V: check both"
        )
    if all(looks):
        return Finding(
            "warn",
            figure,
            "step out of its sight and run this again; if it stays, change proximity.active_low",
        )
    return Finding(
        "ok", f"{figure}; walk up and run it again to see it feel you" if not any(looks) else figure
    )


def pin_for(config: ProximityConfig) -> Pin:
    """The pin that the configuration names. Raises HardwareError."""
    return open_pin(config.pin, active_low=config.active_low)
