"""What recognising and speaking cost: seconds of work for a second of sound, and the first sentence's delay."""

from __future__ import annotations

import time
from collections.abc import Sequence

from kiosk_app.bench.figure import Figure, percentile
from kiosk_app.spoken import spoken
from voice.activity import SileroActivity
from voice.ports import FRAME_BYTES, SAMPLE_BYTES, SAMPLE_RATE, Recognizer, Synthesizer


def recognition_figures(
    recognizer: Recognizer, label: str, synthesizer: Synthesizer, texts: Sequence[str]
) -> list[Figure]:
    """Hearing ``texts`` frame by frame with the words so far after each, as the kiosk listens.

    Raises:
        VoiceError: the recogniser or the synthesiser cannot be used.
    """
    sounds = [spoken(synthesizer, text) for text in texts]
    seconds = sum(map(len, sounds)) / (SAMPLE_BYTES * SAMPLE_RATE)
    began = time.process_time()
    for sound in sounds:
        for frame in _frames(sound):
            recognizer.accept(frame)
        recognizer.finish()
    hearing = time.process_time() - began
    activity = SileroActivity()
    began = time.process_time()
    for sound in sounds:
        for frame in _frames(sound):
            activity.probability(frame)
    watching = time.process_time() - began
    return [
        Figure("recogniser_rtf", round(hearing / seconds, 4), "x", f"{seconds:.0f} s of questions; {label}"),
        Figure("activity_rtf", round(watching / seconds, 4), "x", "telling speech from noise"),
    ]


def synthesis_figures(synthesizer: Synthesizer, texts: Sequence[str]) -> list[Figure]:
    """Speaking ``texts``, none of them kept from before. Raises SynthesizerError."""
    synthesizer.prepare()
    firsts: list[float] = []
    size = 0
    spent = 0.0
    for text in texts:
        began = time.perf_counter()
        first: float | None = None
        for piece in synthesizer.synthesize(text, "zh"):
            first = first or time.perf_counter() - began
            size += len(piece)
        spent += time.perf_counter() - began
        firsts.append((first or 0.0) * 1000)
    seconds = size / (SAMPLE_BYTES * synthesizer.sample_rate)
    return [
        Figure("synthesiser_rtf", round(spent / seconds, 4), "x", f"{seconds:.0f} s of answers"),
        Figure("first_sentence_p50_ms", round(percentile(firsts, 0.5), 1), "ms", "text to sound"),
        Figure("first_sentence_p95_ms", round(percentile(firsts, 0.95), 1), "ms", "text to sound"),
    ]


def _frames(sound: bytes) -> list[bytes]:
    whole = len(sound) - len(sound) % FRAME_BYTES
    return [sound[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
