"""What the kiosk speaks with: chosen by the configuration, louder in a loud room, the default for the next citizen."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kiosk_app.config import KioskConfig, SpeechConfig
from kiosk_app.events import Event
from kiosk_app.runtime.room_noise import RoomNoise
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.runtime.voices import PIPER_SETTINGS, PIPER_VOICE, choose_voice
from models.knowledge import Knowledge
from models.knowledge.content import Recording
from tests.voice.doubles import ScriptedMicrophone, VirtualSpeaker
from voice.errors import SpeakerError, SynthesizerError
from voice.events import PlaybackFinished, PlaybackStarted
from voice.fallback_synthesizer import FallbackSynthesizer
from voice.ports import AudioChunk
from voice.synthesizer import EspeakSynthesizer


def config(home: Path, **speech: object) -> KioskConfig:
    return KioskConfig(data_dir=home, speech=SpeechConfig.model_validate(speech))


def noise(dbfs: float, seconds: float = 3.0) -> list[AudioChunk]:
    samples = np.random.default_rng(1).normal(0, 32768 * 10 ** (dbfs / 20), int(seconds * 16_000))
    pcm = np.clip(samples, -32768, 32767).astype(np.int16).tobytes()
    return [AudioChunk(pcm[at : at + 1024], at / 32_000) for at in range(0, len(pcm), 1024)]


def test_without_piper_espeak_speaks_and_a_piper_that_is_asked_for_is_missed(tmp_path: Path) -> None:
    assert isinstance(choose_voice(config(tmp_path)), EspeakSynthesizer)
    assert isinstance(choose_voice(config(tmp_path, backend="espeak-ng")), EspeakSynthesizer)
    with pytest.raises(SynthesizerError, match=f"kiosk models fetch {PIPER_VOICE}"):
        choose_voice(config(tmp_path, backend="piper"))


def test_piper_speaks_chinese_where_its_program_and_voice_are(with_piper: Path) -> None:
    voice = choose_voice(config(with_piper))
    try:
        assert isinstance(voice, FallbackSynthesizer)
        voice.prepare()
        assert voice.speak("你好。", "zh", 1.0)[1].startswith("piper")
        assert voice.speak("Hello.", "en", 1.0)[1].startswith("espeak-ng")
    finally:
        voice.stop()
    assert isinstance(choose_voice(config(with_piper, backend="espeak-ng")), EspeakSynthesizer)


def test_a_piper_voice_with_damaged_settings_is_not_used(with_piper: Path) -> None:
    (with_piper / "assets" / PIPER_SETTINGS).write_text("no settings")
    assert isinstance(choose_voice(config(with_piper)), EspeakSynthesizer)
    with pytest.raises(SynthesizerError, match=PIPER_SETTINGS):
        choose_voice(config(with_piper, backend="piper"))


def test_the_room_is_measured_in_passing_but_not_the_kiosk_itself() -> None:
    room = RoomNoise()
    microphone = ScriptedMicrophone()
    overheard = room.overhear(microphone)
    assert (overheard.name, overheard.overruns, room.dbfs) == ("scripted", 0, None)
    overheard.start()
    microphone.push(noise(-40.0)[0].samples)
    assert overheard.read(0.1) is not None
    for chunk in noise(-40.0):
        room.take(chunk)
    assert room.dbfs == pytest.approx(-40, abs=1)
    room.kiosk_speaks = True
    for chunk in noise(-10.0):
        room.take(chunk)
    assert room.dbfs == pytest.approx(-40, abs=1)


def test_a_loud_room_raises_the_volume_until_the_visit_ends(tmp_path: Path) -> None:
    speaking = Speaking(config(tmp_path))
    assert speaking.volume(0.5) == 0.5
    for chunk in noise(-30.0):
        speaking.noise.take(chunk)
    speaking.visit_started()
    louder = [speaking.volume(0.5) for _ in range(4)][-1]
    assert louder == pytest.approx(1.0, rel=0.01)
    speaking.noise.overhear(ScriptedMicrophone())  # nothing is known of the room any more
    speaking.visit_ended()
    assert speaking.volume(0.5) == 0.5


def test_the_room_is_left_alone_when_the_configuration_says_so(tmp_path: Path) -> None:
    speaking = Speaking(config(tmp_path, follow_room=False))
    for chunk in noise(-20.0):
        speaking.noise.take(chunk)
    assert speaking.volume(0.5) == 0.5


def test_what_the_kiosk_says_is_not_taken_for_noise(tmp_path: Path) -> None:
    speaking = Speaking(config(tmp_path))
    speaking.heard(PlaybackStarted(0.0, 1))
    assert speaking.noise.kiosk_speaks
    speaking.heard(PlaybackFinished(1.0, 1, completed=True))
    assert not speaking.noise.kiosk_speaks


def test_a_loudspeaker_that_does_not_open_leaves_nothing_behind(tmp_path: Path) -> None:
    speaker = VirtualSpeaker()
    speaker.broken = SpeakerError("speaker_missing", "no such device")
    speaking = Speaking(config(tmp_path), speaker=lambda _config: speaker)
    try:
        with pytest.raises(SpeakerError):
            speaking.build(lambda _event: None)
    finally:
        speaking.stop()
    assert speaker.stopped


def test_what_a_pack_has_recorded_is_played_instead_of_spoken(tmp_path: Path, gov: Knowledge) -> None:
    """A recorded answer of the shipped pack, on a loudspeaker that only writes down."""
    speaker = VirtualSpeaker(immediate=True)
    sound = io.BytesIO()
    soundfile.write(sound, np.sin(np.arange(22_050) / 10) * 0.3, 22_050, format="FLAC")
    answer = gov.matters[gov.frequent[0]].answer["zh"]
    content = replace(
        gov.content, recordings=(Recording("zh", answer, "gov/a.flac", 0, len(sound.getvalue())),)
    )
    recorded = Knowledge(content, gov.intent, "", {}, sounds=sound.getvalue())
    speaking = Speaking(config(tmp_path, cache_mb=0), lambda _: speaker)
    speaking.furnish(recorded, ())
    ended = threading.Event()

    def emit(event: Event) -> None:
        if isinstance(event, PlaybackFinished):
            ended.set()

    voice = speaking.build(emit)
    voice.start()
    try:
        voice.say(1, answer, "zh", 1.0)
        assert ended.wait(10)
    finally:
        voice.stop()
        speaking.stop()
    assert [len(pcm) for pcm in speaker.played] == [2 * 22_050]
