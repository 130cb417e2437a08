"""The first words of a visit choose its language; then only one recogniser works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app.events import (
    LanguageChosen,
    PersonEngaged,
    Replied,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from kiosk_app.memory import Memory
from kiosk_app.reply import Language, Reply
from kiosk_app.request import TextAsked
from kiosk_app.runtime.languages import FirstWords, VisitLanguage, choose, settled, takes_of
from kiosk_app.runtime.recognition import ReplaceableRecognizer
from kiosk_app.session import Ask, SessionState, initial_state, transition
from models.knowledge import Knowledge
from models.speech import speech_model_for
from tests.voice.conftest import QUESTIONS, Spoken
from voice.errors import RecognizerError
from voice.ports import Recognition
from voice.vosk_recognizer import VoskRecognizer

ZH, EN = "居住证要带什么", "how do I get a residence permit"


class Scripted:
    """A recogniser that hears what the test wrote; counts what it is given."""

    def __init__(self, text: str, confidence: float = 0.9, *, broken: bool = False) -> None:
        self.heard = Recognition(text, (), confidence if text else 0.0)
        self.broken = broken
        self.fed = 0
        self.resets = 0

    def accept(self, pcm: bytes) -> str:
        self.fed += 1
        if self.broken:
            raise RecognizerError("recognizer_failed", "the test broke it")
        return self.heard.text[: self.fed]

    def finish(self) -> Recognition:
        return self.heard

    def reset(self) -> None:
        self.resets += 1


def takes(text: str, lang: Language) -> float:
    """Understands two sentences."""
    return {ZH: 0.95, EN: 0.9}.get(text, 0.0)


def say(ears: FirstWords) -> Recognition:
    """One utterance."""
    for _ in range(3):
        ears.accept(b"")
    return ears.finish()


def test_until_a_language_is_settled_both_hear_and_the_understood_one_is_believed() -> None:
    chinese, english = Scripted("好度爱盖特", 0.8), Scripted(EN, 0.7)
    ears = FirstWords({"zh": chinese, "en": english}, VisitLanguage(), takes)
    heard = say(ears)
    assert (heard.text, heard.language) == (EN, "en")
    assert (chinese.fed, english.fed) == (3, 3)


def test_once_it_is_settled_only_one_recogniser_works() -> None:
    chinese, english = Scripted(ZH), Scripted(EN)
    language = VisitLanguage()
    ears = FirstWords({"zh": chinese, "en": english}, language, takes)
    language.settled = "en"
    heard = say(ears)
    assert (heard.text, heard.language) == (EN, "")
    assert (chinese.fed, english.fed) == (0, 3)
    language.settled = "zh"
    assert say(ears).text == ZH
    assert (chinese.fed, english.fed) == (3, 3)


def test_a_language_that_is_settled_in_mid_utterance_counts_from_the_next_one_on() -> None:
    chinese, english = Scripted(ZH), Scripted(EN)
    language = VisitLanguage()
    ears = FirstWords({"zh": chinese, "en": english}, language, takes)
    ears.accept(b"")
    language.settled = "zh"
    ears.accept(b"")
    ears.finish()
    assert (chinese.fed, english.fed) == (2, 2)
    say(ears)
    assert (chinese.fed, english.fed) == (5, 2)


def test_a_language_without_a_recogniser_is_heard_by_the_sites_own() -> None:
    chinese = Scripted(ZH)
    language = VisitLanguage()
    language.settled = "en"
    assert say(FirstWords({"zh": chinese}, language, takes)).text == ZH


@pytest.mark.parametrize(
    ("chinese", "english", "text", "lang"),
    [
        ((ZH, 0.9), ("zoo zoo chung", 0.95), ZH, "zh"),  # nonsense, however sure
        ((ZH, 0.6), (EN, 0.9), EN, "en"),  # both mean something: the surer
        ((ZH, 0.95), (EN, 0.6), ZH, "zh"),
        (("", 0.0), (EN, 0.5), EN, "en"),
        (("", 0.0), ("the", 0.9), "", "zh"),  # the model of another language hears words in any noise
        (("你好度", 0.4), ("the cat sat", 0.9), "你好度", "zh"),
        (("", 0.0), ("", 0.0), "", "zh"),
    ],
)
def test_what_was_said(chinese: tuple[str, float], english: tuple[str, float], text: str, lang: str) -> None:
    heard: Mapping[Language, Recognition] = {
        "zh": Recognition(chinese[0], (), chinese[1]),
        "en": Recognition(english[0], (), english[1]),
    }
    best = choose(heard, takes)
    assert (best.text, best.language) == (text, lang)


def test_a_recogniser_that_knows_both_tells_by_its_words() -> None:
    assert choose({"zh": Recognition(EN, (), 0.9)}, takes).language == "en"
    assert choose({"zh": Recognition("wifi", (), 0.9)}, takes).language == "zh"


def test_one_that_fails_costs_nothing_while_the_other_hears() -> None:
    english = Scripted(EN)
    ears = FirstWords({"zh": Scripted(ZH, broken=True), "en": english}, VisitLanguage(), takes)
    assert (say(ears).text, english.fed) == (EN, 3)


def test_when_all_fail_it_is_an_error_and_the_next_utterance_is_heard() -> None:
    chinese, english = Scripted(ZH, broken=True), Scripted(EN, broken=True)
    ears = FirstWords({"zh": chinese, "en": english}, VisitLanguage(), takes)
    with pytest.raises(RecognizerError):
        ears.accept(b"")
    chinese.broken = english.broken = False
    assert say(ears).text == ZH


def test_a_reset_is_for_all_and_finish_without_sound_is_nothing() -> None:
    chinese, english = Scripted(ZH), Scripted(EN)
    ears = FirstWords({"zh": chinese, "en": english}, VisitLanguage(), takes)
    ears.accept(b"")
    ears.reset()
    assert (chinese.resets, english.resets) == (1, 1)
    assert ears.finish().text == ""


def test_new_knowledge_brings_new_ears_between_two_utterances() -> None:
    ears = ReplaceableRecognizer(FirstWords({"zh": Scripted("旧")}, VisitLanguage(), takes))
    ears.accept(b"")
    ears.replace(FirstWords({"zh": Scripted("新")}, VisitLanguage(), takes))
    assert ears.finish().text == "旧"
    ears.accept(b"")
    assert ears.finish().text == "新"


# --- with the session --------------------------------------------------------------------------------------


def uttered(state: SessionState, text: str, language: str, at: float) -> tuple[SessionState, list[object]]:
    """What the session makes of an utterance."""
    state, _ = transition(state, SpeechStarted(at))
    state, _ = transition(state, SpeechEnded(at + 1, at + 1.3))
    state, effects = transition(
        state, UtteranceHeard(at + 1.4, text, 0.9, at, at + 1, at + 1.4, language=language)
    )
    return state, list(effects)


def answered(state: SessionState, *, missed: bool, at: float) -> SessionState:
    """After the dialogue's answer."""
    assert state.visit is not None
    reply = Reply(
        act="reject" if missed else "answer",
        matter=None if missed else "gov.residence_permit.apply",
        facet="summary",
        title="",
        speech="",
        lang=state.visit.lang,
        missed=missed,
    )
    return transition(state, Replied(at, state.visit.turn, reply, Memory()))[0]


