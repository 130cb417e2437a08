"""Builds Vosk model folders: committed weights under the graphs of a language."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from models.speech.errors import SpeechModelError
from models.speech.graph import pronunciation_graph
from models.speech.language import Language, language_of, source_of
from models.speech.language_files import write_language
from models.speech.lexicon import lexicon_of
from models.speech.settings import MEASURED, GraphSettings
from models.speech.weights import EMBEDDED, Weights

_FORMAT = 2  # raise it when the same language gives another folder, so that caches are rebuilt


def build_speech_model(
    sentences: Sequence[str],
    out: Path,
    terms: Iterable[str] = (),
    weights: Weights = EMBEDDED,
    settings: GraphSettings = MEASURED,
) -> Path:
    """Make a Vosk model folder that understands ``sentences``; returns ``out``.

    ``sentences`` and ``terms`` are those of :func:`~models.speech.language.language_of`. The folder appears complete
    or not at all, and replaces what was there. The same input gives the same bytes.

    Raises SpeechModelError: ``no_sentences``, ``not_chinese``, ``weights_missing``, ``weights_damaged``,
    ``out_not_writable``.
    """
    return build_folder(language_of(sentences, terms, settings), out, weights, settings)


def build_folder(
    language: Language, out: Path, weights: Weights = EMBEDDED, settings: GraphSettings = MEASURED
) -> Path:
    """:func:`build_speech_model` for a language that is there already."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
            fresh = Path(scratch) / "new"
            _write(fresh, language, weights, settings)
            if out.exists():
                out.rename(Path(scratch) / "old")
            fresh.rename(out)
    except OSError as error:
        raise SpeechModelError(
            "out_not_writable",
            f"{out}: cannot write the speech model ({error.strerror}); check the folder's rights",
        ) from error
    return out


def speech_model_for(
    sentences: Sequence[str], cache: Path, terms: Iterable[str] = (), weights: Weights = EMBEDDED
) -> Path:
    """The folder of :func:`build_speech_model` inside ``cache``, built only when these sentences are new.

    Safe when several processes ask at once. Raises what :func:`build_speech_model` raises.
    """
    wanted = tuple(terms)
    key = f"{version('pypinyin')} {source_of(sentences, wanted)}"
    return _cached(cache, weights, key, lambda out: build_speech_model(sentences, out, wanted, weights))


def folder_for(language: Language, cache: Path, weights: Weights = EMBEDDED) -> Path:
    """The folder of :func:`build_folder` inside ``cache``; see :func:`speech_model_for`."""
    key = hashlib.sha256(b"\n".join(write_language(language).values())).hexdigest()
    return _cached(cache, weights, key, lambda out: build_folder(language, out, weights))


def _cached(cache: Path, weights: Weights, key: str, build: Callable[[Path], Path]) -> Path:
    parts = f"{_FORMAT} {MEASURED} {weights.digest()} {key}"
    digest = hashlib.sha256(parts.encode()).hexdigest()[:20]
    folder = cache / f"{weights.folder.name}-{digest}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{weights.folder.name}.", dir=cache) as scratch:
            build(Path(scratch) / "model").rename(folder)
    except OSError as error:
        if folder.is_dir():  # another process was quicker, with the same bytes
            return folder
        raise SpeechModelError(
            "out_not_writable",
            f"{cache}: cannot write the speech model ({error.strerror}); check the folder's rights",
        ) from error
    return folder


def _write(folder: Path, language: Language, weights: Weights, settings: GraphSettings) -> None:
    table = weights.phones()
    for name, source in weights.files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    lexicon = lexicon_of(language.words, table)
    if not lexicon:
        raise SpeechModelError(
            "not_chinese", "no sentence is made of characters whose reading the voice knows"
        )
    numbers = {word: number for number, word in enumerate(language.symbols())}
    graph = folder / "graph"
    (graph / "phones").mkdir(parents=True)
    pronunciation_graph(lexicon, numbers, table, settings).write(graph / "HCLr.fst")
    (graph / "Gr.fst").write_bytes(language.grammar)
    (graph / "words.txt").write_text("".join(f"{word} {n}\n" for word, n in numbers.items()), "utf-8")
    (graph / "disambig_tid.int").write_text(f"{table.transitions + 1}\n", "ascii")
    (graph / "phones" / "word_boundary.int").write_text(table.word_boundaries(), "ascii")
    (folder / "README").write_text(weights.readme, "utf-8")
