"""The supervisor on virtual time: growing pauses, one word for each change, nothing left open."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.events import Event, PartDown, PartUp
from kiosk_app.runtime.supervisor import PAUSES_S, Supervisor
from kiosk_app.session.state import STARTING


@dataclass
class Device:
    """A part that can be made to fail, and knows whether it is open."""

    trouble: list[Exception | None] = field(default_factory=list)
    """What the next starts raise; afterwards they succeed."""
    opened: int = 0
    closed: int = 0
    stop_trouble: Exception | None = None

    def start(self) -> None:
        self.opened += 1
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble

    def stop(self) -> None:
        self.closed += 1
        if self.stop_trouble is not None:
            raise self.stop_trouble


class Bench:
    """A supervisor with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 50.0
        self.told: list[Event] = []
        self.supervisor = Supervisor(self.told.append, lambda: self.now)

    def add(self, name: str, device: Device) -> None:
        """A device under supervision; what is told of the adding is not kept."""
        self.supervisor.add(name, lambda: device)
        self.told.clear()

    def pauses(self, rounds: int) -> list[float]:
        """Try again as soon as it is due, so often; the pauses before."""
        found: list[float] = []
        for _ in range(rounds):
            pause = self.supervisor.look_after()
            assert pause is not None, "nothing is waiting any more"
            found.append(pause)
            self.now += pause
        return found


def test_a_part_counts_as_down_until_it_runs() -> None:
    bench = Bench()
    bench.supervisor.add("speech", Device)
    assert bench.told == [PartDown(50.0, "speech", STARTING)]
    bench.supervisor.attempt("speech")
    assert bench.told[1:] == [PartUp(50.0, "speech")]


def test_the_pauses_grow_and_the_last_one_repeats() -> None:
    bench, device = Bench(), Device([KioskError("unplugged") for _ in range(7)])
    bench.add("microphone", device)
    assert bench.pauses(7) == pytest.approx([*PAUSES_S, PAUSES_S[-1], PAUSES_S[-1]])
    assert bench.supervisor.look_after() is None
    assert bench.supervisor.running("microphone") is device


def test_nothing_is_tried_before_it_is_due() -> None:
    bench, device = Bench(), Device([KioskError("unplugged")])
    bench.add("microphone", device)
    bench.supervisor.look_after()
    bench.now += PAUSES_S[0] / 2
    assert bench.supervisor.look_after() == pytest.approx(PAUSES_S[0] / 2)
    assert device.opened == 1


def test_down_and_up_are_told_once_each_however_often_it_is_tried() -> None:
    bench = Bench()
    bench.add("microphone", Device([KioskError("unplugged") for _ in range(4)]))
    bench.pauses(4)
    bench.supervisor.look_after()
    bench.supervisor.look_after()
    assert [(type(event), getattr(event, "reason", "")) for event in bench.told] == [
        (PartDown, "unplugged"),
        (PartUp, ""),
    ]


def test_another_reason_is_news() -> None:
    bench = Bench()
    bench.add("microphone", Device([KioskError("unplugged"), KioskError("busy")]))
    bench.pauses(2)
    assert [event.reason for event in bench.told if isinstance(event, PartDown)] == ["unplugged", "busy"]


def test_an_error_of_ours_without_a_sentence_is_told_by_its_kind() -> None:
    bench = Bench()
    bench.add("camera", Device([ZeroDivisionError()]))
    bench.supervisor.look_after()
    assert bench.told == [PartDown(50.0, "camera", "ZeroDivisionError")]


def test_after_a_success_the_pauses_begin_again() -> None:
    bench, device = Bench(), Device([KioskError("unplugged") for _ in range(3)])
    bench.add("speech", device)
    bench.pauses(3)
    bench.supervisor.look_after()
    bench.supervisor.failed("speech", "cable")
    assert bench.supervisor.look_after() == pytest.approx(PAUSES_S[0])


