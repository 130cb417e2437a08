"""Utterances with known true ends: one person's words joined with pauses, as people speak them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench.recordings import Recording, Samples
from voice.ports import SAMPLE_RATE

LEAD_S = 1.2
"""What is heard of the hall before the first word; the detector has long settled by then."""

LONGEST_S = 13.0
"""Whole sound of an utterance: the lead, the cap of ten seconds and some more."""

_MARGIN = SAMPLE_RATE * 6 // 100
"""Of each recording so much is kept around its speech, faded, so that no edge clicks."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How somebody speaks: words in an utterance, and the pauses between them (uniform, seconds)."""

    name: str
    words: tuple[int, int]
    pauses: tuple[float, float]


USUAL = Pace("usual", (2, 5), (0.0, 0.35))
"""Pauses inside a fluent sentence are shorter than 0.25 s but for a few; single words are read slower."""

SLOW = Pace("slow", (2, 4), (0.0, 0.8))
"""Elderly people and whoever thinks while speaking."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Clean sound, and where in it the words are, in seconds from its beginning."""

    samples: Samples
    speaker: str
    words: tuple[tuple[str, float, float], ...]

    @property
    def onset(self) -> float:
        """Where its first word truly begins."""
        return self.words[0][1]

    @property
    def end(self) -> float:
        """Where its last word truly ends."""
        return self.words[-1][2]


def join(words: Sequence[Recording], pauses: Sequence[float], room: Samples | None = None) -> Utterance:
    """Words with ``pauses`` seconds of silence between the end of one's speech and the next one's beginning.

    ``room`` is an impulse response that begins with its direct sound: the true ends stay where they are.
    """
    sound = np.zeros(int(LONGEST_S * SAMPLE_RATE), np.float32)
    at = int(LEAD_S * SAMPLE_RATE)
    placed: list[tuple[str, float, float]] = []
    for word, pause in zip(words, (*pauses, 0.0), strict=True):
        take = _faded(word)
        first = at - min(_MARGIN, word.start)
        sound[first : first + len(take)] += take
        end = at + word.end - word.start
        placed.append((word.text, at / SAMPLE_RATE, end / SAMPLE_RATE))
        at = end + int(pause * SAMPLE_RATE)
    if room is not None:
        length = 1 << int(np.ceil(np.log2(len(sound) + len(room))))
        spectrum = np.fft.rfft(sound, length) * np.fft.rfft(room, length)
        sound = np.fft.irfft(spectrum, length)[: len(sound)].astype(np.float32)
    return Utterance(sound, words[0].speaker, tuple(placed))


def _faded(word: Recording) -> Samples:
    before, after = min(_MARGIN, word.start), min(_MARGIN, len(word.samples) - word.end)
    take = word.samples[word.start - before : word.end + after].copy()
    take[:before] *= np.linspace(0, 1, before, dtype=np.float32)
    take[len(take) - after :] *= np.linspace(1, 0, after, dtype=np.float32)
    return take


def draw(
    words: Sequence[Recording],
    pace: Pace,
    count: int,
    seed: int,
    rooms: Sequence[Samples] = (),
) -> list[Utterance]:
    """``count`` utterances, each by one person, who take turns; the same for the same seed.

    With ``rooms`` each is spoken in one of them.
    """
    rng = np.random.default_rng(seed)
    by_speaker: dict[str, list[Recording]] = {}
    for word in words:
        by_speaker.setdefault(word.speaker, []).append(word)
    speakers = sorted(by_speaker)
    made: list[Utterance] = []
    for number in range(count):
        own = by_speaker[speakers[number % len(speakers)]]
        chosen = [
            own[int(pick)]
            for pick in rng.integers(0, len(own), int(rng.integers(*pace.words, endpoint=True)))
        ]
        pauses = [float(pause) for pause in rng.uniform(*pace.pauses, len(chosen) - 1)]
        room = rooms[int(rng.integers(len(rooms)))] if rooms else None
        made.append(join(chosen, pauses, room))
    return made
