"""The door: silent without a PIN, locked when in doubt, and never in the caller's thread."""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path

import pytest

from kiosk_app.events import Event, PinAccepted, PinPadOffered, PinRefused
from kiosk_app.session import CheckPin
from kiosk_app.staff.door import LOCKOUT_FILE, PIN_FILE, Door
from kiosk_app.staff.events import PinEntered
from kiosk_app.staff.lockout import FREE_TRIES
from kiosk_app.staff.pin import PinFile

PIN = "482915"


class House:
    """A door, and what it answers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.threads: set[str] = set()
        self.answers: queue.Queue[Event] = queue.Queue()
        self.door = Door.of(home, None, self._post)

    def _post(self, event: Event) -> None:
        self.threads.add(threading.current_thread().name)
        self.answers.put(event)

    def knock(self) -> Event | None:
        """What knocking brings."""
        self.door.knock()
        return self._answer()

    def enter(self, pin: str) -> Event | None:
        """What a PIN brings."""
        self.door.enter(pin)
        return self._answer()

    def _answer(self) -> Event | None:
        self.door.stop()
        return None if self.answers.empty() else self.answers.get()


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A kiosk's home with a PIN."""
    PinFile(tmp_path / PIN_FILE).set(PIN)
    return House(tmp_path)


def test_without_a_pin_nobody_answers(tmp_path: Path) -> None:
    assert House(tmp_path).knock() is None


def test_the_right_pin_opens_in_another_thread(house: House) -> None:
    offered = house.knock()
    assert isinstance(offered, PinPadOffered)
    assert (offered.locked_until, offered.broken) == (0.0, False)
    assert isinstance(house.enter(PIN), PinAccepted)
    assert house.threads == {"staff-door"}


def test_wrong_pins_lock_it_and_then_the_right_one_does_not_open(house: House) -> None:
    for left in (4, 3, 2, 1):
        refused = house.enter("000000")
        assert isinstance(refused, PinRefused)
        assert (refused.wrong, refused.left, refused.locked_until) == (5 - left, left, 0.0)
    locked = house.enter("000000")
    assert isinstance(locked, PinRefused)
    assert 55 < locked.locked_until - locked.at <= 60
    still = house.enter(PIN)
    assert isinstance(still, PinRefused)
    assert still.wrong == FREE_TRIES, "what is tried on a locked pad is not looked at"
    offered = House(house.home).knock()
    assert isinstance(offered, PinPadOffered)
    assert 50 < offered.locked_until - offered.at <= 60, "a restart changes nothing"


def test_the_right_pin_forgets_the_wrong_ones(house: House) -> None:
    house.enter("000000")
    assert isinstance(house.enter(PIN), PinAccepted)
    refused = house.enter("000000")
    assert isinstance(refused, PinRefused)
    assert refused.wrong == 1


def test_a_try_counts_before_it_is_checked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who pulls the plug while the hash is being made has used a try."""
    counted: list[str] = []

    def matches(file: PinFile, pin: str) -> bool:
        counted.append((house.home / LOCKOUT_FILE).read_text())
        return True

    monkeypatch.setattr(PinFile, "matches", matches)
    house.enter(PIN)
    assert '"wrong":1' in counted[0]


@pytest.mark.parametrize("damage", ["text", "mode"])
def test_a_damaged_pin_file_stays_locked_and_says_why(
    house: House, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = house.home / PIN_FILE
    if damage == "text":
        file.write_text("not a hash")
    else:
        file.chmod(0o644)
    with caplog.at_level(logging.ERROR):
        offered, refused = house.knock(), house.enter(PIN)
    assert isinstance(offered, PinPadOffered) and offered.broken
    assert isinstance(refused, PinRefused) and refused.broken
    assert str(file) in caplog.text


def test_the_digits_are_in_no_text(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        house.enter("918273")
        house.enter(PIN)
    assert "wrong PIN" in caplog.text
    written = "".join(path.read_text() for path in house.home.rglob("*") if path.is_file())
    for text in (caplog.text, written, repr(PinEntered(1.0, PIN)), repr(CheckPin(PIN))):
        assert PIN not in text
        assert "918273" not in text
