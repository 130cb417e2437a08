"""How soon and how surely the end of what real people say is found: ``python -m tests.bench.endpoint``.

Twelve people's words (``data/speech``) are joined to utterances with known ends, mixed with the noises, rooms and
other voices of ``data``, and heard by the real Hearing and detector on virtual time.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.backdrop import SPEECH_DBFS, at_level, babble, mix, read_noises, read_rooms
from tests.bench.endpoint_hearing import Heard, hear, starts_and_ends
from tests.bench.recordings import Recording, Samples, read_tuning_words, read_words
from tests.bench.utterances import SLOW, USUAL, Pace, draw
from voice.activity import SileroActivity
from voice.patience import Patience
from voice.ports import SAMPLE_RATE

_WORD = Pace("one word", (1, 1), (0.0, 0.0))
_VOICES = 6
_CLEAN = 99.0


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the table: who speaks how, where, and in what."""

    name: str
    pace: Pace = USUAL
    behind: str = "hall"
    snr_db: float = _CLEAN
    room: bool = False
    patience: Patience = Patience.NORMAL


CONDITIONS = (
    *(Condition("hall noise", snr_db=snr) for snr in (_CLEAN, 20.0, 10.0, 5.0)),
    *(Condition("hall noise, reverberant", snr_db=snr, room=True) for snr in (_CLEAN, 20.0, 10.0)),
    *(Condition("single words", _WORD, snr_db=snr) for snr in (_CLEAN, 10.0)),
    *(Condition("six people talking", behind="babble", snr_db=snr) for snr in (20.0, 10.0, 5.0)),
    *(Condition("slow talkers", SLOW, snr_db=snr, patience=Patience.SLOW) for snr in (_CLEAN, 20.0, 10.0)),
)


class Bench:
    """The recordings, and what they are mixed with."""

    def __init__(self, data: Path, *, tuning: bool) -> None:
        self.words = read_tuning_words(data) if tuning else read_words(data)
        self.noises = read_noises(data)
        self._rooms = read_rooms(data)
        self._activity = SileroActivity()
        speakers = sorted({word.speaker for word in self.words})
        halves = set(speakers[: len(speakers) // 2]), set(speakers[len(speakers) // 2 :])
        # Whoever is in one half is disturbed by the other half only.
        self._babble = {
            speaker: sound
            for own, others in (halves, halves[::-1])
            for sound in [babble(self._of(others), _VOICES, 40.0, seed=7)]
            for speaker in own
        }

    def measure(self, condition: Condition, count: int) -> tuple[list[Heard], list[Heard]]:
        """``count`` utterances in a condition: with the scripted texts, and without any."""
        rooms = self._rooms if condition.room else ()
        seed = int.from_bytes(condition.pace.name.encode()[:4], "little") + condition.room
        results: list[list[Heard]] = []
        for number, utterance in enumerate(draw(self.words, condition.pace, count, seed, rooms)):
            noise = self._behind(condition, number, utterance.speaker)
            pcm = mix(utterance, noise, condition.snr_db, seed=number)
            results.append(hear(utterance, pcm, self._activity, condition.patience, seed=number))
        return [with_text for with_text, _ in results], [without for _, without in results]

    def babble_alone(self) -> list[tuple[float, float]]:
        """Utterances taken out of forty seconds of people talking as loudly as a citizen."""
        return starts_and_ends(at_level(next(iter(self._babble.values())), SPEECH_DBFS), self._activity)

    def false_starts(self, noise: Samples, dbfs: float, seconds: float = 60.0) -> int:
        """Utterances taken out of a minute of noise alone."""
        sound = np.resize(noise, int(seconds * SAMPLE_RATE))
        return len(starts_and_ends(at_level(sound, dbfs), self._activity))

    def _behind(self, condition: Condition, number: int, speaker: str) -> Samples | None:
        if condition.snr_db == _CLEAN:
            return None
        if condition.behind == "babble":
            return self._babble[speaker]
        return list(self.noises.values())[number % len(self.noises)]

    def _of(self, speakers: set[str]) -> list[Recording]:
        return [word for word in self.words if word.speaker in speakers]


def row(condition: Condition, text: str, heard: Sequence[Heard]) -> list[str]:
    """The cells of one row."""
    delays = [one.delay for one in heard if one.delay is not None]
    missed = sum(one.lead is None for one in heard)
    kept = sum(one.lead is not None and one.lead >= 0 for one in heard)
    return [
        condition.name,
        "clean" if condition.snr_db == _CLEAN else f"{condition.snr_db:.0f} dB",
        text,
        str(len(heard)),
        f"{100 * sum(one.cut for one in heard) / len(heard):.1f} %",
        *(f"{1000 * np.quantile(delays, share):.0f}" for share in (0.5, 0.95)),
        f"{100 * kept / len(heard):.1f} %",
        str(missed),
    ]


def histogram(heard: Sequence[Heard], step: float = 0.1, longest: float = 1.6) -> list[str]:
    """Delays as bars of text, one line a tenth of a second."""
    delays = np.array([one.delay for one in heard if one.delay is not None])
    counts, edges = np.histogram(
        np.minimum(delays, longest - step / 2), np.arange(0, longest + step / 2, step)
    )
    return [
        f"{edge:4.1f} s {count:4d} {'#' * round(60 * count / max(1, counts.max()))}"
        for edge, count in zip(edges, counts, strict=False)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with speech/ and noise/")
    parser.add_argument("--count", type=int, default=300, help="utterances in each condition")
    parser.add_argument("--tuning", action="store_true", help="on the ten people the settings were chosen on")
    given = parser.parse_args()
    console = Console(width=110)
    bench = Bench(given.data, tuning=given.tuning)
    table = Table(title=f"{len(bench.words)} recordings; delays in ms after the true end")
    for name in ("condition", "SNR", "text", "n", "cut off", "p50", "p95", "first syllable", "unheard"):
        table.add_column(name, justify="left" if name in ("condition", "text") else "right")
    bars: list[str] = []
    for condition in CONDITIONS:
        with_text, without = bench.measure(condition, given.count)
        table.add_row(*row(condition, "scripted", with_text))
        table.add_row(*row(condition, "none", without))
        console.print(" ".join(row(condition, "scripted", with_text)), style="dim")
        if condition.name == "hall noise" and condition.snr_db == 10.0:
            bars = histogram(with_text)
    console.print(table)
    console.print("Delays in hall noise at 10 dB, with texts", *bars, sep="\n")
    talk = ", ".join(f"{decided - start:.1f}" for start, decided in bench.babble_alone())
    console.print(f"Endless talk of {_VOICES} people without a text: utterances of {talk} s")
    for name, noise in bench.noises.items():
        starts = [f"{bench.false_starts(noise, dbfs)} at {dbfs:.0f} dBFS" for dbfs in (-46.0, -36.0, -26.0)]
        console.print(f"False starts a minute in {name}: {', '.join(starts)}")


if __name__ == "__main__":
    main()
