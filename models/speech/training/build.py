"""The stages from nothing to committed weights, each kept in a work folder so that a run can be taken up again."""

import logging
import multiprocessing
import os
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.speech.errors import SpeechModelError
from models.speech.kaldi import write_model
from models.speech.phones import SILENCE, PhoneTable, Pronunciation
from models.speech.training.alignment import align
from models.speech.training.clips import ClipStore, load_clips, save_clips
from models.speech.training.espeak import Espeak, Voice
from models.speech.training.fit import Checkpoint, Course, fit
from models.speech.training.folding import fold
from models.speech.training.log_mel import write_mfcc_conf
from models.speech.training.network import Architecture
from models.speech.training.recordings import Recording, read_recordings
from models.speech.training.stream import Diet, Shape, Stream
from models.speech.training.synthesis import Group, speakers_of, synthesise
from models.speech.training.texts import random_texts, toned_syllables

logger = logging.getLogger(__name__)

SYNTHETIC = "synthetic"
WORDS, CITATION = "words_22_speakers", frozenset({"words_hsk_1_speaker", "syllables_1_speaker"})

_SEED = 11
_ROWS, _OUTPUTS = 24, 160  # of a batch; 160 outputs are 4.8 s
_FEWEST_SYLLABLES = 390
_INTERJECTIONS = frozenset({"hm", "hng", "m", "n", "ng", "ê"})  # usable only if made of the usual phones
_STRETCH = re.compile(r"[\u4e00-\u9fff]{3,18}")

# The decoder divides by the priors. Dividing by the full frequencies punishes silence, the commonest output, and lets
# short words appear where there are none.
PRIOR_EXPONENT = 0.2


@dataclass(frozen=True, slots=True)
class Size:
    """How much to train: synthetic utterances in groups of voices, and the three courses."""

    groups: int
    utterances: int
    architecture: Architecture
    voices: Course
    people: Course
    sequence: Course


def size_of(name: str, phones: int) -> Size:
    """``lite`` (minutes, for a test) or ``full`` (hours)."""
    if name == "lite":
        return Size(
            4,
            2000,
            Architecture(phones, 96, 160, 64, 96),
            Course("voices", 300, 4e-3),
            Course("people", 0, 1e-3),
            Course("sequence", 0, 3e-4),
        )
    return Size(
        60,
        30_000,
        Architecture(phones),
        Course("voices", 1400, 3e-3),
        Course("people", 3200, 2.5e-3, warm=0.1),
        Course("sequence", 4800, 5e-4, warm=0.1, sequence=True),
    )


DIETS = {
    "voices": Diet({SYNTHETIC: 1.0}),
    "people": Diet(
        {SYNTHETIC: 0.35, WORDS: 0.2, "words_hsk_1_speaker": 0.37, "syllables_1_speaker": 0.08},
        citation=CITATION,
        field=frozenset({WORDS}),
    ),
}


def train_weights(
    name: str, work: Path, out: Path, recordings: Path | None, sentences: Sequence[str], processes: int
) -> None:
    """Train and write ``final.mdl``, ``phones.json`` and ``mfcc.conf`` into the folder ``out``.

    Without ``recordings`` the weights know synthetic voices only.
    """
    work.mkdir(parents=True, exist_ok=True)
    table = _table(work / "phones.json")
    size = size_of(name, len(table.phones))
    clips = _synthetic(size, table, work / "synthetic", sentences, processes)
    logger.info("synthetic speech: %d utterances, %.1f h", len(clips), clips.seconds / 3600)
    checkpoint = _course(Checkpoint.new(size.architecture), size.voices, clips, DIETS["voices"], work)
    if recordings is not None:
        people = [r for r in read_recordings(recordings) if r.use == "train"]
        for course in (size.people, size.sequence):
            with_people = _with_people(clips, people, table, checkpoint, work / f"aligned-{course.name}.npz")
            begin = Checkpoint(checkpoint.network, checkpoint.counts, checkpoint.bigram)
            checkpoint = _course(begin, course, with_people, DIETS["people"], work)
    export(checkpoint, table, out)


