"""What the voice parts tell the kiosk; ``at`` and all other times are ``time.monotonic()`` seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak; ``at`` is the first voiced sample, earlier than the moment it was noticed."""

    at: float


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """The text so far changed."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over: ``at`` is its last voiced sample, ``decided_at`` when that was sure."""

    at: float
    decided_at: float


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """A whole utterance as text, with the times a latency trace needs; ``at`` equals ``recognised_at``.

    ``language`` and ``raw`` are those of the Recognition.
    """

    at: float
    text: str
    confidence: float
    speech_started_at: float
    speech_ended_at: float
    recognised_at: float
    language: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """Speech ended, but it was none of what can be recognised."""

    at: float


@dataclass(frozen=True, slots=True)
class ListeningFailed:
    """The voice activity detector or the recogniser failed on an utterance; listening goes on."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class InterruptionSuspected:
    """While the kiosk speaks, somebody may have begun to speak, at ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class InterruptionConfirmed:
    """It is somebody who wants the kiosk to be quiet; what else is said follows as the usual hearing events."""

    at: float


@dataclass(frozen=True, slots=True)
class InterruptionDismissed:
    """It was a cough, a nod in words, or noise."""

    at: float


@dataclass(frozen=True, slots=True)
class MicrophoneLost:
    """The microphone cannot be used; the listener keeps trying to open it."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class MicrophoneBack:
    """The microphone works again after MicrophoneLost."""

    at: float


MicrophoneFault = Literal["silent", "clipped", "offset", "noise"]
"""What sound can be that no room makes."""


@dataclass(frozen=True, slots=True)
class MicrophoneImpaired:
    """The microphone delivers, but what it delivers cannot be the sound of a room; listening goes on."""

    at: float
    fault: MicrophoneFault
    reason: str


@dataclass(frozen=True, slots=True)
class MicrophoneClear:
    """The microphone's sound is that of a room again after MicrophoneImpaired."""

    at: float


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first sample of an utterance leaves the loudspeaker."""

    at: float
    utterance: int


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """The last sample of an utterance has left the loudspeaker; not ``completed`` when it was cut short."""

    at: float
    utterance: int
    completed: bool


@dataclass(frozen=True, slots=True)
class PlaybackFailed:
    """An utterance could not be spoken, or not to its end; nothing more of it will be heard."""

    at: float
    utterance: int
    reason: str


HearingEvent = SpeechStarted | PartialHeard | SpeechEnded | UtteranceHeard | NothingHeard | ListeningFailed
MicrophoneEvent = MicrophoneLost | MicrophoneBack | MicrophoneImpaired | MicrophoneClear
InterruptionEvent = InterruptionSuspected | InterruptionConfirmed | InterruptionDismissed
ListenerEvent = HearingEvent | InterruptionEvent | MicrophoneEvent
PlaybackEvent = PlaybackStarted | PlaybackFinished | PlaybackFailed
VoiceEvent = ListenerEvent | PlaybackEvent
