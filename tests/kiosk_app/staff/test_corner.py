"""What the corner shows of the session's state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app import events as ev
from kiosk_app.presenter import Site, view_of
from kiosk_app.session.state import STARTING, TURNED_OFF, StaffCorner
from kiosk_app.staff.view import CornerView, PadMood
from tests.kiosk_app.session.play import Play


def corner(play: Play, *, camera: bool = True) -> CornerView:
    """The view of a corner that is open."""
    play.do(ev.PinPadOffered)
    view = view_of(play.state, Site(camera_enabled=camera), play.now)
    assert view.screen == "staff_pin"
    assert view.corner is not None
    return view.corner


def lights(view: CornerView) -> dict[str, str]:
    """Part and light, in order."""
    return {line.part: line.light for line in view.parts}


def test_there_is_none_while_it_is_closed(play: Play) -> None:
    assert view_of(play.state, Site(), play.now).corner is None


@pytest.mark.parametrize(
    ("state", "mood"),
    [
        (StaffCorner(), "ask"),
        (StaffCorner(checking=True), "checking"),
        (StaffCorner(refused=True, tries_left=3), "refused"),
        (StaffCorner(refused=True, locked_until=130.5), "locked"),
        (StaffCorner(broken=True, locked_until=130.5), "broken"),
    ],
)
def test_the_pads_mood(play: Play, state: StaffCorner, mood: PadMood) -> None:
    play.do(ev.PinPadOffered)
    view = view_of(replace(play.state, corner=state), Site(), 100.0).corner
    assert view is not None
    assert view.pad == mood
    assert view.locked_seconds == (31 if state.locked_until else 0)


def test_what_does_not_work_comes_first_with_its_reason(play: Play) -> None:
    play.do(ev.CameraLost, "no camera")
    play.do(ev.PartDown, "speech", TURNED_OFF)
    play.do(ev.PartDown, "link", STARTING)
    view = corner(play)
    assert list(lights(view).items()) == [
        ("camera", "fault"),
        ("link", "starting"),
        ("speech", "off"),
        ("knowledge", "on"),
        ("microphone", "on"),
        ("recognition", "on"),
    ]
    assert view.parts[0].reason == "no camera"


def test_a_microphone_that_hears_nothing_is_a_fault(play: Play) -> None:
    play.do(ev.MicrophoneImpaired, "silent", "zeros")
    assert lights(corner(play))["microphone"] == "fault"


def test_a_camera_that_the_site_does_not_want_is_off(play: Play) -> None:
    assert lights(corner(play, camera=False))["camera"] == "off"


def test_ears_without_a_microphone_are_off(play: Play) -> None:
    play.do(ev.PartDown, "microphone", TURNED_OFF)
    assert lights(corner(play))["recognition"] == "off"


def test_in_safe_mode_no_sense_is_said_to_work(play: Play) -> None:
    play.do(ev.PartDown, "config", "kiosk.toml:3: unknown key")
    found = lights(corner(play))
    assert found["config"] == "fault"
    assert {found[name] for name in ("microphone", "recognition", "speech", "camera")} == {"off"}


def test_a_part_that_is_new_here_is_shown_too(play: Play) -> None:
    play.do(ev.PartDown, "printer", "no paper")
    assert lights(corner(play))["printer"] == "fault"


def test_a_proximity_sensor_is_shown_where_there_is_one() -> None:
    assert "proximity" not in lights(corner(Play(senses=("camera",))))
    assert lights(corner(Play(senses=("camera", "proximity"))))["proximity"] == "on"