def export(checkpoint: Checkpoint, table: PhoneTable, out: Path, exponent: float = PRIOR_EXPONENT) -> None:
    """Write the files that the product ships."""
    out.mkdir(parents=True, exist_ok=True)
    shares = (checkpoint.counts / checkpoint.counts.sum()) ** exponent
    write_model(out / "final.mdl", table, fold(checkpoint.network.eval(), shares))
    table.write(out / "phones.json")
    write_mfcc_conf(out / "mfcc.conf")
    logger.info("wrote %s, %d bytes of weights", out, (out / "final.mdl").stat().st_size)


def sentences_in(files: Iterable[Path]) -> list[str]:
    """Every stretch of 3 to 18 hanzi in text files, each once, in a fixed order."""
    found: set[str] = set()
    for file in files:
        try:
            found.update(_STRETCH.findall(file.read_text("utf-8")))
        except OSError as error:
            raise SpeechModelError("no_sentences", f"{file}: cannot read ({error.strerror})") from error
    return sorted(found)


def _course(checkpoint: Checkpoint, course: Course, clips: ClipStore, diet: Diet, work: Path) -> Checkpoint:
    if not course.steps:
        return checkpoint
    architecture = checkpoint.network.architecture
    shape = Shape(_OUTPUTS, architecture.left, architecture.right)
    make = partial(_stream, clips, diet, shape)
    return fit(checkpoint, course, make, work / f"{course.name}.pt", seed=_SEED)


def _stream(clips: ClipStore, diet: Diet, shape: Shape, seed: int) -> Stream:
    return Stream(clips, diet, shape, _ROWS, seed)


def _synthetic(
    size: Size, table: PhoneTable, folder: Path, sentences: Sequence[str], processes: int
) -> ClipStore:
    rng = random.Random(_SEED)  # noqa: S311 - variety, not secrecy
    texts = random_texts(size.utterances, sentences, frozenset(table.syllables), rng)
    groups = [Group(number, tuple(texts[number :: size.groups])) for number in range(size.groups)]
    store = ClipStore()
    for path in synthesise(groups, table, folder, processes):
        speaker, clips = speakers_of(path)
        for clip in clips:
            store.add(SYNTHETIC, speaker, clip)
    return store


def _with_people(
    synthetic: ClipStore, people: Sequence[Recording], table: PhoneTable, checkpoint: Checkpoint, kept: Path
) -> ClipStore:
    """The synthetic clips and those of people, aligned anew by the checkpoint; the alignment is kept."""
    names = kept.with_suffix(".txt")
    if not kept.is_file():
        aligned = align(people, table, checkpoint)
        logger.info("aligned %d of %d recordings", len(aligned), len(people))
        names.write_text(
            "".join(f"{one.recording.kind}\t{one.recording.speaker}\n" for one in aligned), "utf-8"
        )
        save_clips(kept, [one.clip for one in aligned])
    store = ClipStore()
    for kind, speakers in synthetic.kinds.items():
        for speaker, numbers in speakers.items():
            for number in numbers:
                store.add(kind, speaker, synthetic[number])
    for line, clip in zip(names.read_text("utf-8").splitlines(), load_clips(kept), strict=True):
        kind, speaker = line.split("\t")
        store.add(kind, speaker, clip)
    return store


def _table(path: Path) -> PhoneTable:
    """The syllable table, made in a process of its own because espeak-ng starts once per process."""
    if not path.is_file():
        with multiprocessing.Pool(1) as pool:
            pool.apply(syllable_table).write(path)
    return PhoneTable.read(path)


def syllable_table() -> PhoneTable:
    """How espeak-ng speaks each toneless Mandarin syllable, over all its tones."""
    espeak = Espeak()
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


PROCESSES = os.cpu_count() or 1
