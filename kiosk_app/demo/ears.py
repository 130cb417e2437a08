"""Which speech model the demonstration listens with."""

from __future__ import annotations

from pathlib import Path

from kiosk_app.demo.tour import QUESTIONS
from kiosk_app.dialogue import Dialogue
from kiosk_app.request import TextAsked
from kiosk_app.speech_model import SpeechModel, speech_model
from models.knowledge import Knowledge


def choose_ears(knowledge: Knowledge, home: Path) -> tuple[SpeechModel, str]:
    """The official model when it is there and understands the built-in voice that asks here; why, in a line.

    The official model was made for people only. Whether it also understands a synthetic voice is tried out on the
    tour's own questions; when it does not, the embedded model listens and the reason is said.
    """
    best = speech_model("auto", "zh", knowledge, home)
    if best.embedded:
        return best, best.label
    if all(_understands(best, said.said, said.matter, knowledge) for said in QUESTIONS):
        return best, best.label
    reserve = speech_model("embedded", "zh", knowledge, home)
    return reserve, f"{reserve.label}; {best.label} is here, but mishears the built-in voice that asks"


def _understands(model: SpeechModel, said: str, matter: str, knowledge: Knowledge) -> bool:
    from kiosk_app.spoken import spoken
    from voice.synthesizer import EspeakSynthesizer
    from voice.vosk_recognizer import VoskRecognizer

    recognizer = VoskRecognizer(model.path)
    recognizer.accept(spoken(EspeakSynthesizer(), said))
    return Dialogue(knowledge).answer(TextAsked(recognizer.finish().text), "zh").matter == matter
