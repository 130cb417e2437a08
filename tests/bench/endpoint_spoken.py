"""The endpoint with the kiosk's own recogniser and judge: ``python -m tests.bench.endpoint_spoken``.

Questions of the gov pack, read by the built-in voice and mixed with the noises of ``data``: here the partial texts
are real ones, which the recordings of single words cannot have.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from kiosk_app.completeness import KnownQuestions
from kiosk_app.config import home_folder
from kiosk_app.speech_model import speech_model
from models.knowledge import load_knowledge, resolve_knowledge
from tests.bench.backdrop import mix, read_noises
from tests.bench.recordings import Recording, Samples, spoken_span
from tests.bench.utterances import join
from tests.voice.conftest import write_wav
from voice.activity import SileroActivity
from voice.completeness import Judge, no_judge
from voice.endpoint import EndpointSettings
from voice.events import SpeechEnded, UtteranceHeard
from voice.file_source import load_sound
from voice.hearing import Hearing
from voice.ports import FRAME_BYTES, FRAME_SECONDS, AudioChunk, Recognizer
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer


def read_aloud(lines: list[str]) -> list[Recording]:
    """The lines in the built-in voice."""
    synthesizer = EspeakSynthesizer()
    synthesizer.prepare()
    made: list[Recording] = []
    with tempfile.TemporaryDirectory() as folder:
        for line in lines:
            sound = b"".join(synthesizer.synthesize(line, "zh"))
            path = write_wav(Path(folder) / "line.wav", sound, synthesizer.sample_rate)
            samples = np.pad(load_sound(path).astype(np.float32) * np.float32(2**-15), 1600)
            span = spoken_span(samples)
            if span is not None:
                made.append(Recording(samples, "espeak-ng", line, *span))
    return made


def decided(pcm: bytes, activity: SileroActivity, recognizer: Recognizer, judge: Judge) -> tuple[float, str]:
    """When the first utterance was declared over, and its text; infinity when it never was."""
    now = 0.0
    hearing = Hearing(activity, recognizer, EndpointSettings(), lambda: now, judge)
    hearing.reset()
    over = float("inf")
    for offset in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        begins, now = now, now + FRAME_SECONDS
        for event in hearing.feed(AudioChunk(pcm[offset : offset + FRAME_BYTES], begins)):
            if isinstance(event, SpeechEnded):
                over = event.decided_at
            elif isinstance(event, UtteranceHeard):
                return over, event.text
        if over < float("inf"):
            return over, ""
    return over, ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with noise/")
    parser.add_argument("--count", type=int, default=60, help="questions")
    given = parser.parse_args()
    home = home_folder()
    knowledge = load_knowledge(resolve_knowledge(None, "gov", home / "packs"))
    lines = [line for line in knowledge.sentences("zh") if 5 <= len(line) <= 16]
    spoken = read_aloud(random.Random(11).sample(lines, given.count))
    model = speech_model("auto", "zh", knowledge, home)
    recognizer, activity = VoskRecognizer(model.path), SileroActivity()
    noises: list[Samples] = list(read_noises(given.data).values())
    table = Table(
        title=f"{len(spoken)} questions of the gov pack, {model.label}; delays in ms after the true end"
    )
    for name in ("SNR", "judge", "cut off", "p50", "p95", "whole text right"):
        table.add_column(name, justify="right")
    for snr_db in (None, 20.0, 10.0):
        for name, judge in (("the pack's", KnownQuestions(knowledge)), ("none", no_judge)):
            delays: list[float] = []
            right = 0
            for number, line in enumerate(spoken):
                utterance = join([line], [])
                noise = noises[number % len(noises)] if snr_db is not None else None
                pcm = mix(utterance, noise, snr_db or 0.0, seed=number)
                over, text = decided(pcm, activity, recognizer, judge)
                delays.append(over - utterance.end)
                right += text == line.text
            after = [delay for delay in delays if delay >= 0]
            table.add_row(
                "clean" if snr_db is None else f"{snr_db:.0f} dB",
                name,
                f"{100 * (len(delays) - len(after)) / len(delays):.1f} %",
                *(f"{1000 * np.quantile(after, share):.0f}" for share in (0.5, 0.95)),
                f"{100 * right / len(spoken):.0f} %",
            )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
