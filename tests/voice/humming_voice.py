"""A SentenceSynthesizer that hums: nothing to install, and its sound tells how long the sentence was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from voice.errors import SynthesizerError


class HummingVoice:
    """Hums 1000 samples a character; remembers what it spoke, can be stopped at any sentence, fails when told to."""

    sample_rate = 22_050

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.rates: list[float] = []
        """Of what was spoken, in the same order."""
        self.broken = False
        self.stands_in = False
        """Another voice speaks in its place, as where piper has failed."""
        self.at_sentence: Callable[[str], None] = lambda _: None

    def prepare(self) -> None:
        return

    def stop(self) -> None:
        return

    def use_readings(self, readings: Mapping[str, str]) -> None:
        return

    def fingerprint(self, sentence: str, lang: str, rate: float) -> str:
        return f"hum {sentence} {lang} {rate}"

    def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        self.at_sentence(sentence)
        if self.broken:
            raise SynthesizerError("synthesizer_failed", "killed")
        self.spoken.append(sentence)
        self.rates.append(rate)
        times = np.arange(int(len(sentence) * 1000 / rate))
        hum = (np.sin(times / 20) * 8000).astype(np.int16).tobytes()
        return hum, "another" if self.stands_in else self.fingerprint(sentence, lang, rate)
