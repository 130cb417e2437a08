"""Measures the embedded model with voices it never met, spoken by the espeak-ng program."""

import json
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.errors import SpeechModelError
from models.speech.readings import spoken_syllable, spoken_text
from models.speech.training.voices import HELD_OUT_RATES, HELD_OUT_VARIANTS

SAMPLE_RATE = 16_000
CHUNK = 512  # samples; 32 ms, the size the listener hands over
_SEED = 5
_PITCHES = (28, 45, 58, 72)
_ONSET = 0.02  # speech begins where a 5 ms block reaches this share of the loudest one


@dataclass(frozen=True, slots=True)
class Heard:
    """``text`` without blanks; ``caption_s`` is the audio consumed from the start of speech to the first words."""

    text: str
    caption_s: float | None
    decode_s: float
    audio_s: float


@dataclass(slots=True)
class Score:
    """Totals over many utterances."""

    utterances: int = 0
    exact: int = 0
    characters: int = 0
    errors: int = 0
    rejected: int = 0
    decode_s: float = 0.0
    audio_s: float = 0.0
    captions_s: list[float] = field(default_factory=list)
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, said: str, heard: Heard) -> None:
        """Count one utterance."""
        distance = edit_distance(said, heard.text)
        self.utterances += 1
        self.exact += distance == 0
        self.characters += len(said)
        self.errors += distance
        self.rejected += "[unk]" in heard.text
        self.decode_s += heard.decode_s
        self.audio_s += heard.audio_s
        if heard.caption_s is not None:
            self.captions_s.append(heard.caption_s)
        if distance:
            self.mistakes.append((said, heard.text))

    def summary(self) -> dict[str, float]:
        """Rates in per cent, times in milliseconds."""
        captions = self.captions_s or [float("nan")]
        return {
            "utterances": self.utterances,
            "character_error_rate": round(100 * self.errors / max(1, self.characters), 2),
            "sentences_exact": round(100 * self.exact / max(1, self.utterances), 2),
            "rejected": round(100 * self.rejected / max(1, self.utterances), 2),
            "caption_ms_median": round(1000 * float(np.median(captions))),
            "caption_ms_p95": round(1000 * float(np.percentile(captions, 95))),
            "real_time_factor": round(self.decode_s / max(1e-9, self.audio_s), 4),
        }


def edit_distance(reference: str, hypothesis: str) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, start=1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(hypothesis, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (expected != found))
    return row[-1]


def speak(text: str, variant: str, rate: int, pitch: int) -> NDArray[np.float64]:
    """Chinese text in the built-in voice at 16 kHz, int16 scale."""
    import soxr
    from pypinyin import Style, lazy_pinyin

    readings = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    pinyin = " ".join(spoken_syllable(reading) for reading in readings)
    command = [
        "espeak-ng",
        "-v",
        f"cmn-latn-pinyin{variant}",
        "-s",
        str(rate),
        "-p",
        str(pitch),
        "--stdout",
        pinyin,
    ]
    try:
        wave = subprocess.run(command, capture_output=True, check=True, timeout=20).stdout
    except FileNotFoundError as error:
        raise SpeechModelError(
            "training_tools_missing", "the program espeak-ng is missing: apt install espeak-ng"
        ) from error
    rate_hz = int.from_bytes(wave[24:28], "little")
    return soxr.resample(np.frombuffer(wave[44:], "<i2").astype(np.float64), rate_hz, SAMPLE_RATE)


def hear(
    model: object, samples: NDArray[np.float64], rng: random.Random, noise_db: float | None = None
) -> Heard:
    """Stream speech in 32 ms chunks, with silence around it, through a recogniser of a ``vosk.Model``."""
    import vosk

    lead = rng.randrange(4000, 4000 + CHUNK)
    begins = lead + onset(samples)
    stream = np.concatenate([np.zeros(lead), samples, np.zeros(SAMPLE_RATE // 2)])
    if noise_db is not None:
        level = np.sqrt((samples**2).mean()) * 10 ** (-noise_db / 20)
        stream += level * np.random.default_rng(rng.randrange(1 << 30)).standard_normal(len(stream))
    pcm = np.clip(np.round(stream), -32768, 32767).astype("<i2").tobytes()
    recogniser = vosk.KaldiRecognizer(model, SAMPLE_RATE)
    caption: float | None = None
    texts: list[str] = []
    began = time.perf_counter()
    for start in range(0, len(pcm), 2 * CHUNK):
        if recogniser.AcceptWaveform(pcm[start : start + 2 * CHUNK]):
            texts.append(json.loads(recogniser.Result())["text"])
        elif caption is None and _words(json.loads(recogniser.PartialResult())["partial"]):
            caption = (start / 2 + CHUNK - begins) / SAMPLE_RATE
    texts.append(json.loads(recogniser.FinalResult())["text"])
    took = time.perf_counter() - began
    return Heard("".join(texts).replace(" ", ""), caption, took, len(stream) / SAMPLE_RATE)


def _words(partial: str) -> str:
    return partial.replace("[unk]", "").strip()


def onset(samples: NDArray[np.float64]) -> int:
    """The sample where speech begins."""
    block = SAMPLE_RATE // 200
    count = len(samples) // block
    level = np.sqrt((samples[: count * block].reshape(count, block) ** 2).mean(1))
    return int(np.argmax(level > _ONSET * level.max())) * block


def evaluate(folder: Path, sentences: Sequence[str], limit: int, noise_db: float | None = None) -> Score:
    """Score a model folder on ``limit`` renderings of the sentences by held-out voices.

    ``noise_db`` adds white noise that many decibels below the speech.
    """
    import vosk

    vosk.SetLogLevel(-1)
    model = vosk.Model(str(folder))
    rng = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    score = Score()
    for text, variant, rate, pitch in _cases(sentences, limit, rng):
        score.add(text, hear(model, speak(text, variant, rate, pitch), rng, noise_db))
    return score


def _cases(sentences: Sequence[str], limit: int, rng: random.Random) -> Iterator[tuple[str, str, int, int]]:
    """Every sentence once before any comes twice, each time in a random held-out voice."""
    texts = [text for sentence in sentences if (text := spoken_text(sentence))]
    for index in range(limit):
        if index % len(texts) == 0:
            rng.shuffle(texts)
        voice = rng.choice(HELD_OUT_VARIANTS), rng.choice(HELD_OUT_RATES), rng.choice(_PITCHES)
        yield texts[index % len(texts)], *voice
