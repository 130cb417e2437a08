"""A kiosk with a camera and a PIN: in by the gesture, a live view of the drawn visitor, out again, nothing left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.protocol.records import check_record
from kiosk_app.config import CameraConfig, FleetConfig
from kiosk_app.events import ScreenTouched
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Phase
from kiosk_app.staff.door import PIN_FILE
from kiosk_app.staff.events import PinEntered, StaffKnocked, StaffLeft, StaffPageChosen
from kiosk_app.staff.pin import PinFile
from tests.kiosk_app.runtime.test_kiosk import WAIT_S, Hall, nobody
from tests.vision.conftest import visitor_clip
from vision.live import LiveLook

__all__ = ["nobody", "visitor_clip"]

PIN = "482915"


@pytest.fixture
def hall(tmp_path: Path, gov_artefact: Path) -> Iterator[Hall]:
    """A place for a kiosk with a PIN; it is closed afterwards."""
    PinFile(tmp_path / "home" / PIN_FILE).set(PIN)
    hall = Hall(tmp_path, gov_artefact)
    yield hall
    hall.close()


def enter(hall: Hall, kiosk: Kiosk, pin: str = PIN) -> None:
    """The gesture and the PIN, as the screen posts them."""
    kiosk.post(StaffKnocked(time.monotonic()))
    hall.wait("the pad", lambda state: state.phase is Phase.STAFF_PIN)
    kiosk.post(PinEntered(time.monotonic(), pin))


def customer(kiosk: Kiosk) -> LiveLook:
    """The first look in which somebody is the customer."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        look = kiosk.peephole.peek()
        if look is not None:
            assert look.picture.any()
            look.wipe()
            if any(box.role == "customer" for box in look.people):
                return look
        threading.Event().wait(0.02)
    raise AssertionError("no customer was seen")


def test_a_technician_sees_the_visitor_as_long_as_the_page_is_open(hall: Hall, visitor_clip: Path) -> None:
    camera = CameraConfig(
        enabled=True,
        source=str(visitor_clip),
        loop=True,
        detector="haar",
        notice={"zh": "本机用摄像头感知有人走近"},
    )
    kiosk = hall.open(camera=camera)
    hall.wait_open()
    hall.wait("the eyes", lambda state: kiosk.watcher is not None and not state.is_down("camera"))
    watcher = kiosk.watcher
    assert watcher is not None
    assert watcher._live_view._viewer is None
    enter(hall, kiosk)
    hall.wait("the corner", lambda state: state.phase is Phase.STAFF)
    assert hall.views[-1].screen == "staff"
    kiosk.post(StaffPageChosen(time.monotonic(), "live"))
    seen = customer(kiosk)
    assert (seen.detector, seen.near_m) == ("haar", 1.5)
    assert hall.views[-1].screen == "staff", "who stands here is no customer now"
    kiosk.post(StaffPageChosen(time.monotonic(), "parts"))
    hall.wait("the page", lambda state: state.corner is not None and state.corner.page == "parts")
    assert watcher._live_view._viewer is None
    assert kiosk.peephole.peek() is None
    kiosk.post(StaffPageChosen(time.monotonic(), "live"))
    customer(kiosk)
    kiosk.post(StaffLeft(time.monotonic()))
    hall.wait("the home screen", lambda state: state.corner is None)
    assert watcher._live_view._viewer is None


def test_a_visit_is_wiped_and_wrong_pins_are_told_without_their_digits(
    hall: Hall, nobody: FleetConfig
) -> None:
    kiosk = hall.open(fleet=nobody)
    hall.wait_open()
    hall.wait("the agent", lambda state: kiosk.agent is not None)
    kiosk.post(ScreenTouched(time.monotonic()))
    enter(hall, kiosk, "918273")
    state = hall.wait("the refusal", lambda state: state.corner is not None and state.corner.refused)
    assert state.visit is None
    kiosk.post(PinEntered(time.monotonic(), PIN))
    hall.wait("the corner", lambda state: state.phase is Phase.STAFF)
    hall.close()
    records = hall.outbox()
    assert [data["outcome"] for kind, data in records if kind == "visit.ended"] == ["staff"]
    staff = [data for kind, data in records if kind == "staff"]
    assert [check_record("tm", "staff", data).model_dump() for data in staff] == [
        {"outcome": "refused", "wrong": 1, "failed": False},
        {"outcome": "opened", "wrong": 0, "failed": False},
    ]
    for file in (hall.folder / "home").rglob("*"):
        if file.is_file():
            assert b"918273" not in file.read_bytes(), file
            assert PIN.encode() not in file.read_bytes(), file


def test_it_opens_in_safe_mode_and_stopping_leaves_no_thread(hall: Hall) -> None:
    before = set(threading.enumerate())
    kiosk = hall.open("kiosk.toml:4: camera.enabeld: unknown key")
    hall.wait("safe mode", lambda state: not state.is_down("knowledge"))
    enter(hall, kiosk)
    hall.wait("the corner", lambda state: state.phase is Phase.STAFF)
    corner = hall.views[-1].corner
    assert corner is not None
    assert (corner.parts[0].part, corner.parts[0].light) == ("config", "fault")
    kiosk.post(StaffLeft(time.monotonic()))
    hall.wait("the message", lambda state: state.phase is Phase.OUT_OF_SERVICE)
    kiosk.post(StaffKnocked(time.monotonic()))
    hall.close()
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_without_a_pin_the_gesture_does_nothing(hall: Hall) -> None:
    (hall.folder / "home" / PIN_FILE).unlink()
    kiosk = hall.open()
    hall.wait_open()
    kiosk.post(StaffKnocked(time.monotonic()))
    kiosk.post(ScreenTouched(time.monotonic()))
    hall.wait("the touch", lambda state: state.phase is Phase.GREETING)
    kiosk.door.stop()
    kiosk.post(ScreenTouched(time.monotonic()))
    hall.wait("the touch after it", lambda state: state.visit is not None and state.visit.acted)
    assert kiosk.state.corner is None
