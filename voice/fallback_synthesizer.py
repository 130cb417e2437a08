"""A better voice for some languages, and the plain one whenever the better one fails."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

import numpy as np
import soxr

from voice.errors import SynthesizerError
from voice.ports import SentenceSynthesizer

logger = logging.getLogger(__name__)


class FallbackSynthesizer:
    """A SentenceSynthesizer of two, at the better one's sample rate.

    Args:
        better: speaks ``languages``.
        plain: speaks everything else, and any sentence that ``better`` fails at.
    """

    def __init__(
        self, better: SentenceSynthesizer, plain: SentenceSynthesizer, languages: Collection[str]
    ) -> None:
        self._better = better
        self._plain = plain
        self._languages = frozenset(languages)
        self._warned = False

    @property
    def sample_rate(self) -> int:
        """Hz of what both give."""
        return self._better.sample_rate

    def prepare(self) -> None:
        """Make both ready. Raises SynthesizerError when the plain one cannot speak; the better one may come later."""
        self._plain.prepare()
        try:
            self._better.prepare()
        except SynthesizerError as error:
            self._warn(error)

    def stop(self) -> None:
        """Let both go."""
        self._better.stop()
        self._plain.stop()

    def use_readings(self, readings: Mapping[str, str]) -> None:
        """Readings of words, for whichever takes them."""
        self._better.use_readings(readings)
        self._plain.use_readings(readings)

    def fingerprint(self, sentence: str, lang: str, rate: float) -> str:
        """Of the voice that should speak. Raises SynthesizerError."""
        return self._for(lang).fingerprint(sentence, lang, rate)

    def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        """See SentenceSynthesizer; the fingerprint tells who spoke."""
        if lang in self._languages:
            try:
                spoken = self._better.speak(sentence, lang, rate)
            except SynthesizerError as error:
                self._warn(error)
            else:
                self._warned = False
                return spoken
        pcm, fingerprint = self._plain.speak(sentence, lang, rate)
        return self._converted(pcm), fingerprint

    def _for(self, lang: str) -> SentenceSynthesizer:
        return self._better if lang in self._languages else self._plain

    def _converted(self, pcm: bytes) -> bytes:
        rate, wanted = self._plain.sample_rate, self._better.sample_rate
        if rate == wanted or not pcm:
            return pcm
        samples = soxr.resample(np.frombuffer(pcm, np.int16).astype(np.float32), rate, wanted)
        return np.clip(samples, -32768, 32767).astype("<i2").tobytes()

    def _warn(self, error: SynthesizerError) -> None:
        if not self._warned:  # once per trouble, not once per sentence
            logger.warning("the plain voice stands in (%s): %s", error.code, error)
        self._warned = True
