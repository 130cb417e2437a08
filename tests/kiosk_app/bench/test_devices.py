"""What stands for microphone and loudspeaker in the benchmark: the real port, in real time."""

from __future__ import annotations

import shutil
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.bench.clocked_speaker import ClockedSpeaker
from kiosk_app.bench.home import bench_config
from kiosk_app.bench.idle_figures import idle_figures
from kiosk_app.bench.paced_microphone import PacedMicrophone
from kiosk_app.bench.visitor import Visitor
from kiosk_app.config import KioskConfig, KnowledgeConfig, MicrophoneConfig, RecognitionConfig
from kiosk_app.spoken import spoken
from tests.voice.doubles import PATIENCE_S
from voice.level import level_of
from voice.microphone_process import IsolatedMicrophone
from voice.ports import AudioChunk, PlaybackEnd, Recognition
from voice.synthesizer import EspeakSynthesizer


class Deaf:
    """A Recognizer that hears nothing."""

    def accept(self, pcm: bytes) -> str:
        return ""

    def finish(self) -> Recognition:
        return Recognition("", (), 0.0)

    def reset(self) -> None:
        return


def chunks_of(microphone: PacedMicrophone | IsolatedMicrophone, count: int) -> list[AudioChunk]:
    return [chunk for _ in range(count) if (chunk := microphone.read(PATIENCE_S)) is not None]


def test_the_paced_microphone_delivers_a_room_and_what_is_said_and_never_ahead_of_time() -> None:
    microphone = PacedMicrophone()
    microphone.start()
    room = chunks_of(microphone, 5)
    tone = (8000 * np.sin(np.arange(512) / 3)).astype(np.int16)
    microphone.say(tone.tobytes())
    said = chunks_of(microphone, 2)
    assert all(-70 < level_of(chunk.samples).rms_dbfs < -58 for chunk in room)
    assert all(level_of(chunk.samples).rms_dbfs > -20 for chunk in said)
    assert not level_of(chunks_of(microphone, 1)[0].samples).rms_dbfs > -58
    assert all(after.at == pytest.approx(before.end) for before, after in pairwise([*room, *said]))
    assert said[-1].end <= microphone.now()


def test_the_stand_in_for_a_capture_process_speaks_its_protocol() -> None:
    microphone = IsolatedMicrophone(command=[sys.executable, "-m", "kiosk_app.bench.paced_capture"])
    microphone.start()
    try:
        assert microphone.name == "quiet room"
        chunks = chunks_of(microphone, 10)
    finally:
        microphone.stop()
    assert all(after.at == pytest.approx(before.end) for before, after in pairwise(chunks))


def test_the_clocked_speaker_keeps_the_order_and_the_time_of_its_pieces() -> None:
    speaker = ClockedSpeaker()
    told: list[str] = []
    over = threading.Event()

    def play(name: str, seconds: float, *, last: bool = False) -> None:
        def finished(end: PlaybackEnd) -> None:
            told.append(f"{name} {'whole' if end.completed else 'cut'}")
            if last:
                over.set()

        pcm = b"\0\0" * round(seconds * 16_000)
        speaker.play(pcm, 16_000, lambda _at: told.append(name), finished)

    play("first", 0.02)
    play("second", 0.02, last=True)
    assert over.wait(PATIENCE_S)
    assert told == ["first", "first whole", "second", "second whole"]
    told.clear()
    over.clear()
    play("long", 600)
    play("waiting", 600, last=True)
    speaker.cancel()
    assert over.wait(PATIENCE_S)
    assert [line for line in told if line != "long"] == ["long cut", "waiting cut"]
    speaker.stop()
    speaker.stop()
    assert "speaker" not in {thread.name for thread in threading.enumerate()}


def test_listening_to_nobody_is_measured_with_a_real_process() -> None:
    shares: list[float] = []
    config = KioskConfig(microphone=MicrophoneConfig(backend="none"))
    (figure,) = idle_figures(config, Deaf(), 1.0, shares.append)
    assert figure.value is not None
    assert 0 < figure.value < 100
    assert "no microphone here" in figure.note
    assert shares == sorted(shares)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="apt-get install espeak-ng")
def test_a_whole_kiosk_is_asked_aloud_and_leaves_nothing_behind(gov_artefact: Path) -> None:
    synthesizer = EspeakSynthesizer()
    synthesizer.prepare()
    threads = threading.active_count()
    asked = KioskConfig(
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
        recognition=RecognitionConfig(model="embedded"),
    )
    with bench_config(asked) as config:
        with Visitor(config) as visitor:
            turns = [visitor.ask(spoken(synthesizer, "办护照多少钱")) for _ in range(2)]
        folder = config.home
    assert [turn.matter for turn in turns] == ["gov.passport.apply"] * 2
    for turn in turns:
        stages = list(turn.stages().values())
        assert stages == sorted(stages)
        assert len(stages) == 7, "all but the drawn caption"
    assert not folder.exists()
    assert threading.active_count() <= threads