def test_a_part_that_fails_while_it_runs_is_stopped_told_and_built_again() -> None:
    bench, device = Bench(), Device()
    bench.add("speech", device)
    bench.supervisor.attempt("speech")
    bench.told.clear()
    bench.supervisor.failed("speech", "cable")
    assert bench.supervisor.running("speech") is None
    assert bench.told == [PartDown(50.0, "speech", "cable")]
    assert bench.supervisor.look_after() is not None, "nobody would try it again"
    assert device.closed == 1
    bench.now += PAUSES_S[0]
    assert bench.supervisor.look_after() is None
    assert (device.opened, bench.told[-1]) == (2, PartUp(bench.now, "speech"))


def test_a_failure_told_twice_stops_the_part_once_and_costs_one_pause() -> None:
    bench, device = Bench(), Device()
    bench.add("speech", device)
    bench.supervisor.attempt("speech")
    bench.supervisor.failed("speech", "cable")
    bench.supervisor.failed("speech", "cable")
    assert bench.supervisor.look_after() == pytest.approx(PAUSES_S[0])
    assert device.closed == 1


def test_a_part_that_starts_by_half_lets_its_device_go() -> None:
    bench, device = Bench(), Device([KioskError("the second half is missing")])
    bench.add("agent", device)
    bench.supervisor.look_after()
    assert (device.opened, device.closed) == (1, 1)


def test_a_part_is_retried_at_once_when_what_it_needed_has_come() -> None:
    bench, device = Bench(), Device([KioskError("no words yet")])
    bench.add("recognition", device)
    bench.supervisor.look_after()
    bench.supervisor.retry("recognition")
    bench.supervisor.retry("never heard of")
    assert bench.supervisor.running("recognition") is device
    bench.supervisor.retry("recognition")
    assert device.opened == 2


def test_parts_are_stopped_in_the_reverse_of_their_order_whatever_they_raise() -> None:
    bench, order = Bench(), list[str]()

    class Named(Device):
        def __init__(self, name: str) -> None:
            super().__init__(stop_trouble=OSError("stuck") if name == "b" else None)
            self.name = name

        def stop(self) -> None:
            order.append(self.name)
            super().stop()

    for name in ("a", "b", "c"):
        bench.add(name, Named(name))
        bench.supervisor.attempt(name)
    bench.supervisor.stop()
    assert order == ["c", "b", "a"]


def test_nothing_is_started_after_the_stop() -> None:
    bench, device = Bench(), Device()
    bench.add("recognition", device)
    bench.supervisor.stop()
    bench.supervisor.retry("recognition")
    assert device.opened == 0


def test_a_part_that_failed_just_before_the_stop_is_let_go_too() -> None:
    bench, device = Bench(), Device()
    bench.add("speech", device)
    bench.supervisor.attempt("speech")
    bench.supervisor.failed("speech", "cable")
    bench.supervisor.stop()
    assert device.closed == 1


def test_the_thread_starts_a_failed_part_again_by_itself() -> None:
    """In real threads, but with a clock that stands far in the future: nothing has to be waited for."""
    again = threading.Event()

    class Flaky(Device):
        def start(self) -> None:
            super().start()
            if self.opened == 2:
                again.set()

    now, told = [0.0], list[Event]()
    supervisor, device = Supervisor(told.append, lambda: now[0]), Flaky()
    supervisor.add("speech", lambda: device)
    supervisor.start()
    now[0] = -1000.0  # the pause is counted from here …
    supervisor.failed("speech", "cable")
    now[0] = 1000.0  # … and is long over when the thread looks
    assert again.wait(20), "the failed part was never started again"
    supervisor.stop()
    assert device.closed == 2


def test_what_a_part_tells_at_its_start_comes_after_that_it_works() -> None:
    """Its thread is quicker than the one that starts it."""
    bench = Bench()
    threads: list[threading.Thread] = []

    class Hasty(Device):
        def start(self) -> None:
            super().start()
            threads.append(threading.Thread(target=tell))
            threads[0].start()
            threads[0].join(0.1)

    def tell() -> None:
        bench.supervisor.wait_until_told("camera")
        bench.told.append(PartDown(bench.now, "camera", "no picture"))

    bench.add("camera", Hasty())
    assert bench.supervisor.attempt("camera")
    threads[0].join(5)
    assert bench.told == [PartUp(50.0, "camera"), PartDown(50.0, "camera", "no picture")]
