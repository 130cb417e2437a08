"""The peephole keeps one look, only while the live view is open, and wipes what nobody takes."""

from __future__ import annotations

import pytest

from kiosk_app.runtime.peephole import Peephole
from kiosk_app.session import SessionState, initial_state
from tests.kiosk_app.runtime.corner import open_corner
from tests.kiosk_app.ui.live_scene import look


@pytest.fixture
def peephole() -> Peephole:
    """One that is open."""
    peephole = Peephole()
    peephole.follow(open_corner(), None)
    return peephole


def test_the_newest_look_is_there_once_and_the_one_before_is_wiped(peephole: Peephole) -> None:
    first, second = look(), look()
    peephole.put(first)
    peephole.put(second)
    assert not first.picture.any()
    assert peephole.peek() is second
    assert second.picture.any(), "whoever takes it wipes it"
    assert peephole.peek() is None


@pytest.mark.parametrize("state", [open_corner("parts"), initial_state(0.0)], ids=["another page", "left"])
def test_what_nobody_wants_any_more_is_wiped(peephole: Peephole, state: SessionState) -> None:
    waiting, late = look(), look()
    peephole.put(waiting)
    peephole.follow(state, None)
    assert not waiting.picture.any()
    peephole.put(late)
    assert not late.picture.any()
    assert peephole.peek() is None
