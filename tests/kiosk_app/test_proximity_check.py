"""The doctor's look at the sensor."""

from __future__ import annotations

from itertools import cycle

import pytest

from hardware.doctor import Finding
from hardware.errors import HardwareError
from hardware.proximity import Pin
from kiosk_app.config import KioskConfig, ProximityConfig
from kiosk_app.proximity_check import check_proximity

CONFIG = KioskConfig(proximity=ProximityConfig(sensor="mmwave", pin=4))


class Played:
    """A pin that says what it was told to, over and over."""

    def __init__(self, *says: bool) -> None:
        self._says = cycle(says)

    @property
    def is_active(self) -> bool:
        return next(self._says)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("says", "state", "words"),
    [
        ((False,), "ok", "walk up and run it again"),
        ((True, *[False] * 39), "ok", "mmwave on pin 4: somebody in 1 of 40 looks"),
        ((True,), "warn", "40 of 40"),
        ((True, False), "fail", "39 changes"),
    ],
)
def test_what_the_sensor_says_is_told(says: tuple[bool, ...], state: str, words: str) -> None:
    finding = check_proximity(CONFIG, lambda config: Played(*says), look_s=0.0)
    assert finding.state == state and words in finding.figure
    assert finding.fix or state == "ok"


def test_a_kiosk_without_a_sensor_skips_it() -> None:
    assert check_proximity(KioskConfig()) == Finding("skip", "off by configuration")


def test_a_board_without_pins_fails_with_its_fix() -> None:
    def none(config: ProximityConfig) -> Pin:
        raise HardwareError("proximity.no_pins", "no pins here")

    assert check_proximity(CONFIG, none) == Finding(
        "fail", "no pins here", "correct [proximity], or set sensor to none and use a camera"
    )
