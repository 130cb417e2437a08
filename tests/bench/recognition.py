"""Vosk's search, wide and narrow: ``python -m tests.bench.recognition --venue gov --data ../shared/data``.

Questions of the pack and questions that it does not have (those of the dialogue's talks), read by the built-in voice,
clean and in noise, heard with the decoder settings of the model, of Kaldi and of small boards. For each: sentences
right, character errors as heard and as written after correction, processor time by duration of the sound, and the
memory that model and decoder hold afterwards. Each setting runs in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr
import yaml

from kiosk_app.config import home_folder
from kiosk_app.speech_model import speech_model
from kiosk_app.wording.correction import CERTAIN
from kiosk_app.wording.heard import Wording
from models.knowledge import load_knowledge, resolve_knowledge
from models.speech.readings import spoken_text
from tests.bench.backdrop import read_noises
from voice.ports import FRAME_BYTES, SAMPLE_RATE
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer
from voice.vosk_settings import FULL, SMALL_BOARD, Settings, with_settings

SEED = 20261121
SETTINGS: dict[str, Settings | None] = {
    "the model's own": None,
    "Kaldi's own": FULL,
    "small board": SMALL_BOARD,
}
LEVELS = (None, 20.0, 10.0, 5.0)
"""Decibels of speech over noise; None for clean."""
_TALKS = Path(__file__).parents[1] / "kiosk_app" / "dialogue" / "conversations.yaml"
_SPEECH_DBFS = -26.0


def main() -> None:
    """Print the table."""
    given = _arguments()
    if given.setting:
        print(json.dumps(_measure(given.setting, given.venue, given.sounds, given.model)))  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        sounds = Path(folder) / "sounds.npz"
        _record(sounds, given.venue, given.data, given.sentences)
        for setting in SETTINGS:
            command = [
                sys.executable,
                "-m",
                "tests.bench.recognition",
                "--setting",
                setting,
                "--sounds",
                str(sounds),
            ]
            command += ["--venue", given.venue, *(["--model", str(given.model)] if given.model else [])]
            _show(setting, json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venue", default="gov")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sentences", type=int, default=100, help="of the pack; the others are all taken")
    parser.add_argument("--model", type=Path, help="a Vosk model folder instead of the kiosk's own")
    parser.add_argument("--setting", choices=[*SETTINGS, ""], default="")
    parser.add_argument("--sounds", type=Path, default=Path())
    return parser.parse_args()


def _record(out: Path, venue: str, data: Path, count: int) -> None:
    """Read all sentences once; the noises of ``data`` laid over them, one after the other."""
    knowledge = load_knowledge(resolve_knowledge(None, venue, home_folder() / "packs"))
    known = sorted(
        {text for line in knowledge.sentences("zh") if (text := spoken_text(line)) and len(text) > 3}
    )
    chosen = random.Random(SEED).sample(known, count)
    others = sorted(set(_unseen(venue)) - set(known))
    voice = EspeakSynthesizer()
    noises = list(read_noises(data).values()) if (data / "noise").is_dir() else []
    arrays: dict[str, np.ndarray] = {}
    for number, text in enumerate((*chosen, *others)):
        read = np.frombuffer(b"".join(voice.synthesize(text, "zh")), np.int16).astype(np.float64) / 32_768
        sound = np.pad(soxr.resample(read, voice.sample_rate, SAMPLE_RATE), int(0.3 * SAMPLE_RATE))
        sound *= 10 ** (_SPEECH_DBFS / 20) / np.sqrt(np.mean(sound**2))
        for level in LEVELS if noises else LEVELS[:1]:
            kind = "pack" if number < count else "unseen"
            noisy = (
                sound
                if level is None
                else sound + _noise(noises[number % len(noises)], len(sound), level, number)
            )
            arrays[f"{kind}|{level}|{text}"] = np.clip(noisy * 32_768, -32_768, 32_767).astype(np.int16)
    np.savez(out, **arrays)  # pyright: ignore[reportArgumentType]


def _unseen(venue: str) -> Iterator[str]:
    for talk in yaml.safe_load(_TALKS.read_text(encoding="utf-8")):
        if talk["pack"] == venue:
            for turn in talk["turns"]:
                text = spoken_text(turn["said"]) if any(sign >= "\u4e00" for sign in turn["said"]) else None
                if text and len(text) > 3:
                    yield text


def _noise(noise: np.ndarray, length: int, level: float, seed: int) -> np.ndarray:
    start = random.Random(seed).randrange(max(1, len(noise) - length))
    piece = np.resize(noise[start : start + length], length).astype(np.float64)
    return piece * 10 ** ((_SPEECH_DBFS - level) / 20) / np.sqrt(np.mean(piece**2))


def _measure(setting: str, venue: str, sounds: Path, model: Path | None) -> dict[str, object]:
    knowledge = load_knowledge(resolve_knowledge(None, venue, home_folder() / "packs"))
    home = home_folder()
    folder = model or speech_model("auto", "zh", knowledge, home).path
    wanted = SETTINGS[setting]
    wording = Wording.of(knowledge)
    before = _resident()
    folder = folder if wanted is None else with_settings(folder, wanted, home / "cache" / "speech")
    recognizer = VoskRecognizer(folder)
    rows: dict[str, list[tuple[str, str, str, float, float]]] = {}
    sure: list[tuple[float, bool]] = []
    with np.load(sounds) as recorded:
        for key in recorded.files:
            kind, level, text = key.split("|")
            pcm = recorded[key].tobytes()
            began = time.process_time()
            for offset in range(0, len(pcm), FRAME_BYTES):
                recognizer.accept(pcm[offset : offset + FRAME_BYTES])
            heard = recognizer.finish()
            seconds = time.process_time() - began
            sure += [(word.confidence, word.text in text) for word in heard.words]
            written = wording.written(heard)
            right = "".join(word.text for word in written.words)
            rows.setdefault(f"{kind}|{level}", []).append(
                (text, heard.text, right, seconds, len(pcm) / 2 / SAMPLE_RATE)
            )
    return {
        "memory_mb": (_resident() - before) / 1e6,
        "rows": {key: _figures(found) for key, found in rows.items()},
        "certain": _certainty(sure),
    }


def _resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _figures(found: Sequence[tuple[str, str, str, float, float]]) -> dict[str, float]:
    characters = sum(len(text) for text, *_ in found)
    return {
        "sentences": len(found),
        "right": sum(text == heard for text, heard, *_ in found) / len(found),
        "errors": sum(edits(text, heard) for text, heard, *_ in found) / characters,
        "errors_corrected": sum(edits(text, right) for text, _, right, *_ in found) / characters,
        "real_time": sum(seconds for *_, seconds, _ in found) / sum(length for *_, length in found),
    }


def _certainty(sure: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Of the right words and of the wrong ones, the share that the recogniser was certain of."""
    shares: dict[str, float] = {}
    for name, wanted in (("right", True), ("wrong", False)):
        confidences = [confidence for confidence, right in sure if right is wanted]
        shares[f"{name}_words"] = len(confidences)
        shares[f"{name}_certain"] = sum(c >= CERTAIN for c in confidences) / max(1, len(confidences))
    return shares


def edits(meant: str, heard: str) -> int:
    """Characters to change, leave out or put in (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, one in enumerate(meant, start=1):
        above, row = row, [number]
        for place, other in enumerate(heard, start=1):
            row.append(min(above[place - 1] + (one != other), above[place] + 1, row[-1] + 1))
    return row[-1]


def _show(setting: str, measured: dict[str, dict[str, dict[str, float]]]) -> None:
    print(f"{setting}: {measured['memory_mb']:.0f} MB, {measured['certain']}")  # noqa: T201
    for key, row in measured["rows"].items():
        kind, level = key.split("|")
        print(  # noqa: T201
            f"    {kind:6} {'clean' if level == 'None' else level + ' dB':8} {row['sentences']:4.0f} sentences, "
            f"right {row['right']:6.1%}, errors {row['errors']:6.2%}, corrected {row['errors_corrected']:6.2%}, "
            f"real time {row['real_time']:.3f}"
        )


if __name__ == "__main__":
    main()
