"""What the voice parts are to each other; backends implement these protocols, one file each.

Sound between parts is 16 kHz, mono, signed 16-bit little endian PCM; times are ``time.monotonic()`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from voice.errors import SpeakerError

SAMPLE_RATE = 16_000
"""Hz; of everything that is heard. What is spoken has the synthesiser's own rate."""

SAMPLE_BYTES = 2
FRAME_SAMPLES = 512
"""Samples of one voice activity frame (32 ms), the step in which the listener works."""

FRAME_BYTES = FRAME_SAMPLES * SAMPLE_BYTES
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A piece of what the microphone heard: PCM, and the monotonic time of its first sample."""

    samples: bytes
    at: float

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / (SAMPLE_RATE * SAMPLE_BYTES)

    @property
    def end(self) -> float:
        """Monotonic time just after the last sample."""
        return self.at + self.seconds


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds since the recogniser's last reset, confidence 0 to 1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an utterance was understood to be; empty text with confidence 0 when it was rejected.

    ``language`` is ``zh`` or ``en`` where a recogniser tells it, "" where it does not. ``raw`` is what the engine wrote
    when ``text`` is better than that, else "".
    """

    text: str
    words: tuple[Word, ...]
    confidence: float
    language: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class PlaybackEnd:
    """How one piece of sound ended: ``at`` is when its last sample left; ``error`` when the device failed."""

    at: float
    completed: bool
    error: SpeakerError | None = None


class Microphone(Protocol):
    """A source of sound. All methods but start() and stop() are for one thread, the listener's."""

    @property
    def name(self) -> str:
        """The device, as the system names it."""
        ...

    @property
    def overruns(self) -> int:
        """How often sound was lost because nobody read it in time, since the start."""
        ...

    def start(self) -> None:
        """Open the device; again after it was lost. Raises MicrophoneError when it cannot be opened."""
        ...

    def stop(self) -> None:
        """Close the device; safe to call at any time, also twice."""
        ...

    def read(self, timeout: float) -> AudioChunk | None:
        """The next chunk, or None when there is none within ``timeout`` seconds.

        Raises:
            MicrophoneError: the device is gone.
        """
        ...

    def now(self) -> float:
        """The time by this source: the monotonic clock, or the virtual time of a recording."""
        ...


class Speaker(Protocol):
    """A sink of sound that plays pieces one after another, never two at once."""

    volume: float
    """0 (silent) to 1; applies to pieces given to play() afterwards."""

    @property
    def name(self) -> str:
        """The device, as the system names it."""
        ...

    @property
    def keep_open(self) -> bool:
        """Whether the device stays open though nothing plays, so that the next piece starts without waiting for it."""
        ...

    @keep_open.setter
    def keep_open(self, on: bool) -> None: ...

    def start(self) -> None:
        """Open the device. Raises SpeakerError when it cannot be opened."""
        ...

    def stop(self) -> None:
        """Close the device; what was playing ends as not completed."""
        ...

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        """Play a piece (mono s16le at ``rate`` Hz) after those already waiting; returns at once.

        ``on_started`` gets the monotonic time at which the first sample leaves the device; ``on_finished``
        comes exactly once, when the last sample has left it. Both are called from the speaker's own thread
        and must not block.

        Raises:
            SpeakerError: the device cannot be opened; neither callback will come.
        """
        ...

    def cancel(self) -> None:
        """Fade out what plays and forget what waits; their ``on_finished`` come with completed=False.

        Ends pause() and duck(), too.
        """
        ...

    def pause(self) -> None:
        """Fall silent and keep the place; what is given to play() meanwhile waits. Ends by itself as a cancel()."""
        ...

    def resume(self) -> None:
        """Go on after pause(), from a little before where it stopped; nothing without one."""
        ...

    def duck(self, gain: float) -> None:
        """Play at a part of the loudness, 0 to 1, until the next duck() or cancel()."""
        ...

    def loudest(self, since: float, until: float) -> float:
        """The highest level in dBFS of what left the device between two monotonic times of the last seconds."""
        ...


class VoiceActivity(Protocol):
    """Tells speech from everything else, frame by frame."""

    def probability(self, frame: bytes) -> float:
        """Probability that a frame of FRAME_SAMPLES samples is speech. Raises ActivityError."""
        ...

    def reset(self) -> None:
        """Forget what was heard."""
        ...


class Recognizer(Protocol):
    """Turns the sound of one utterance into text."""

    def accept(self, pcm: bytes) -> str:
        """Take more sound; the text so far, which may be empty. Raises RecognizerError."""
        ...

    def finish(self) -> Recognition:
        """The result of everything since the last reset; resets. Raises RecognizerError."""
        ...

    def reset(self) -> None:
        """Forget the utterance."""
        ...


class Synthesizer(Protocol):
    """Turns text into sound."""

    @property
    def sample_rate(self) -> int:
        """Hz of what synthesize() gives."""
        ...

    def prepare(self) -> None:
        """Load what the first sentence needs. Raises SynthesizerError when something is missing."""
        ...

    def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
        """Sound (mono s16le), sentence by sentence, so that playback can start after the first.

        ``lang`` is ``zh`` or ``en``; ``rate`` 1.0 is the normal speed.

        Raises:
            SynthesizerError: while iterating, when the program is missing or fails.
        """
        ...


class SentenceSynthesizer(Protocol):
    """What a Synthesizer is made of: speaks one sentence whose words are already as they are read aloud."""

    @property
    def sample_rate(self) -> int:
        """Hz of what speak() gives."""
        ...

    def prepare(self) -> None:
        """Load what the first sentence needs. Raises SynthesizerError when something is missing."""
        ...

    def stop(self) -> None:
        """Let programs and files go; prepare() gets them again."""
        ...

    def use_readings(self, readings: Mapping[str, str]) -> None:
        """How words of the trade are to be read, as numbered pinyin, from the next sentence on; from any thread."""
        ...

    def fingerprint(self, sentence: str, lang: str, rate: float) -> str:
        """Everything that decides how the sentence will sound: program, version, voice, readings, speed."""
        ...

    def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        """Its sound (mono s16le), and the fingerprint of what really spoke. Raises SynthesizerError."""
        ...
