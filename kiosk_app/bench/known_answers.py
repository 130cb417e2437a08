"""Renders answers ahead of time, as a kiosk does that has had a quiet night with its knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.config import KioskConfig
from kiosk_app.runtime.speaking import MEGABYTE
from kiosk_app.runtime.voices import choose_voice
from models.knowledge import Knowledge
from voice.cached_synthesizer import CachedSynthesizer
from voice.clips import NO_CLIPS
from voice.speech_cache import SpeechCache


def render(config: KioskConfig, knowledge: Knowledge, answers: Sequence[str]) -> None:
    """Speak Chinese ``answers`` into the cache that a kiosk of ``config`` opens with. Raises SynthesizerError."""
    cache = SpeechCache(config.home / "cache" / "spoken", config.speech.cache_mb * MEGABYTE)
    synthesizer = CachedSynthesizer(choose_voice(config), cache)
    synthesizer.prepare()
    synthesizer.furnish({term.term: term.reading for term in knowledge.lexicon if term.reading}, NO_CLIPS)
    try:
        sentences = [part for answer in answers for part in synthesizer.unrecorded(answer, "zh")]
        keys = {sentence: synthesizer.key(sentence, "zh", 1.0) for sentence in sentences}
        synthesizer.keep(keys.values())
        for sentence, key in keys.items():
            synthesizer.render(sentence, "zh", 1.0, key)
    finally:
        synthesizer.stop()
