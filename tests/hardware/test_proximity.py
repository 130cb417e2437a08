"""The sensor that feels people, on gpiozero's own model of a Raspberry Pi's pins."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.errors import HardwareError
from hardware.proximity import ProximitySensor, open_pin

PIN = 17
PATIENCE_S = 5.0


@pytest.fixture
def board() -> Iterator[MockFactory]:
    """Pins of a board."""
    factory = MockFactory()
    yield factory
    factory.close()


def test_a_pin_tells_whether_somebody_is_felt(board: MockFactory) -> None:
    pin = open_pin(PIN, factory=board)
    assert not pin.is_active
    board.pin(PIN).drive_high()
    assert pin.is_active
    pin.close()


def test_an_output_that_is_low_when_somebody_is_felt(board: MockFactory) -> None:
    pin = open_pin(PIN, active_low=True, factory=board)
    assert not pin.is_active, "an open wire is nobody"
    board.pin(PIN).drive_low()
    assert pin.is_active
    pin.close()


def test_a_pin_that_is_not_there_says_which(board: MockFactory) -> None:
    with pytest.raises(HardwareError, match="pin 99 cannot be read") as refused:
        open_pin(99, factory=board)
    assert refused.value.code == "proximity.pin"


def test_a_machine_without_such_pins_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lgpio")
    from gpiozero.exc import PinUnknownPi
    from gpiozero.pins import lgpio

    def unknown() -> None:
        raise PinUnknownPi("no revision")

    monkeypatch.setattr(lgpio, "LGPIOFactory", unknown)
    with pytest.raises(HardwareError, match="use a camera instead"):
        open_pin(PIN)


def test_the_sensor_is_read_again_and_again_until_it_is_stopped(board: MockFactory) -> None:
    felt: queue.Queue[bool] = queue.Queue()
    sensor = ProximitySensor(
        lambda: open_pin(PIN, factory=board), lambda at, active: felt.put(active), pytest.fail, look_s=0.005
    )
    sensor.start()
    sensor.start()  # once is enough
    assert not felt.get(timeout=PATIENCE_S)
    board.pin(PIN).drive_high()
    while not felt.get(timeout=PATIENCE_S):
        pass
    sensor.stop()
    sensor.stop()
    open_pin(PIN, factory=board).close()  # it was let go


def test_a_sensor_that_cannot_be_opened_does_not_start() -> None:
    def none() -> None:
        raise HardwareError("proximity.no_pins", "no pins here")

    with pytest.raises(HardwareError, match="no pins here"):
        ProximitySensor(none, lambda at, active: None, pytest.fail).start()  # type: ignore[arg-type]


def test_a_pin_that_fails_is_told_and_let_go() -> None:
    class Broken:
        closed = False

        @property
        def is_active(self) -> bool:
            raise OSError("bus error")

        def close(self) -> None:
            self.closed = True

    pin = Broken()
    lost: queue.Queue[str] = queue.Queue()
    sensor = ProximitySensor(lambda: pin, lambda at, active: None, lost.put)
    sensor.start()
    assert "bus error" in lost.get(timeout=PATIENCE_S)
    sensor.stop()
    assert pin.closed
