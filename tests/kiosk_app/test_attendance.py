"""What a camera and a sensor say together of who is here."""

from __future__ import annotations

import pytest

from kiosk_app.attendance import MMWAVE, PIR, Attendance, AttendanceEvent
from kiosk_app.events import PartDown, PartUp
from vision.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonWaiting,
    VisionEvent,
)

LOOK_S = 0.1


class Hall:
    """A hall on virtual time; everything that the session would be told is kept in ``told``."""

    def __init__(self, attendance: Attendance, *, camera: bool = False) -> None:
        self._attendance = attendance
        self.now = 100.0
        self.told: list[AttendanceEvent] = []
        if camera:
            attendance.camera_works()

    def feel(self, seconds: float, *, active: bool = True) -> None:
        """The sensor says the same for so long."""
        for _ in range(round(seconds / LOOK_S)):
            self.now = round(self.now + LOOK_S, 3)
            self.told += self._attendance.felt(self.now, active)

    def quiet(self, seconds: float) -> None:
        """The sensor feels nobody for so long."""
        self.feel(seconds, active=False)

    def see(self, *events: VisionEvent) -> None:
        """The camera says something."""
        for event in events:
            self.told += self._attendance.seen(event)

    @property
    def kinds(self) -> list[type]:
        """What was told, without times."""
        return [type(event) for event in self.told]


COMES = [PersonArrived, PersonEngaged]
GOES = [CustomerLeft, PersonLeft]


@pytest.fixture
def radar() -> Hall:
    """A hall with a radar alone."""
    return Hall(Attendance(MMWAVE))


@pytest.fixture
def both() -> Hall:
    """A hall with a camera that works, and a radar."""
    return Hall(Attendance(MMWAVE), camera=True)


def test_who_stands_before_a_radar_is_a_customer_until_gone(radar: Hall) -> None:
    radar.feel(MMWAVE.dwell_s - 0.2)
    assert radar.told == []
    radar.feel(10.0)
    assert radar.told == [
        PersonArrived(100.1, 1),
        PersonEngaged(101.3, 1),
    ]
    left = radar.now
    radar.quiet(MMWAVE.hold_s - 0.2)
    assert radar.kinds == COMES
    radar.quiet(1.0)
    assert radar.told[2:] == [CustomerLeft(left), PersonLeft(left)]
    radar.feel(10.0)
    assert radar.kinds == COMES + GOES + COMES


def test_a_short_gap_in_the_signal_is_no_leaving(radar: Hall) -> None:
    for _ in range(20):
        radar.feel(1.0)
        radar.quiet(2.0)
    assert radar.kinds == COMES


def test_one_pulse_of_a_pir_is_somebody_who_passes_and_two_are_somebody_who_stays() -> None:
    hall = Hall(Attendance(PIR))
    for _ in range(30):
        hall.feel(2.5)
        hall.quiet(40.0)
    assert hall.told == []
    hall.feel(2.5)
    hall.quiet(2.0)
    hall.feel(2.5)
    assert hall.kinds == COMES
    hall.quiet(PIR.hold_s - 1.0)
    assert hall.kinds == COMES, "a citizen who reads keeps still"
    hall.quiet(2.0)
    assert hall.kinds == COMES + GOES


def test_what_the_camera_sees_is_passed_on(both: Hall) -> None:
    seen = [
        PersonArrived(1.0, 1),
        PersonEngaged(2.0, 1),
        PersonWaiting(3.0, 1),
        CustomerLeft(4.0),
        PersonLeft(5.0),
    ]
    both.see(*seen)
    assert both.told == seen


def test_who_is_seen_and_felt_comes_once(both: Hall) -> None:
    both.feel(0.5)
    both.see(PersonArrived(both.now, 1))
    both.feel(10.0)
    assert both.kinds == [PersonArrived], "seen, and does not face the kiosk: nobody's customer"
    both.see(PersonEngaged(both.now, 1))
    both.feel(10.0)
    assert both.kinds == COMES


def test_who_is_felt_and_never_seen_comes_too_but_later(both: Hall) -> None:
    both.feel(MMWAVE.unseen_s - 0.2)
    assert both.told == []
    both.feel(0.5)
    assert both.kinds == COMES
    both.quiet(MMWAVE.hold_s + 0.2)
    assert both.kinds == COMES + GOES


