"""The lock-out: it doubles, it survives a restart, and damage never opens it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kiosk_app.staff.lockout import FIRST_PAUSE_S, FREE_TRIES, LONGEST_PAUSE_S, Lockout, pause_after
from kiosk_app.staff.private_file import StaffError


class Wall:
    """A clock on the wall that the test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    """The time."""
    return Wall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tries are counted."""
    return tmp_path / "staff" / "tries.json"


def test_the_pause_doubles_from_a_minute_to_an_hour() -> None:
    assert [pause_after(wrong) for wrong in range(FREE_TRIES)] == [0.0] * FREE_TRIES
    pauses = [pause_after(FREE_TRIES + more) for more in range(8)]
    assert pauses == [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]
    assert pause_after(1000) == LONGEST_PAUSE_S


def test_four_wrong_pins_lock_nothing_and_the_fifth_does(path: Path, wall: Wall) -> None:
    lockout = Lockout(path, wall)
    assert (lockout.left, lockout.remaining()) == (5, 0.0)
    for left in (4, 3, 2, 1):
        lockout.count()
        assert (lockout.left, lockout.remaining()) == (left, 0.0)
    lockout.count()
    assert lockout.remaining() == FIRST_PAUSE_S
    wall.now += 59.5
    assert lockout.remaining() == 0.5
    wall.now += 0.5
    assert (lockout.left, lockout.remaining()) == (1, 0.0)
    lockout.count()
    assert lockout.remaining() == 2 * FIRST_PAUSE_S


def test_a_restart_forgives_nothing(path: Path, wall: Wall) -> None:
    for _ in range(FREE_TRIES + 2):
        Lockout(path, wall).count()
    again = Lockout(path, wall)
    assert (again.wrong, again.remaining()) == (7, 4 * FIRST_PAUSE_S)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_right_pin_forgives_everything(path: Path, wall: Wall) -> None:
    lockout = Lockout(path, wall)
    for _ in range(FREE_TRIES):
        lockout.count()
    lockout.forgive()
    assert (lockout.wrong, lockout.remaining()) == (0, 0.0)
    assert not path.exists()


def test_a_clock_that_was_set_back_locks_for_no_longer_than_the_pause(path: Path, wall: Wall) -> None:
    lockout = Lockout(path, wall)
    for _ in range(FREE_TRIES):
        lockout.count()
    wall.now -= 10 * 365 * 86_400
    assert lockout.remaining() == FIRST_PAUSE_S


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"wrong": "0", "until": 0}',
        '{"wrong": -1, "until": 0}',
        '{"wrong": 0, "until": NaN}',
        '{"open": 1}',
    ],
)
def test_a_damaged_file_locks_for_the_longest_time_and_says_so(
    path: Path, wall: Wall, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    with caplog.at_level(logging.ERROR):
        assert Lockout(path, wall).remaining() == LONGEST_PAUSE_S
    assert str(path) in caplog.text
    assert "kiosk staff pin" in caplog.text
    wall.now += 600
    assert Lockout(path, wall).remaining() == LONGEST_PAUSE_S - 600, "the hour has begun, and goes on"


def test_a_file_that_others_may_write_counts_as_damaged(path: Path, wall: Wall) -> None:
    Lockout(path, wall).count()
    path.chmod(0o666)
    assert Lockout(path, wall).remaining() == LONGEST_PAUSE_S
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_counted_nothing_may_be_tried(tmp_path: Path, wall: Wall) -> None:
    (tmp_path / "staff").write_text("in the way")
    with pytest.raises(StaffError):
        Lockout(tmp_path / "staff" / "tries.json", wall).count()
