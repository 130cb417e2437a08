"""A language model of the hall's vocabulary for an official look-ahead model.

Such a model (for example vosk-model-small-cn-0.22) comes in two graphs that Vosk joins while it decodes:
``graph/HCLr.fst`` knows how tens of thousands of words are spoken, ``graph/Gr.fst`` how they follow one another in
any text. Here the second is replaced by a grammar of the hall's sentences over the model's own words, mixed with the
original's word frequencies, so that every word it knows stays possible. Everything else is linked, not copied.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from models.speech.backoff import estimate
from models.speech.compact import CompactGrammar, compact_grammar
from models.speech.errors import SpeechModelError
from models.speech.openfst import OpenFstError, symbols_of
from models.speech.readings import is_hanzi, spoken_text
from models.speech.words import cut_into

_LEFT_OUT = frozenset({"rescore", "rnnlm"})  # they would bring the old language model back
_MADE = frozenset({"Gr.fst", "words.txt"})
_ORDER = 4
_DISCOUNT = 0.2
GENERAL_SHARE = 0.3
"""How much of the probability of a word without history comes from the original grammar."""
_FORMAT = 1


def is_look_ahead(model: Path) -> bool:
    """Whether a Vosk model folder has the two graphs."""
    return all((model / "graph" / name).is_file() for name in ("HCLr.fst", "Gr.fst"))


def hall_model(official: Path, sentences: Sequence[str], cache: Path) -> Path:
    """A folder inside ``cache`` that Vosk loads like ``official``, with the grammar of ``sentences``; made once.

    Sentences are cut into the fewest words of the model; one with a character that the model has in no word is left
    out, and so are sentences with letters of other scripts.

    Raises SpeechModelError: ``model_unsuitable`` when the model has not two graphs, its words cannot be read, or it
    knows none of the sentences; ``out_not_writable``.
    """
    if not is_look_ahead(official):
        raise SpeechModelError(
            "model_unsuitable",
            f"{official} has no graph/HCLr.fst and graph/Gr.fst; its vocabulary cannot change",
        )
    state = (official / "graph" / "Gr.fst").stat()
    key = f"{_FORMAT} {official.resolve()} {state.st_size} {state.st_mtime_ns}"
    digest = hashlib.sha256("\n".join([key, *sorted(sentences)]).encode()).hexdigest()[:20]
    folder = cache / f"{official.name}-{digest}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{official.name}.", dir=cache) as scratch:
            fresh = Path(scratch) / "model"
            _write(fresh, official, sentences)
            fresh.rename(folder)
    except OSError as error:
        if folder.is_dir():  # another process was quicker
            return folder
        raise SpeechModelError(
            "out_not_writable", f"{cache}: cannot write the speech model ({error.strerror}); check the rights"
        ) from error
    return folder


def _write(folder: Path, official: Path, sentences: Sequence[str]) -> None:
    original = (official / "graph" / "Gr.fst").read_bytes()
    words = _words(official, original)
    general = _general(original, words)
    del original
    cut = _cut(sentences, words)
    if not cut:
        raise SpeechModelError("model_unsuitable", f"{official} knows the words of none of the sentences")
    model = estimate(cut, _ORDER, _DISCOUNT, general=general, general_share=GENERAL_SHARE)
    _link(official, folder)
    graph = folder / "graph"
    graph.mkdir()
    for part in (official / "graph").iterdir():
        if part.name not in _MADE:
            (graph / part.name).symlink_to(part.resolve())
    (graph / "Gr.fst").write_bytes(compact_grammar(model))
    lines = (f"{word} {number}\n" for word, number in sorted(words.items(), key=lambda pair: pair[1]))
    (graph / "words.txt").write_text("".join(lines), "utf-8")


def _link(official: Path, folder: Path) -> None:
    """Everything but the graph."""
    folder.mkdir()
    for part in official.iterdir():
        if part.name not in _LEFT_OUT and part.name != "graph":
            (folder / part.name).symlink_to(part.resolve())


def _words(official: Path, grammar: bytes) -> Mapping[str, int]:
    """The model's words and their numbers: inside the grammar's file, or else beside it, as Vosk looks for them."""
    try:
        table = symbols_of(grammar)
        if table is None:
            lines = (official / "graph" / "words.txt").read_text("utf-8").splitlines()
            table = {word: int(number) for word, number in (line.rsplit(maxsplit=1) for line in lines)}
    except (OpenFstError, OSError, ValueError) as error:
        raise SpeechModelError(
            "model_unsuitable", f"the words of {official} cannot be read: {error}"
        ) from error
    return table


def _general(grammar: bytes, words: Mapping[str, int]) -> Mapping[int, float]:
    """How often the original grammar has each word; all alike where it is of a kind that is not read here."""
    try:
        return CompactGrammar(grammar).unigrams()
    except OpenFstError:
        spoken = [number for word, number in words.items() if all(map(is_hanzi, word))]
        return dict.fromkeys(spoken, 1 / max(1, len(spoken)))


def _cut(sentences: Iterable[str], words: Mapping[str, int]) -> list[list[int]]:
    spoken = sorted({text for sentence in sentences if (text := spoken_text(sentence))})
    cut = (cut_into(text, words.keys()) for text in spoken)
    return [[words[word] for word in sentence] for sentence in cut if sentence is not None]
