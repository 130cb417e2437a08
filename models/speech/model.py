"""Builds Vosk model folders for the self-test voice: committed weights, graphs from given sentences."""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from models.speech.errors import SpeechModelError
from models.speech.grammar import grammar
from models.speech.graph import FILLER, pronunciation_graph
from models.speech.label import README
from models.speech.lexicon import lexicon_of
from models.speech.phones import PhoneTable
from models.speech.readings import spoken_text
from models.speech.words import cut_all

logger = logging.getLogger(__name__)

WEIGHTS = Path(__file__).parent / "selftest"
_FORMAT = 1  # raise it when the same sentences give another graph, so that caches are rebuilt

# Costs of foreign speech, chosen so that in quiet no known sentence is taken for foreign and most foreign ones are
# (docs/measurements/selftest-voice.md).
_FILLER_COST = 4.0
_FILLER_SYLLABLE_COST = 6.0


def build_speech_model(sentences: Sequence[str], out: Path, terms: Iterable[str] = ()) -> Path:
    """Make a Vosk model folder that understands ``sentences`` spoken by the built-in voice; returns ``out``.

    ``sentences`` are written Chinese without blanks between words; digits are spelled out, sentences with
    letters of other scripts are left out. ``terms`` are words that must stay whole. The folder appears complete
    or not at all, and replaces what was there. The same input gives the same bytes.

    Raises SpeechModelError: ``no_sentences``, ``not_chinese``, ``weights_missing``, ``weights_damaged``,
    ``out_not_writable``.
    """
    spoken = _spoken(sentences)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
            fresh = Path(scratch) / "new"
            _write(fresh, spoken, terms)
            if out.exists():
                out.rename(Path(scratch) / "old")
            fresh.rename(out)
    except OSError as error:
        raise SpeechModelError(
            "out_not_writable",
            f"{out}: cannot write the speech model ({error.strerror}); check the folder's rights",
        ) from error
    return out


def speech_model_for(sentences: Sequence[str], cache: Path, terms: Iterable[str] = ()) -> Path:
    """The folder of :func:`build_speech_model` inside ``cache``, built only when these sentences are new.

    Safe when several processes ask at once. Raises what :func:`build_speech_model` raises.
    """
    wanted = tuple(terms)
    folder = cache / f"selftest-{_digest(sentences, wanted)}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".selftest.", dir=cache) as scratch:
            fresh = build_speech_model(sentences, Path(scratch) / "model", wanted)
            fresh.rename(folder)
    except OSError as error:
        if folder.is_dir():  # another process was quicker, with the same bytes
            return folder
        raise SpeechModelError(
            "out_not_writable",
            f"{cache}: cannot write the speech model ({error.strerror}); check the folder's rights",
        ) from error
    return folder


def _digest(sentences: Sequence[str], terms: Sequence[str]) -> str:
    parts = [str(_FORMAT), version("pypinyin"), _weights_digest()]
    parts += [*sorted(sentences), "", *sorted(terms)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def _weights_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_weight_files().values()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _weight_files() -> Mapping[str, Path]:
    """Where each committed file goes inside a Vosk model. Raises ``weights_missing``."""
    files = {
        "am/final.mdl": WEIGHTS / "final.mdl",
        "conf/mfcc.conf": WEIGHTS / "mfcc.conf",
        "conf/model.conf": WEIGHTS / "model.conf",
    }
    missing = [path.name for path in files.values() if not path.is_file()]
    if missing:
        raise SpeechModelError(
            "weights_missing",
            f"{WEIGHTS}: {', '.join(missing)} missing from the installation; reinstall the package",
        )
    return files


def _spoken(sentences: Sequence[str]) -> list[str]:
    if not sentences:
        raise SpeechModelError("no_sentences", "no sentences to understand; give the pack example questions")
    spoken = [text for sentence in sentences if (text := spoken_text(sentence))]
    if not spoken:
        raise SpeechModelError(
            "not_chinese",
            f"none of the {len(sentences)} sentences is all Chinese; the self-test voice speaks only Mandarin",
        )
    if len(spoken) < len(sentences):
        logger.info(
            "%d of %d sentences left out: other scripts", len(sentences) - len(spoken), len(sentences)
        )
    return spoken


def _write(folder: Path, spoken: Sequence[str], terms: Iterable[str]) -> None:
    table = PhoneTable.read(WEIGHTS / "phones.json")
    for name, source in _weight_files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True)
    cut = cut_all(spoken, terms)
    lexicon = lexicon_of(cut, table)
    usable = [words for words in cut if all(word in lexicon for word in words)]
    if not usable:
        raise SpeechModelError(
            "not_chinese", "no sentence is made of characters whose reading the voice knows"
        )
    symbols = ["<eps>", *lexicon, FILLER, "#0"]
    numbers = {word: number for number, word in enumerate(symbols)}
    pronunciation_graph(lexicon, numbers, table, _FILLER_SYLLABLE_COST).write(graph / "HCLr.fst")
    grammar(usable, numbers, FILLER, _FILLER_COST).write(graph / "Gr.fst")
    (graph / "words.txt").write_text("".join(f"{word} {n}\n" for word, n in numbers.items()), "utf-8")
    (graph / "disambig_tid.int").write_text(f"{table.transitions + 1}\n", "ascii")
    (graph / "phones" / "word_boundary.int").write_text(table.word_boundaries(), "ascii")
    (folder / "README").write_text(README, "utf-8")
