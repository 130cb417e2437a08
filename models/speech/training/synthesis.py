"""Synthetic speech in many voices: groups of random voice variants, each made by a process of its own.

espeak-ng can be started once per process, lists at most 349 voices, and dies of a few odd variants: a group that is
lost costs its utterances, not the run.
"""

import logging
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from models.speech.errors import SpeechModelError
from models.speech.phones import SILENCE, PhoneTable
from models.speech.training import voices
from models.speech.training.clips import Clip, load_clips, save_clips
from models.speech.training.espeak import Espeak, Speech, Voice
from models.speech.training.log_mel import SAMPLE_RATE

logger = logging.getLogger(__name__)

_VARIANTS = 150  # random ones a group
_RANDOM_SHARE = 0.7  # of utterances in a random variant; the others in a stock one
_RATES = (115, 260)  # words per minute
_PITCHES = (15, 25, 35, 50, 65, 80, 92)
_PITCH_RANGES = (20, 40, 55, 75)
_SHORTEST_S = 0.25
_FEWEST_GROUPS = 0.5  # of those asked for


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that one set of voices speaks; ``number`` also seeds the voices."""

    number: int
    texts: tuple[str, ...]


def synthesise(groups: Sequence[Group], table: PhoneTable, folder: Path, processes: int) -> Iterator[Path]:
    """Make one file of clips per group in ``folder``; those that are there already are kept.

    Raises SpeechModelError ``training_failed`` when more than half of the groups are lost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    context = get_context("fork")
    lost = 0
    waiting = list(groups)
    running: list[tuple[Group, BaseProcess]] = []
    while waiting or running:
        while waiting and len(running) < processes:
            group = waiting.pop(0)
            process = context.Process(target=_make, args=(group, table, _file(folder, group)))
            process.start()
            running.append((group, process))
        group, process = running.pop(0)
        process.join()
        if _file(folder, group).is_file():
            yield _file(folder, group)
        else:
            lost += 1
            logger.warning(
                "group %d of synthetic voices is lost (exit code %s)", group.number, process.exitcode
            )
    if lost > (1 - _FEWEST_GROUPS) * len(groups):
        raise SpeechModelError(
            "training_failed", f"espeak-ng died in {lost} of {len(groups)} groups of voices"
        )


def speakers_of(path: Path) -> tuple[str, Iterator[Clip]]:
    """The name under which a group's clips count as one speaker, and the clips."""
    return path.stem, load_clips(path)


def _file(folder: Path, group: Group) -> Path:
    return folder / f"group{group.number:03d}.npz"


def _make(group: Group, table: PhoneTable, out: Path) -> None:
    if out.is_file():
        return
    rng = random.Random(1000 + group.number)  # noqa: S311 - variety, not secrecy
    numbers = {phone: number for number, phone in enumerate(table.phones)}
    clips: list[Clip] = []
    with tempfile.TemporaryDirectory() as scratch:
        data, variants = voices.random_variants(Path(scratch), _VARIANTS, 1000 + group.number)
        espeak = Espeak(data)
        for text in group.texts:
            speech = espeak.say(text, _voice(variants, rng))
            if len(speech.samples) < _SHORTEST_S * speech.rate or not all(
                p in numbers for p, _ in speech.phones
            ):
                continue
            clips.append(_clip(speech, numbers))
    if clips:
        save_clips(out, clips)


def _voice(variants: Sequence[str], rng: random.Random) -> Voice:
    variant = rng.choice(variants if rng.random() < _RANDOM_SHARE else voices.TRAINED_VARIANTS)
    return Voice(variant, rng.randint(*_RATES), rng.choice(_PITCHES), rng.choice(_PITCH_RANGES))


def _clip(speech: Speech, numbers: dict[str, int]) -> Clip:
    import soxr

    sound = soxr.resample(speech.samples.astype(np.float32), speech.rate, SAMPLE_RATE)
    phones = speech.phones if speech.phones else ((SILENCE, 0.0),)
    return Clip(
        np.clip(np.rint(sound), -32768, 32767).astype(np.int16),
        np.array([round(start * SAMPLE_RATE) for _, start in phones], np.int32),
        np.array([numbers[phone] for phone, _ in phones], np.int16),
    )
