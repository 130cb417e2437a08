"""Chooses the program that speaks. One that is configured but not there says what is missing and how to get it."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

from kiosk_app.config import KioskConfig
from models.assets import AssetStore
from voice.errors import SynthesizerError
from voice.fallback_synthesizer import FallbackSynthesizer
from voice.piper import PROGRAM, PiperSynthesizer
from voice.ports import SentenceSynthesizer
from voice.synthesizer import EspeakSynthesizer

logger = logging.getLogger(__name__)

PIPER_VOICE = "zh_CN-huayan-medium.onnx"
PIPER_SETTINGS = f"{PIPER_VOICE}.json"
PIPER_LANGUAGE = "zh"


def choose_voice(config: KioskConfig) -> SentenceSynthesizer:
    """The voice that the configuration asks for, not yet prepared.

    Raises:
        SynthesizerError: piper is asked for and its program or voice is missing.
    """
    plain = EspeakSynthesizer()
    backend = config.speech.backend
    if backend == "espeak-ng":
        return plain
    try:
        piper = _piper(AssetStore(config.home / "assets"))
    except SynthesizerError as error:
        if backend == "piper":
            raise
        logger.info("espeak-ng speaks all languages: %s", error)
        return plain
    return FallbackSynthesizer(piper, plain, {PIPER_LANGUAGE})


def _piper(assets: AssetStore) -> PiperSynthesizer:
    model, settings = assets.find(PIPER_VOICE), assets.find(PIPER_SETTINGS)
    if model is None or settings is None:
        missing = PIPER_VOICE if model is None else PIPER_SETTINGS
        raise SynthesizerError(
            "piper_voice_missing", f"{missing} is not in the asset store; run: kiosk models fetch {missing}"
        )
    if shutil.which(PROGRAM[0]) is None:
        raise SynthesizerError("piper_missing", "piper not found; install with: pipx install piper-tts")
    return PiperSynthesizer(_beside(model, settings), PIPER_LANGUAGE, _sample_rate(settings))


def _beside(model: Path, settings: Path) -> Path:
    """The model; piper looks for the settings beside it, under its name."""
    if settings.parent != model.parent:
        raise SynthesizerError("piper_voice_missing", f"{settings} has to stand beside {model}")
    return model


def _sample_rate(settings: Path) -> int:
    try:
        rate = json.loads(settings.read_text(encoding="utf-8"))["audio"]["sample_rate"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SynthesizerError(
            "piper_voice_damaged",
            f"{settings} cannot be read ({error}); run: kiosk models fetch {settings.name}",
        ) from error
    if not isinstance(rate, int):
        raise SynthesizerError("piper_voice_damaged", f"{settings} names no sample rate but {rate!r}")
    return rate
