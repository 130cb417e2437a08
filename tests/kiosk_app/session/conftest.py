"""The session that most tests play with."""

from __future__ import annotations

import pytest

from tests.kiosk_app.session.play import Play


@pytest.fixture
def play() -> Play:
    """A kiosk with a camera, a voice and a link."""
    return Play(senses={"camera"}, run="r1")
