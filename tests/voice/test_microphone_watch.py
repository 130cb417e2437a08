"""A microphone that delivers what no room makes, on virtual time and through the real port."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voice.doubles import EventLog, ScriptedMicrophone
from tests.voice.test_level import noise, tone
from voice.errors import MicrophoneError
from voice.events import MicrophoneClear, MicrophoneImpaired
from voice.microphone_watch import WatchSettings
from voice.monitored_microphone import MonitoredMicrophone

ROOM_DBFS = -55.0


class Room:
    """A monitored microphone that hears what the test pushes, at once."""

    def __init__(self, settings: WatchSettings | None = None) -> None:
        self.device = ScriptedMicrophone()
        self.log = EventLog()
        self.microphone = MonitoredMicrophone(self.device, self.log, settings)
        self.microphone.start()

    def hear(self, pcm: bytes) -> list[str]:
        """What was told about this sound."""
        before = len(self.log.events)
        self.device.push(pcm)
        while self.microphone.read(0.0) is not None:
            pass
        return [told(event) for event in self.log.events[before:]]


def told(event: object) -> str:
    return event.fault if isinstance(event, MicrophoneImpaired) else type(event).__name__


def stuck(value: int, seconds: float) -> bytes:
    return np.full(round(seconds * 16_000), value, np.int16).tobytes()


def clipped_noise(seconds: float) -> bytes:
    return (
        np.random.default_rng(5).choice([-32_768, 32_767], round(seconds * 16_000)).astype(np.int16).tobytes()
    )


def speech(seconds: float) -> bytes:
    """Loud words with gaps, as loud as a good level allows."""
    return b"".join(tone(0.9, 0.5) + noise(ROOM_DBFS, 0.5) for _ in range(round(seconds)))


def test_a_room_and_a_loud_speaker_are_nothing_to_tell() -> None:
    room = Room()
    assert room.hear(noise(ROOM_DBFS, 60) + speech(60) + noise(-20, 30)) == []


def test_zeros_are_told_once_and_their_end_too() -> None:
    room = Room()
    assert room.hear(noise(ROOM_DBFS, 5) + stuck(0, 29)) == []
    assert room.hear(stuck(0, 60)) == ["silent"]
    assert room.hear(noise(ROOM_DBFS, 5)) == ["MicrophoneClear"]
    event = next(e for e in room.log.events if isinstance(e, MicrophoneImpaired))
    assert "zeros for 30 s" in event.reason
    assert event.at == pytest.approx(5 + 30, abs=0.2)


def test_a_stuck_value_is_silence_and_its_value_is_named() -> None:
    room = Room()
    assert room.hear(stuck(-1234, 40)) == ["silent"]
    event = room.log.events[0]
    assert isinstance(event, MicrophoneImpaired)
    assert "-1234" in event.reason


def test_silence_can_be_left_untold_for_a_microphone_with_a_noise_gate() -> None:
    assert Room(WatchSettings(silent_s=0)).hear(stuck(0, 300)) == []


def test_clipped_noise_is_told_and_ends_with_it() -> None:
    room = Room()
    assert room.hear(noise(ROOM_DBFS, 5) + clipped_noise(10)) == ["clipped"]
    assert room.hear(noise(ROOM_DBFS, 10)) == ["MicrophoneClear"]


def test_a_shout_is_not_a_fault_but_a_voice_always_at_full_scale_is() -> None:
    room = Room()
    assert room.hear(noise(ROOM_DBFS, 5) + tone(1.3, 0.1) + noise(ROOM_DBFS, 5)) == []
    assert room.hear(tone(1.5, 5.0)) == ["clipped"]


def test_an_offset_and_noise_without_a_room() -> None:
    assert Room().hear(tone(0.1, 20, offset=0.3)) == ["offset"]
    assert Room().hear(noise(-9, 20))[0] in {"noise", "clipped"}
    assert Room().hear(tone(0.5, 20)) == ["noise"]


def test_the_level_is_there_to_be_asked_and_starts_anew_with_the_device() -> None:
    room = Room()
    room.hear(noise(-30, 1))
    assert room.microphone.level.rms_dbfs == pytest.approx(-30, abs=1)
    assert room.microphone.room_dbfs == pytest.approx(-30, abs=1)
    room.device.unplug()
    with pytest.raises(MicrophoneError):
        room.microphone.read(0.0)
    room.microphone.stop()
    room.device.plug()
    room.microphone.start()
    assert room.microphone.room_dbfs is None
    assert (room.microphone.name, room.microphone.overruns) == ("scripted", 0)
    assert room.device.opened == 2


def test_a_fault_told_stays_told_when_the_device_is_opened_again() -> None:
    room = Room()
    assert room.hear(stuck(0, 31)) == ["silent"]
    room.microphone.stop()
    room.microphone.start()
    assert room.hear(stuck(0, 31)) == []
    assert room.hear(noise(ROOM_DBFS, 1)) == [MicrophoneClear.__name__]