def test_who_is_still_felt_has_not_gone_from_the_camera_s_sight(both: Hall) -> None:
    both.see(PersonArrived(both.now, 1), PersonEngaged(both.now, 1))
    both.feel(5.0)
    both.see(CustomerLeft(both.now), PersonLeft(both.now))
    both.feel(20.0)
    assert both.kinds == COMES
    left = both.now
    both.quiet(MMWAVE.hold_s + 0.2)
    assert both.told[2:] == [CustomerLeft(left), PersonLeft(left)]


def test_who_comes_back_into_sight_never_left(both: Hall) -> None:
    both.see(PersonArrived(both.now, 1), PersonEngaged(both.now, 1))
    both.feel(5.0)
    both.see(CustomerLeft(both.now), PersonLeft(both.now))
    both.feel(2.0)
    both.see(PersonArrived(both.now, 1), PersonEngaged(both.now, 1))
    both.feel(2.0)
    assert both.kinds == COMES + COMES
    both.quiet(10.0)
    assert both.kinds == COMES + COMES, "the camera sees the customer"
    both.see(CustomerLeft(both.now), PersonLeft(both.now))
    assert both.kinds == COMES + COMES + GOES


def test_the_next_in_the_queue_ends_the_visit_of_the_one_before(both: Hall) -> None:
    both.see(PersonArrived(both.now, 2), PersonEngaged(both.now, 2))
    both.feel(5.0)
    gone = CustomerLeft(both.now, count=1)
    both.see(gone)
    assert both.told[-1] == gone, "the camera sees who is left, and it is not the customer"
    lost = CustomerLeft(both.now)
    both.see(PersonEngaged(both.now, 1), lost, PersonEngaged(both.now, 1, other=True))
    assert both.told[-2:] == [lost, PersonEngaged(both.now, 1, other=True)]


def test_a_passer_by_lost_from_sight_does_not_keep_who_is_felt_from_beginning(both: Hall) -> None:
    both.see(PersonArrived(both.now, 1))
    both.feel(1.0)
    both.see(PersonLeft(both.now))
    both.feel(MMWAVE.unseen_s)
    assert both.kinds == [PersonArrived, *COMES]


def test_when_the_camera_fails_the_sensor_says_when_the_customer_goes(both: Hall) -> None:
    both.see(PersonArrived(both.now, 1), PersonEngaged(both.now, 1))
    both.feel(2.0)
    both.see(CameraLost(both.now, "unplugged"))
    both.feel(5.0)
    both.quiet(MMWAVE.hold_s + 0.2)
    assert both.kinds == [*COMES, CameraLost, *GOES]
    both.feel(MMWAVE.dwell_s + 0.3)
    assert both.kinds[-2:] == COMES, "with no camera to ask, the short time is enough"
    both.see(CameraBack(both.now))
    both.quiet(MMWAVE.hold_s + 0.2)
    assert both.kinds[-3:] == [CameraBack, *GOES]


def test_a_customer_who_was_seen_and_not_felt_goes_when_the_camera_fails(both: Hall) -> None:
    both.see(PersonArrived(both.now, 1), PersonEngaged(both.now, 1), CameraLost(both.now, "unplugged"))
    both.quiet(MMWAVE.hold_s + 0.2)
    assert both.kinds == [*COMES, CameraLost, *GOES]


def test_a_sensor_that_never_rests_is_told_and_no_longer_believed(radar: Hall) -> None:
    radar.feel(MMWAVE.stuck_s + 1.0)
    assert radar.kinds == [*COMES, *GOES, PartDown]
    down = radar.told[-1]
    assert isinstance(down, PartDown) and down.part == "proximity" and "15 minutes" in down.reason
    radar.feel(100.0)
    radar.quiet(MMWAVE.hold_s + 0.2)
    assert radar.kinds[-1] is PartUp
    radar.feel(5.0)
    assert radar.kinds[-2:] == COMES


def test_a_sensor_that_fails_feels_nobody(radar: Hall) -> None:
    radar.feel(5.0)
    radar.told += radar._attendance.numb(radar.now)
    assert radar.kinds == COMES + GOES
