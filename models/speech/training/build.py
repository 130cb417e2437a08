"""The steps from nothing to committed weights: syllable table, speech, network, files."""

import logging
import os
import random
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.speech.errors import SpeechModelError
from models.speech.kaldi import write_model
from models.speech.phones import SILENCE, PhoneTable, Pronunciation
from models.speech.training import voices
from models.speech.training.espeak import Espeak, Voice
from models.speech.training.features import write_mfcc_conf
from models.speech.training.network import Recipe, train
from models.speech.training.synthesis import Job, synthesise
from models.speech.training.texts import random_texts, toned_syllables

logger = logging.getLogger(__name__)

_SEED = 11
_PITCHES = (20, 35, 50, 65, 80)
_PITCH_RANGES = (30, 50, 70)
_RANDOM_VARIANTS = 150
_FEWEST_SYLLABLES = 390
_INTERJECTIONS = frozenset({"hm", "hng", "m", "n", "ng", "ê"})  # usable only if made of the usual phones


@dataclass(frozen=True, slots=True)
class Size:
    """How much to train: ``utterances`` of two to ten syllables, and the network's recipe."""

    utterances: int
    recipe: Recipe


SIZES = {
    "lite": Size(1900, Recipe(hidden=128, epochs=12, right=3)),
    "full": Size(6000, Recipe(hidden=192, epochs=9, right=3)),
}


def train_weights(size: Size, out: Path, processes: int = os.cpu_count() or 1) -> None:
    """Train and write ``final.mdl``, ``phones.json`` and ``mfcc.conf`` into the folder ``out``."""
    with tempfile.TemporaryDirectory() as folder:
        data, variants = voices.random_variants(Path(folder), _RANDOM_VARIANTS, _SEED)
        table = _in_own_process(data)
        jobs = _jobs(size.utterances, table, variants)
        utterances = synthesise(jobs, data, processes)
    known = set(table.phones)
    usable = [u for u in utterances if all(phone in known for phone, _ in u.phones)]
    minutes = sum(len(u.features) for u in usable) / 6000
    logger.info("%d utterances, %.0f minutes, %d phones", len(usable), minutes, len(table.phones))
    model = train(usable, table.phones, size.recipe)
    out.mkdir(parents=True, exist_ok=True)
    write_model(out / "final.mdl", table, model)
    table.write(out / "phones.json")
    write_mfcc_conf(out / "mfcc.conf")
    logger.info("wrote %s, %d bytes of weights", out, (out / "final.mdl").stat().st_size)


def _in_own_process(data: Path) -> PhoneTable:
    """The syllable table, made in a process of its own because espeak-ng starts once per process."""
    import multiprocessing

    with multiprocessing.Pool(1) as pool:
        return pool.apply(syllable_table, (data,))


def syllable_table(data: Path) -> PhoneTable:
    """How espeak-ng speaks each toneless Mandarin syllable, over all its tones."""
    espeak = Espeak(data)
    spoken: dict[str, set[Pronunciation]] = {}
    for syllable in toned_syllables():
        words = espeak.say(syllable, Voice()).syllables
        if len(words) == 1:
            spoken.setdefault(syllable.rstrip("12345"), set()).add(words[0])
    if len(spoken) < _FEWEST_SYLLABLES:
        raise SpeechModelError(
            "training_failed", f"espeak-ng spoke only {len(spoken)} of about 400 syllables"
        )
    usual = [readings for name, readings in spoken.items() if name not in _INTERJECTIONS]
    phones = {phone for readings in usual for reading in readings for phone in reading}
    table = {
        name: tuple(sorted(readings))
        for name, readings in sorted(spoken.items())
        if all(phones.issuperset(reading) for reading in readings)
    }
    return PhoneTable((SILENCE, *sorted(phones)), table)


def _jobs(count: int, table: PhoneTable, variants: Iterable[str]) -> list[Job]:
    rng = random.Random(_SEED)  # noqa: S311 - variety, not secrecy
    texts = random_texts(count, frozenset(table.syllables), rng)
    random_names = tuple(variants)

    def voice() -> Voice:
        variant = rng.choice(voices.TRAINED_VARIANTS if rng.random() < 0.5 else random_names)
        return Voice(
            variant, rng.choice(voices.TRAINED_RATES), rng.choice(_PITCHES), rng.choice(_PITCH_RANGES)
        )

    return [Job(text, voice(), rng.randrange(1 << 30)) for text in texts]
