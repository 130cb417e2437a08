"""The loudspeaker in a process of its own: with small programs in its place, and with the real device."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.audio_server import AudioServer
from tests.voice.doubles import PATIENCE_S
from tests.voice.listening import seconds_of_sound
from tests.voice.processes import child_with
from voice.errors import SpeakerError
from voice.file_source import load_sound
from voice.ports import PlaybackEnd
from voice.speaker_process import IsolatedSpeaker

READS = """
import json, os, sys, threading, time
from voice.frames import FrameReader, send
from voice.playback import ALIVE, BEGAN, DONE, ENDED, PLAY, START, WANTED
def told(kind, body=None, figure=0.0, number=0):
    send(1, kind, json.dumps(body).encode() if body is not None else b"", figure, number)
def ok(number):
    told(DONE, {"name": "fake"}, number=number)
def take(kind, figure, number, body):
    if kind in (START, PLAY):
        asked(kind, figure, number, body)
def run():
    reader = FrameReader(WANTED)
    while data := os.read(0, 1 << 20):
        reader.feed(data, take)
"""
PLAYS = (
    READS
    + """
def asked(kind, figure, number, body):
    ok(number)
    if kind == PLAY:
        told(BEGAN, figure=12.5, number=number)
        told(ENDED, {"completed": True}, 13.5, number)
run()
"""
)
REFUSES = (
    READS
    + """
def asked(kind, figure, number, body):
    told(DONE, {"code": "speaker_missing", "message": "there are: A, B"}, number=number)
run()
"""
)
DIES = (
    READS
    + """
def asked(kind, figure, number, body):
    ok(number)
    if kind == PLAY:
        told(BEGAN, figure=1.0, number=number)
        os._exit(1)
run()
"""
)
FALLS_SILENT = (
    READS
    + """
def asked(kind, figure, number, body):
    ok(number)
