"""A sensor that feels people: PIR (warmth that moves) or mmWave radar, one output pin, read ten times a second."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from hardware.errors import HardwareError

if TYPE_CHECKING:
    from gpiozero.pins import Factory

_LOOK_S = 0.1
_STOP_S = 2.0


class Pin(Protocol):
    """A pin of the board that is read."""

    @property
    def is_active(self) -> bool:
        """Whether the sensor feels somebody now."""
        ...

    def close(self) -> None:
        """Let the pin go; safe to call twice."""
        ...


def open_pin(number: int, *, active_low: bool = False, factory: Factory | None = None) -> Pin:
    """The sensor's pin, by its BCM number, pulled to where nobody is felt so that a broken wire is no person.

    ``factory`` stands in for the board's own pins. Raises HardwareError.
    """
    from gpiozero import DigitalInputDevice
    from gpiozero.exc import GPIOZeroError

    try:
        return DigitalInputDevice(number, pull_up=active_low, pin_factory=factory or _board())
    except GPIOZeroError as error:
        raise HardwareError(
            "proximity.pin", f"pin {number} cannot be read ({error}): check proximity.pin, a BCM number"
        ) from error


def _board() -> Factory:
    os.environ.setdefault(
        "LG_WD", tempfile.gettempdir()
    )  # lgpio keeps a pipe there, else where it was started
    try:
        from gpiozero.pins.lgpio import LGPIOFactory, lgpio
    except ImportError as error:
        raise HardwareError(
            "proximity.no_pins", f"lgpio is not here ({error}): run pip install 'yingbin[kiosk]' again"
        ) from error
    from gpiozero.exc import GPIOZeroError

    try:
        return LGPIOFactory()
    except GPIOZeroError as error:
        raise HardwareError(
            "proximity.no_pins",
            f"this board's pins are not known ({error}): a sensor needs a Raspberry Pi; use a camera instead",
        ) from error
    except lgpio.error as error:
        raise HardwareError(
            "proximity.no_access",
            f"the board's pins cannot be opened ({error}): sudo usermod -aG gpio $USER, then log in again",
        ) from error


class ProximitySensor:
    """Reads the pin in a thread of its own and calls ``felt(at, active)`` after each look, ``at`` monotonic.

    When the pin can be read no longer it calls ``lost(reason)`` and ends.
    """

    def __init__(
        self,
        pin: Callable[[], Pin],
        felt: Callable[[float, bool], None],
        lost: Callable[[str], None],
        look_s: float = _LOOK_S,
    ) -> None:
        self._open = pin
        self._felt = felt
        self._lost = lost
        self._look_s = look_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the pin and begin. Raises HardwareError."""
        if self._thread is not None:
            return
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, args=(self._open(),), name="proximity", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, which lets the pin go."""
        self._stopped.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_STOP_S)

    def _run(self, pin: Pin) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    active = pin.is_active
                except Exception as error:  # noqa: BLE001  each pin library has errors of its own
                    self._lost(f"the sensor's pin cannot be read any more ({error}): check its wire")
                    return
                self._felt(time.monotonic(), active)
                self._stopped.wait(self._look_s)
        finally:
            pin.close()