def nobody() -> SessionState:
    """A kiosk whose microphone listens."""
    state = initial_state(0.0, senses={"camera"})
    return transition(state, PersonEngaged(1.0, 1))[0]


def test_english_first_words_make_an_english_visit() -> None:
    state = replace(nobody(), speaking=None, listening=True)
    assert settled(state) is None
    state, effects = uttered(state, EN, "en", 10.0)
    (ask,) = [effect for effect in effects if isinstance(effect, Ask)]
    assert (ask.lang, ask.request) == ("en", TextAsked(EN, 0.9))
    assert state.visit is not None
    assert state.visit.lang == "en"
    assert settled(state) == "en"


def test_what_was_not_understood_settles_nothing() -> None:
    state = replace(nobody(), speaking=None, listening=True)
    state, _ = uttered(state, "好度爱盖特", "zh", 10.0)
    assert settled(answered(state, missed=True, at=12.0)) is None
    assert settled(answered(state, missed=False, at=12.0)) == "zh"


def test_a_touch_settles_it() -> None:
    state, _ = transition(nobody(), LanguageChosen(2.0, lang="en"))
    assert settled(state) == "en"


def test_without_a_visit_all_listen() -> None:
    assert settled(initial_state(0.0)) is None


# --- with the real parts -----------------------------------------------------------------------------------


def test_what_is_understood_here(gov: Knowledge) -> None:
    worth = takes_of(gov)
    assert worth("居住证要带什么材料", "zh") > 0.9
    assert worth("打120", "zh") > 0.9
    assert worth("what do I need for a residence permit", "en") > 0.5
    assert worth("the cat sat on the mat", "en") < 0.5


def test_chinese_is_heard_by_vosk_beside_an_english_one(
    gov: Knowledge, spoken: Spoken, tmp_path: Path
) -> None:
    """The Chinese side is real; no English model can be had in tests, so that its side is written by the test."""
    chinese = VoskRecognizer(speech_model_for(QUESTIONS, tmp_path))
    ears = FirstWords({"zh": chinese, "en": Scripted("or you ban", 0.9)}, VisitLanguage(), takes_of(gov))
    ears.accept(spoken("我想办居住证要带什么材料"))
    heard = ears.finish()
    assert (heard.text, heard.language) == ("我想办居住证要带什么材料", "zh")


def test_english_speech_is_no_chinese_question(gov: Knowledge, spoken: Spoken, tmp_path: Path) -> None:
    """With a Chinese model only: nothing is heard, and what is heard is not understood as anything."""
    ears = FirstWords(
        {"zh": VoskRecognizer(speech_model_for(QUESTIONS, tmp_path))}, VisitLanguage(), takes_of(gov)
    )
    for sentence in (
        EN,
        "where is the service desk",
        "I have lost my bank card",
        "what time do you close today",
    ):
        ears.accept(spoken(sentence, "en"))
        heard = ears.finish()
        assert heard.text == "", sentence
        assert heard.language == "zh"
