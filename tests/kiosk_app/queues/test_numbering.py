"""Numbers are given once a day and rise, whatever happens between them."""

from __future__ import annotations

import itertools
import sqlite3
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.queues import QueueError
from kiosk_app.queues.numbering import FILE, Numbering
from kiosk_app.queues.port import MOST
from tests.kiosk_app.queues.clock import Wall

LETTERS = st.sampled_from("AB")
STEPS = st.one_of(
    st.tuples(st.just("take"), LETTERS),
    st.tuples(st.just("take"), LETTERS),
    st.tuples(st.just("call"), LETTERS),
    st.tuples(st.just("again"), LETTERS),
    st.tuples(st.just("absent"), LETTERS),
    st.tuples(st.just("reopen"), st.just("")),
    st.tuples(st.just("run"), st.sampled_from((0.01, 1.0, 7.0, 24.0))),
    st.tuples(st.just("set"), st.sampled_from((-30.0, -24.0, -7.0, -0.9, 0.9, 5.0, 24.0, 500.0, -500.0))),
    st.tuples(st.just("reboot"), st.sampled_from((0.1, 13.0))),
)


@pytest.fixture
def numbering(tmp_path: Path) -> Numbering:
    """A service with a fresh file."""
    return Numbering(tmp_path / FILE, Wall().now)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=40))
def test_no_number_is_given_twice_on_a_day_whatever_becomes_of_the_clock(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
) -> None:
    wall, path = Wall(), tmp_path_factory.mktemp("queue") / FILE
    service = Numbering(path, wall.now)
    by_date: dict[tuple[object, str], list[int]] = defaultdict(list)
    since_midnight: dict[tuple[int, str], list[int]] = defaultdict(list)
    called: list[tuple[int, str, str]] = []
    for number, (what, value) in enumerate(steps):
        key = str(value)
        if what == "take":
            given_out = int(service.take(key, f"r{number}")[0][1:])
            wall.used = True
            by_date[wall.wall.date(), key].append(given_out)
            since_midnight[wall.midnights, key].append(given_out)
        elif what == "call":
            got = service.call_next(key, "1", f"c{number}")
            if got is not None:
                called.append((wall.midnights, key, got.number))
        elif what == "again":
            service.call_again(key, "1", f"c{number}")
        elif what == "absent":
            service.absent(key, "1")
        elif what == "reopen":
            service.close()
            service = Numbering(path, wall.now)
        else:
            getattr(wall, what)(value)
    service.close()
    for numbers in (*by_date.values(), *since_midnight.values()):
        assert all(earlier < later for earlier, later in itertools.pairwise(numbers)), numbers
    assert len(set(called)) == len(called), "somebody is called as the next one twice"


def test_they_begin_again_at_midnight_and_not_before(tmp_path: Path) -> None:
    wall = Wall()
    service = Numbering(tmp_path / FILE, wall.now)
    assert [service.take("A", f"r{n}")[0] for n in range(2)] == ["A001", "A002"]
    wall.run(14.9)
    assert service.take("A", "late")[0] == "A003"
    wall.run(0.2)
    assert service.lines([("a", "A")])[0].waiting == 0, "yesterday's tickets wait no more"
    assert service.take("A", "next day")[:2] == ("A001", 0)


@pytest.mark.parametrize("hours", [-30, -20, -3, -0.5, 0.5, 3, 20, 30, 20_000])
def test_a_clock_that_is_set_goes_on_with_the_numbers(tmp_path: Path, hours: float) -> None:
    wall = Wall()
    service = Numbering(tmp_path / FILE, wall.now)
    service.take("A", "one")
    wall.set(hours)
    assert service.take("A", "two")[:2] == ("A002", 1)
    wall.set(-hours)
    assert service.take("A", "three")[:2] == ("A003", 2)
    wall.run(24)
    wall.run(24)
    assert service.take("A", "later")[0] == "A001", (
        "and the day after tomorrow at the latest they begin again"
    )


def test_a_board_without_a_clock_that_learns_the_time_before_the_first_ticket_begins_at_one(
    tmp_path: Path,
) -> None:
    wall = Wall()
    service = Numbering(tmp_path / FILE, wall.now)
    service.take("A", "yesterday")
    wall.reboot(0)
    wall.run(0.01)
    assert service.lines([("a", "A")])[0].waiting == 1
    wall.set(23)
    assert service.take("A", "today")[0] == "A001"


def test_the_same_request_gets_its_number_again(numbering: Numbering) -> None:
    first = numbering.take("A", "r1")
    numbering.take("A", "r2")
    assert numbering.take("A", "r1") == first
    assert numbering.lines([("a", "A")])[0].waiting == 2


def test_windows_call_who_waits_longest(numbering: Numbering) -> None:
    for request in ("r1", "r2", "r3"):
        numbering.take("A", request)
    first = numbering.call_next("A", "5", "c1")
    assert first is not None and (first.number, first.window) == ("A001", "5")
    assert numbering.call_next("A", "5", "c1") == first, "a command that comes twice calls nobody else"
    second = numbering.call_next("A", "6", "c2")
    assert second is not None and second.number == "A002"
    again = numbering.call_again("A", "5", "c3")
    assert again is not None and again.number == "A001"
    assert [call[2:] for call in numbering.calls()] == [("A001", "5"), ("A002", "6"), ("A001", "5")]
    gone = numbering.absent("A", "5")
    assert gone is not None and gone.number == "A001"
    line = numbering.lines([("a", "A")])[0]
    assert (line.waiting, line.last) == (1, "A001")
    assert numbering.call_again("A", "7", "c4") is None, "window 7 has called nobody"


def test_after_the_last_number_there_is_none(numbering: Numbering, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 999
    monkeypatch.setattr("kiosk_app.queues.numbering.MOST", 9)
    for number in range(9):
        numbering.take("A", f"r{number}")
    with pytest.raises(QueueError) as refused:
        numbering.take("A", "too many")
    assert refused.value.code == "queue.full"
    assert numbering.take("B", "other")[0] == "B001"


def test_looking_writes_nothing(tmp_path: Path) -> None:
    """A kiosk looks every few seconds for years; its card must not wear out by that."""
    wall = Wall()
    service = Numbering(tmp_path / FILE, wall.now)
    service.take("A", "r1")
    log = tmp_path / f"{FILE}-wal"
    before = log.stat().st_size
    for _ in range(50):
        wall.run(2 / 3600)
        service.lines([("a", "A"), ("b", "B")])
        service.calls()
    assert log.stat().st_size == before


def test_a_damaged_file_is_not_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    with pytest.raises(QueueError, match="move it away") as refused:
        Numbering(path, Wall().now)
    assert refused.value.code == "queue.open" and path.exists()


def test_a_disk_that_refuses_is_an_error_with_a_code(tmp_path: Path) -> None:
    service = Numbering(tmp_path / FILE, Wall().now)
    service.take("A", "r1")
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("DROP TABLE ticket")
    other.commit()
    with pytest.raises(QueueError) as refused:
        service.take("A", "r2")
    assert refused.value.code == "queue.open"
