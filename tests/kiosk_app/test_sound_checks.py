"""What the doctor says of microphones: from their sound, and of the real private devices."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from kiosk_app.config import KioskConfig, MicrophoneConfig, SpeakerConfig
from kiosk_app.demo.audio_server import AudioServer
from kiosk_app.sound_checks import devices_check, heard, loudspeaker_check, microphone_check
from tests.voice.test_level import noise, tone
from voice.level import level_of

MICROPHONE = MicrophoneConfig()


@pytest.mark.parametrize(
    ("sound", "state", "said"),
    [
        (noise(-50, 1.0), "ok", "-50 dBFS"),
        (b"\0" * 32_000, "warn", "silence"),
        (b"\x00\x10" * 16_000, "warn", "the constant value 4096"),
        (b"", "warn", "silence"),
        (tone(2.0, 1.0), "warn", "at full scale"),
        (tone(0.1, 1.0, offset=0.5), "warn", "off centre by 50%"),
    ],
)
def test_the_sound_tells_what_is_wrong_with_a_microphone(sound: bytes, state: str, said: str) -> None:
    finding = heard(MICROPHONE, "mic", level_of(sound))
    assert finding.state == state
    assert said in finding.figure
    assert finding.fix or state == "ok"


def test_silence_is_no_fault_of_a_microphone_with_a_noise_gate() -> None:
    assert heard(MicrophoneConfig(silent_after_s=0), "mic", level_of(b"\0" * 32_000)).state == "ok"


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioServer]:
    """The private sound devices, selected for this process."""
    if shutil.which("pulseaudio") is None:
        pytest.skip("PulseAudio is not installed: apt-get install pulseaudio pulseaudio-utils")
    with AudioServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def test_real_devices_are_listed_opened_and_listened_to(audio: AudioServer) -> None:
    config = KioskConfig(
        microphone=MicrophoneConfig(device="kiosk_mic"), speaker=SpeakerConfig(device="kiosk_speaker")
    )
    listed = devices_check(config)
    assert (listed.state, "kiosk_mic" in listed.figure, "kiosk_speaker" in listed.figure) == (
        "ok",
        True,
        True,
    )
    microphone = microphone_check(config)
    assert microphone.state == "warn", "nobody plays into the private microphone"
    assert "kiosk_mic (1 x 16000 Hz)" in microphone.figure
    assert "silence" in microphone.figure
    assert loudspeaker_check(config).state == "ok"
    audio.unplug_microphone()
    gone = microphone_check(config)
    assert gone.state == "fail"
    assert "microphone.device" in gone.fix
