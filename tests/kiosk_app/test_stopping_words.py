"""What silences the kiosk has to be a word that the recogniser knows."""

from __future__ import annotations

from models.knowledge.phrases import STOPPING_ZH
from voice.interjections import Interjection, interjection


def test_every_stopping_phrase_that_recognisers_learn_stops_the_kiosk() -> None:
    assert {interjection(phrase) for phrase in STOPPING_ZH} == {Interjection.STOP}
