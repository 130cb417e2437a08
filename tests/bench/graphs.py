"""Measures the recogniser's graphs: how questions come through to their matter, and what is heard too much.

``python -m tests.bench.graphs --knowledge gov.zip --data ../shared/data`` has a pack's questions read by
espeak-ng variants that trained nothing, decodes them with the real Vosk under several grammars and asks the dialogue
which matter it is. A tenth of the questions is left out of every grammar; foreign speech is Mandarin chatter about
films and travel (``nlu/crosswoz``, ``nlu/kdconv``).

``--weights FOLDER`` takes another acoustic model than the embedded one, ``--limit`` bounds the utterances.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import vosk
from rich.console import Console
from rich.table import Table

from kiosk_app.dialogue import Dialogue
from kiosk_app.request import TextAsked
from models.knowledge import Knowledge, load_knowledge
from models.speech import EMBEDDED, MEASURED, Language, Weights, build_folder, language_of
from models.speech.training.evaluate import edit_distance
from tests.bench.graph_rivals import sentence_language
from tests.bench.graph_speech import Utterance, questions_of
from voice.vosk_recognizer import VoskRecognizer

_CHUNK = 1024  # bytes, 32 ms

Make = Callable[[Sequence[str], Iterable[str]], Language]
"""A language of sentences and terms."""


def _with(**changes: object) -> Make:
    settings = replace(MEASURED, **changes)  # type: ignore[arg-type]
    return lambda sentences, terms: language_of(sentences, terms, settings)


GRAMMARS: Mapping[str, Make] = {
    "trigram": _with(order=3),
    "4-gram, pairs kept": _with(fewest=(1, 1, 1, 2)),
    "4-gram": _with(),
    "5-gram": _with(order=5),
    "whole sentences or a trigram": sentence_language,
}


@dataclass(slots=True)
class Score:
    """Totals over the utterances of one kind."""

    said: int = 0
    right: int = 0
    accepted: int = 0
    characters: int = 0
    errors: int = 0
    decode_s: float = 0.0
    audio_s: float = 0.0
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, utterance: Utterance, heard: str, matter: str, decode_s: float) -> None:
        """Count one utterance; ``matter`` is what the dialogue answered."""
        self.said += 1
        self.right += matter == utterance.matter
        self.accepted += bool(matter)
        self.characters += len(utterance.text)
        self.errors += edit_distance(utterance.text, heard)
        self.decode_s += decode_s
        self.audio_s += len(utterance.pcm) / 32_000
        if matter != utterance.matter:
            self.mistakes.append((utterance.text, heard, matter))

    def row(self, kind: str) -> tuple[str, str, str, str]:
        """Cells: the share that matters for this kind, character errors, real-time factor."""
        share = self.accepted if kind == "foreign" else self.right
        return (
            f"{kind} ({self.said})",
            f"{100 * share / self.said:.1f} %",
            f"{100 * self.errors / self.characters:.1f} %",
            f"{self.decode_s / self.audio_s:.3f}",
        )


def ask(folder: Path, utterances: Iterable[Utterance], knowledge: Knowledge) -> dict[str, Score]:
    """Decode everything and ask the dialogue; scores by the kind of utterance."""
    recogniser = VoskRecognizer(folder)
    dialogue = Dialogue(knowledge)
    scores: dict[str, Score] = {}
    for utterance in utterances:
        began = time.process_time()
        for at in range(0, len(utterance.pcm), _CHUNK):
            recogniser.accept(utterance.pcm[at : at + _CHUNK])
        heard = recogniser.finish().text
        took = time.process_time() - began
        matter = dialogue.answer(TextAsked(heard), "zh").matter if heard else None
        scores.setdefault(utterance.kind, Score()).add(utterance, heard, matter or "", took)
    return scores


def measure(options: argparse.Namespace, weights: Weights, console: Console) -> None:
    """The table of grammars."""
    knowledge = load_knowledge(options.knowledge)
    utterances, left_out = questions_of(knowledge, options.data, options.limit)
    sentences = [text for text in knowledge.utterances() if text not in left_out]
    table = Table(
        "grammar", "built", "Gr.fst", "loaded", "utterances", "right / accepted", "characters", "RTF"
    )
    for name, make in GRAMMARS.items():
        if options.only not in ("", name):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            began = time.process_time()
            language = make(sentences, knowledge.terms)
            built = time.process_time() - began
            folder = build_folder(language, Path(scratch) / "model", weights)
            began = time.process_time()
            vosk.Model(str(folder))
            loaded = time.process_time() - began
            scores = ask(folder, utterances, knowledge)
        about = [name, f"{built:.1f} s", f"{len(language.grammar) / 1e6:.2f} MB", f"{loaded:.2f} s"]
        for kind, score in scores.items():
            table.add_row(*about, *score.row(kind))
            about = [""] * len(about)
            if options.mistakes:
                console.print(kind, *score.mistakes, sep="\n  ", markup=False)
    console.print(table)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--knowledge", type=Path, required=True, help="an artefact")
    parser.add_argument("--weights", type=Path, help="folder of an acoustic model")
    parser.add_argument("--limit", type=int, default=200, help="utterances of each kind")
    parser.add_argument("--only", default="", choices=("", *GRAMMARS), help="one grammar")
    parser.add_argument("--mistakes", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    vosk.SetLogLevel(-1)
    weights = replace(EMBEDDED, folder=options.weights) if options.weights else EMBEDDED
    measure(options, weights, Console(width=140))


if __name__ == "__main__":
    main()
