"""Questions spoken by the built-in voice, as a microphone would deliver them."""

from __future__ import annotations

import numpy as np
import soxr

from kiosk_app.reply import Language
from voice.ports import SAMPLE_RATE, Synthesizer

_PAUSE = np.zeros(SAMPLE_RATE * 3 // 10, np.int16)


def spoken(synthesizer: Synthesizer, text: str, lang: Language = "zh") -> bytes:
    """16 kHz s16 mono sound of a text, with 0.3 s of silence before and after. Raises SynthesizerError."""
    sound = np.frombuffer(b"".join(synthesizer.synthesize(text, lang)), np.int16)
    heard = soxr.resample(sound, synthesizer.sample_rate, SAMPLE_RATE)
    return np.concatenate([_PAUSE, heard, _PAUSE]).tobytes()