run()
"""
)
SAYS_NOTHING = "import sys\nsys.stdin.read()\n"
TALKS_NONSENSE = "import os, sys\nos.write(1, b'garbage' * 99)\nsys.stdin.read()\n"


class Heard:
    """What came back of one piece."""

    def __init__(self) -> None:
        self.started: list[float] = []
        self.ends: list[PlaybackEnd] = []
        self._over = threading.Event()

    def finished(self, end: PlaybackEnd) -> None:
        self.ends.append(end)
        self._over.set()

    def wait(self) -> PlaybackEnd:
        assert self._over.wait(PATIENCE_S), "the piece never ended"
        return self.ends[0]


def fake(program: str, *, answer_s: float = PATIENCE_S, alive_s: float = PATIENCE_S) -> IsolatedSpeaker:
    return IsolatedSpeaker(command=[sys.executable, "-c", program], answer_s=answer_s, alive_s=alive_s)


def play(speaker: IsolatedSpeaker, pcm: bytes = b"\1\0" * 1000, rate: int = 16_000) -> Heard:
    heard = Heard()
    speaker.play(pcm, rate, heard.started.append, heard.finished)
    return heard


def tone(seconds: float, rate: int = 16_000) -> bytes:
    return (8000 * np.sin(np.arange(round(seconds * rate)) / 6)).astype(np.int16).tobytes()


@pytest.fixture(autouse=True)
def nothing_stays(request: pytest.FixtureRequest) -> None:
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    def check() -> None:
        assert threading.active_count() <= before[0]
        assert len(os.listdir("/proc/self/fd")) <= before[1]  # noqa: PTH208

    request.addfinalizer(check)


def test_a_piece_begins_and_ends_at_the_times_that_the_process_tells() -> None:
    speaker = fake(PLAYS)
    heard = play(speaker)
    assert heard.wait() == PlaybackEnd(13.5, completed=True)
    assert (heard.started, speaker.name) == ([12.5], "fake")
    speaker.stop()


def test_a_device_that_is_missing_is_an_error_with_its_code_and_text() -> None:
    speaker = fake(REFUSES)
    heard = Heard()
    for ask in (speaker.start, lambda: speaker.play(b"\0\0", 16_000, heard.started.append, heard.finished)):
        with pytest.raises(SpeakerError, match="there are: A, B") as caught:
            ask()
        assert caught.value.code == "speaker_missing"
    speaker.stop()
    assert (heard.started, heard.ends) == ([], []), "neither callback comes of what was refused"


def test_a_process_that_dies_ends_what_it_played_and_is_replaced() -> None:
    speaker = fake(DIES)
    first = play(speaker)
    end = first.wait()
    assert end.error is not None
    assert end.error.code == "speaker_lost"
    assert not end.completed
    second = play(speaker)
    assert second.wait().error is not None
    speaker.stop()
    assert len(first.ends) == len(second.ends) == 1


def test_a_process_that_falls_silent_is_killed_and_its_pieces_end() -> None:
    speaker = fake(FALLS_SILENT, alive_s=0.3)
    assert play(speaker).wait().error is not None
    speaker.stop()


@pytest.mark.parametrize("program", [SAYS_NOTHING, TALKS_NONSENSE, "pass"])
def test_a_process_that_does_not_answer_is_an_error(program: str) -> None:
    speaker = fake(program, answer_s=1.0)
    with pytest.raises(SpeakerError) as caught:
        speaker.start()
    assert caught.value.code == "speaker_lost"
    speaker.stop()


def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SpeakerError) as caught:
        IsolatedSpeaker(command=["/no/such/program"]).start()
    assert caught.value.code == "speaker_open_failed"


def test_orders_without_a_process_are_nothing_and_stop_may_come_twice() -> None:
    speaker = fake(PLAYS)
    speaker.cancel()
    speaker.pause()
    speaker.resume()
    speaker.duck(0.5)
    speaker.keep_open = True
    speaker.stop()
    speaker.stop()
    assert speaker.keep_open


def test_what_plays_is_heard_and_how_loud_it_is_is_known(audio: AudioServer, tmp_path: Path) -> None:
    speaker = IsolatedSpeaker("kiosk_speaker")
    began = time.monotonic()
    with audio.recording(tmp_path / "heard.wav"):
        heard = play(speaker, tone(1.0, 22_050), 22_050)
        assert heard.wait().completed
    assert speaker.name == "kiosk_speaker"
    assert began < heard.started[0] < heard.ends[0].at
    assert speaker.loudest(heard.started[0], heard.ends[0].at) == pytest.approx(-15.3, abs=1)
    assert speaker.loudest(began - 10, began) < -90
    speaker.stop()
    assert seconds_of_sound(load_sound(tmp_path / "heard.wav")) == pytest.approx(1.0, abs=0.1)


def test_a_cancelled_piece_ends_soon_and_what_is_held_goes_on(audio: AudioServer) -> None:
    speaker = IsolatedSpeaker("kiosk_speaker")
    long = play(speaker, tone(30.0))
    speaker.cancel()
    assert not long.wait().completed
    held = play(speaker, tone(0.5))
    speaker.pause()
    speaker.resume()
    assert held.wait().completed
    speaker.stop()


def test_stopping_ends_what_plays_without_an_error(audio: AudioServer) -> None:
    speaker = IsolatedSpeaker("kiosk_speaker")
    heard = play(speaker, tone(30.0))
    speaker.stop()
    assert heard.wait() == PlaybackEnd(heard.ends[0].at, completed=False)


def test_a_device_that_is_pulled_fails_the_piece_and_plays_again_when_it_is_back(audio: AudioServer) -> None:
    speaker = IsolatedSpeaker("kiosk_speaker")
    heard = play(speaker, tone(30.0))
    audio.unplug_speaker()
    end = heard.wait()
    assert end.error is not None
    assert end.error.code in {"speaker_lost", "speaker_open_failed", "speaker_missing"}
    audio.plug_speaker()
    assert play(speaker, tone(0.2)).wait().completed
    speaker.stop()


def test_a_process_that_is_killed_or_stands_still_is_replaced(audio: AudioServer) -> None:
    speaker = IsolatedSpeaker("kiosk_speaker", alive_s=1.0)
    for number in (signal.SIGKILL, signal.SIGSTOP):
        heard = play(speaker, tone(30.0))
        os.kill(child_with("voice.playback"), number)
        assert heard.wait().error is not None
    assert play(speaker, tone(0.2)).wait().completed
    speaker.stop()
