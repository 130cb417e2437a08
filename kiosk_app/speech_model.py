"""Which speech model listens: the official one when the asset store has it, the embedded one otherwise."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_app.errors import KioskError
from kiosk_app.reply import Language
from kiosk_app.updating.model_kind import find_model
from models.knowledge import Knowledge
from models.speech import (
    EMBEDDED,
    SpeechModelError,
    folder_for,
    hall_model,
    is_look_ahead,
    speech_model_for,
)

logger = logging.getLogger(__name__)

OFFICIAL: Mapping[Language, str] = {"zh": "vosk-model-small-cn-0.22", "en": "vosk-model-small-en-us-0.15"}

Choice = Literal["auto", "official", "embedded"] | Path


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A Vosk model folder, what it is in a line, and whether it is the embedded one."""

    path: Path
    label: str
    embedded: bool = False


def speech_model(choice: Choice, lang: Language, knowledge: Knowledge, home: Path) -> SpeechModel:
    """The model that ``choice`` names, the embedded one built for the vocabulary of ``knowledge``.

    Raises:
        KioskError: the official model is asked for and not there, or there is no model for ``lang``.
        SpeechModelError: the embedded model cannot be built.
    """
    if isinstance(choice, Path):
        return SpeechModel(choice, choice.name)
    name = OFFICIAL[lang]
    if choice != "embedded":
        found = find_model(home, name)
        if found is not None:
            return SpeechModel(_with_hall_words(found, lang, knowledge, home), name)
        if choice == "official":
            raise KioskError(
                f"the speech model {name} is not in {home / 'assets'}; run: kiosk models fetch {name}",
                "speech_model",
            )
    if lang != "zh":
        raise KioskError(
            f"there is no English speech model here; run: kiosk models fetch {name}", "speech_model"
        )
    cache = home / "cache" / "speech"
    if knowledge.language is not None:
        path = folder_for(knowledge.language, cache)
    else:
        path = speech_model_for(knowledge.utterances(), cache, knowledge.terms)
    return SpeechModel(path, EMBEDDED.label, embedded=True)


def _with_hall_words(official: Path, lang: Language, knowledge: Knowledge, home: Path) -> Path:
    """The official model with a grammar of what is asked here; as it is where it cannot take one."""
    if lang != "zh" or not is_look_ahead(official):
        return official
    try:
        return hall_model(official, knowledge.utterances(), home / "cache" / "speech")
    except SpeechModelError as error:
        logger.warning("the official speech model keeps its own grammar: %s", error)
        return official
