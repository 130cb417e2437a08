"""A stream whose device hangs while it is closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest

from tests.voice.doubles import PATIENCE_S
from voice import portaudio
from voice.sound_devices import AudioDevice
from voice.stream_shape import Shape

if TYPE_CHECKING:
    import pyaudio


class HangingDevice:
    """Closes only when the test is over."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.closed = threading.Event()

    def close(self) -> None:
        self.over.wait(PATIENCE_S)
        self.closed.set()


class Host:
    """Must not be terminated."""

    terminated = False

    def terminate(self) -> None:
        self.terminated = True


def test_closing_a_stream_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    device, host = HangingDevice(), Host()
    monkeypatch.setattr(portaudio, "_CLOSE_S", 0.05)
    monkeypatch.setattr(portaudio, "_hung", False)
    monkeypatch.setattr(portaudio, "_host", host)
    monkeypatch.setattr(portaudio, "_users", 1)
    inner = cast("pyaudio.Stream", device)
    stream = portaudio.Stream(inner, AudioDevice("hangs", 0, 1, 48_000), Shape(48_000, 1))
    portaudio._streams.add(stream)
    stream.close()
    assert not device.closed.is_set()
    assert stream not in portaudio._streams
    portaudio.release()
    assert not host.terminated, "terminating closes the hanging stream once more, and hangs"
    device.over.set()
    assert device.closed.wait(PATIENCE_S)
