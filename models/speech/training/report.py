"""The accuracy report over the packs' own questions."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from models.speech.errors import SpeechModelError
from models.speech.model import build_speech_model
from models.speech.readings import spoken_text
from models.speech.training.evaluate import evaluate

PACKS = Path(__file__).parents[2] / "packs"
_SEED = 1
_HELD_OUT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Questions:
    """Chinese sentences of a set of packs: ``known`` to a matter or small talk, and ``outside`` all of them."""

    known: tuple[str, ...]
    outside: tuple[str, ...]


def questions_of(packs: Path) -> Questions:
    """The example questions of every pack folder inside ``packs``, each once, in a fixed order."""
    known: set[str] = set()
    outside: set[str] = set()
    for path in sorted(packs.glob("*/matters/*.yaml")):
        known.update(_chinese(_load(path)))
    for path in sorted(packs.glob("*/smalltalk.yaml")):
        document = _load(path)
        for entry in document.get("entries", []):
            known.update(_chinese(entry))
        outside.update(document.get("outside", {}).get("zh", []))
    if not known:
        raise SpeechModelError("no_sentences", f"{packs}: no example questions found; name a folder of packs")
    return Questions(tuple(sorted(known)), tuple(sorted(outside - known)))


def _load(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8")) or {}


def _chinese(entry: dict) -> list[str]:
    return entry.get("examples", {}).get("zh", [])


def report(questions: Questions, limit: int) -> dict[str, dict[str, float]]:
    """Figures for sentences the grammar knows (also in noise), sentences it does not know, and foreign ones."""
    shuffled = [sentence for sentence in questions.known if spoken_text(sentence)]
    random.Random(_SEED).shuffle(shuffled)  # noqa: S311 - a sample, not a secret
    split = round(len(shuffled) * (1 - _HELD_OUT_SHARE))
    with tempfile.TemporaryDirectory() as scratch:
        model = build_speech_model(shuffled, Path(scratch) / "all")
        figures = {
            "known": evaluate(model, shuffled, limit).summary(),
            "known, noise 20 dB below": evaluate(model, shuffled, limit // 2, noise_db=20).summary(),
            "known, noise 10 dB below": evaluate(model, shuffled, limit // 2, noise_db=10).summary(),
        }
        if questions.outside:
            figures["outside"] = evaluate(model, questions.outside, limit // 2).summary()
        partial = build_speech_model(shuffled[:split], Path(scratch) / "part")
        figures["left out of the grammar"] = _evaluate_known_words(partial, shuffled[split:], limit // 2)
    return figures


def _evaluate_known_words(model: Path, sentences: Sequence[str], limit: int) -> dict[str, float]:
    """Only sentences made of characters that the grammar knows: a new word cannot be heard."""
    known = set((model / "graph" / "words.txt").read_text("utf-8"))
    usable = [sentence for sentence in sentences if set(spoken_text(sentence) or "") <= known]
    return evaluate(model, usable, limit).summary() | {"sentences": len(usable)}
