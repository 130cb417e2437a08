"""Interruptions on virtual time: ``python -m tests.bench.interruption --data ../shared/data``.

A kiosk speaks without end in a hall made of recordings. What it plays comes back to the microphone through a room,
so much softer as ``--loss`` says; a hold silences it, as it would. Counted are holds and confirmed interruptions
in minutes in which nobody interrupts, and how long real people have to speak until the kiosk is held.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.bench.backdrop import pcm
from tests.bench.hall import CITIZEN_DBFS, KIOSK_DBFS, Hall, Sound, in_room, kiosk_voice, put, room
from voice.activity import SileroActivity
from voice.events import InterruptionConfirmed, InterruptionDismissed, InterruptionSuspected
from voice.overhearing import Echo, Overhearing
from voice.played import PlayedLevels
from voice.playlist import STEP_BACK_S
from voice.ports import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, AudioChunk, Recognition

WITHIN_S = 0.2
"""Of the 250 ms that a citizen may wait for silence; the devices' buffers and the fade take the rest."""

DELAY_S = 0.08
"""Of the echo: sound server out, air, sound server in."""


class NoRecognizer:
    """A recogniser that understands nothing, which is what one makes of foreign babble; only sound decides."""

    def accept(self, pcm: bytes) -> str:
        return ""

    def finish(self) -> Recognition:
        return Recognition("", (), 0.0)

    def reset(self) -> None:
        return


@dataclass
class Run:
    """What happened in one run: times of holds, and how each ended."""

    held: list[float] = field(default_factory=list)
    confirmed: list[float] = field(default_factory=list)
    dismissed: list[float] = field(default_factory=list)


class Stage:
    """The kiosk speaking into a hall, frame by frame."""

    def __init__(
        self, hall: Sound, voice: Sound, response: Sound, loss_db: float, known_loss_db: float
    ) -> None:
        self._hall = hall
        self._voice = voice
        echo = in_room(voice, response / np.sqrt((response**2).sum()))
        self._echo = np.concatenate([np.zeros(int(DELAY_S * SAMPLE_RATE)), echo]).astype(np.float32)
        self._echo *= np.float32(10 ** (-loss_db / 20))
        self._played = PlayedLevels()
        self.ears = Overhearing(
            SileroActivity(), NoRecognizer(), Echo(self._played.loudest, known_loss_db, DELAY_S)
        )
        self._position = 0

    def play(self) -> Iterator[tuple[float, object]]:
        """Every decision with the time at which it was made."""
        held = False
        for number in range(self._hall.size // FRAME_SAMPLES):
            at = number * FRAME_SECONDS
            frame = self._hall[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
            if not held:
                here = slice(self._position, self._position + FRAME_SAMPLES)
                self._played.note(at, FRAME_SECONDS, pcm(self._voice[here]))
                frame = frame + self._echo[here]
                self._position = (self._position + FRAME_SAMPLES) % (self._voice.size - FRAME_SAMPLES)
            for event in self.ears.feed(AudioChunk(pcm(frame), at)):
                held = isinstance(event, InterruptionSuspected)
                if isinstance(event, InterruptionDismissed):
                    self._position = max(0, self._position - int(STEP_BACK_S * SAMPLE_RATE))
                yield at + FRAME_SECONDS, event
            if self.ears.taken:
                self.ears.reset()


def watch(stage: Stage) -> Run:
    """Play to the end and keep what happened."""
    run = Run()
    for at, event in stage.play():
        if isinstance(event, InterruptionSuspected):
            run.held.append(at)
        elif isinstance(event, InterruptionConfirmed):
            run.confirmed.append(at)
        else:
            run.dismissed.append(at)
    return run


def noise_alone(data: Path, minutes: float, below_db: float, loss_db: float, seed: int) -> Run:
    """Nobody interrupts."""
    hall = Hall(data, seed)
    response = room(sorted((data / "noise").glob("*rir*.wav"))[0])
    sound = hall.whole(minutes * 60, below_db)
    return watch(Stage(sound, kiosk_voice(60), response, loss_db, loss_db))


def people(
    data: Path, count: int, below_db: float, loss_db: float, seed: int
) -> tuple[list[float], int, int]:
    """Real people interrupt: seconds from their first sound to the hold; how many were missed, and unconfirmed."""
    hall = Hall(data, seed)
    response = room(sorted((data / "noise").glob("*rir*.wav"))[0])
    apart = 12.0
    sound = hall.whole(count * apart + 10, below_db)
    starts, ends = [], []
    for number in range(count):
        starts.append(10 + number * apart + hall.dice.uniform(0, 4))
        said = hall.person()
        ends.append(starts[-1] + said.size / SAMPLE_RATE)
        put(sound, said, starts[-1])
    run = watch(Stage(sound, kiosk_voice(60), response, loss_db, loss_db))
    delays, missed, unconfirmed = [], 0, 0
    for start, end in zip(starts, ends, strict=True):
        held = next((at for at in run.held if start <= at <= end), None)
        if held is None:
            missed += 1
            continue
        delays.append(held - start)
        unconfirmed += not any(held <= at <= end + 1 for at in run.confirmed)
    return delays, missed, unconfirmed


def coughs(data: Path, count: int, below_db: float, loss_db: float, seed: int) -> Run:
    """Somebody coughs in front of the kiosk."""
    hall = Hall(data, seed)
    sound = hall.whole(count * 6 + 10, below_db)
    for number in range(count):
        put(sound, hall.cough(), 10 + number * 6)
    response = room(sorted((data / "noise").glob("*rir*.wav"))[0])
    return watch(Stage(sound, kiosk_voice(60), response, loss_db, loss_db))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--coughs", type=int, default=20)
    parser.add_argument("--loss", type=float, nargs="*", default=[25.0])
    parser.add_argument("--below", type=float, nargs="*", default=[30.0, 20.0, 10.0, 5.0])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.stdout.write(f"a citizen has {CITIZEN_DBFS:.0f} dBFS, the kiosk plays at {KIOSK_DBFS:.0f} dBFS\n")
    for loss in options.loss:
        for below in options.below:
            report(options, below, loss)


def report(options: argparse.Namespace, below: float, loss: float) -> None:
    """One hall and one loss: three lines."""
    say = sys.stdout.write
    run = noise_alone(options.data, options.minutes, below, loss, options.seed)
    say(f"echo {loss:.0f} dB softer, hall {below:.0f} dB below a citizen\n")
    say(f"  {options.minutes:.0f} min of hall: {len(run.held)} holds, {len(run.confirmed)} confirmed\n")
    delays, missed, unconfirmed = people(options.data, options.people, below, loss, options.seed)
    ordered = sorted(delays) or [0.0]
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    within = sum(delay <= WITHIN_S for delay in delays)
    say(
        f"  {options.people} people: held after p50 {statistics.median(ordered) * 1e3:.0f} ms,"
        f" p95 {late * 1e3:.0f} ms; {within} within {WITHIN_S * 1e3:.0f} ms; missed {missed},"
        f" held but not confirmed {unconfirmed}\n"
    )
    coughed = coughs(options.data, options.coughs, below, loss, options.seed)
    say(f"  {options.coughs} coughs: {len(coughed.held)} holds, {len(coughed.confirmed)} confirmed\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
