"""The benchmark: its steps in order, each giving figures or the reason why there are none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kiosk_app.bench.figure import Figure
from kiosk_app.bench.home import bench_config
from kiosk_app.bench.idle_figures import idle_figures
from kiosk_app.bench.known_answers import render
from kiosk_app.bench.opening_figures import opening_figures
from kiosk_app.bench.presence_figures import presence_figures
from kiosk_app.bench.speech_figures import recognition_figures, synthesis_figures
from kiosk_app.bench.talk_figures import Asked, talk_figures, turns_of
from kiosk_app.bench.understanding_figures import understanding_figures
from kiosk_app.config import KioskConfig, RecognitionConfig, load_config
from kiosk_app.dialogue import Dialogue
from kiosk_app.errors import KioskError
from kiosk_app.recognizers import open_recognizer
from kiosk_app.request import TextAsked
from kiosk_app.runtime.voices import choose_voice
from kiosk_app.speech_model import speech_model
from kiosk_app.spoken import spoken
from kiosk_app.trace import TurnTrace
from models.errors import ModelsError
from models.knowledge import Knowledge, load_knowledge, resolve_knowledge
from models.speech import SpeechModelError
from vision.errors import VisionError
from voice.cached_synthesizer import CachedSynthesizer
from voice.errors import VoiceError
from voice.ports import Recognizer
from voice.synthesizer import EspeakSynthesizer

_QUESTIONS = 5
_SENTENCES = 12
_ANSWERS = 8
_SEARCHED = 400

Passed = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the benchmark: its name for the progress bar and ``measure``, called with what tells the share done."""

    name: str
    measure: Callable[[Passed], list[Figure]]


@dataclass(frozen=True, slots=True)
class Ears:
    """A recogniser, what it was opened with, the model's name for people, and how long opening took."""

    config: RecognitionConfig
    recognizer: Recognizer
    name: str
    load_s: float


class Bench:
    """All steps for one configuration.

    Args:
        config_file: the kiosk's configuration; the defaults without it.
        idle_s: seconds of listening to nobody.
        rounds: how often every question is asked aloud; from the second time on its answer is known.
    """

    def __init__(self, config_file: Path | None, idle_s: float, rounds: int) -> None:
        self._file = config_file
        self._config = load_config(config_file)
        self._idle_s = idle_s
        self._rounds = rounds
        self.turns: tuple[TurnTrace, ...] = ()
        """The turns of answering aloud, those with new answers first."""

    def steps(self) -> list[Step]:
        """In the order in which they are run: what must find nothing warm comes first."""
        return [
            Step("opening", lambda _: opening_figures(self._file)),
            Step("understanding", lambda _: understanding_figures(self._knowledge)),
            Step("recognising", lambda _: self._recognition()),
            Step("speaking", lambda _: self._synthesis()),
            Step("looking for people", lambda passed: presence_figures(self._config, passed)),
            Step("listening to nobody", self._idle),
            Step("answering aloud", self._talk),
        ]

    @staticmethod
    def run(step: Step, passed: Passed) -> list[Figure]:
        """The figures of a step; one without a value that says why when it cannot be measured."""
        try:
            return step.measure(passed)
        except (KioskError, ModelsError, SpeechModelError, VoiceError, VisionError) as error:
            return [Figure(step.name.replace(" ", "_"), None, "", str(error))]

    @cached_property
    def _knowledge(self) -> Knowledge:
        wanted = self._config.knowledge
        return load_knowledge(resolve_knowledge(wanted.pack, wanted.venue, self._config.home / "packs"))

    @cached_property
    def _ears(self) -> Ears:
        """As configured, where that understands the built-in voice that asks here; the embedded model otherwise."""
        configured = self._opened(self._config.recognition)
        dialogue = Dialogue(self._knowledge)
        for asked in self._asked:
            configured.recognizer.accept(asked.sound)
            heard = configured.recognizer.finish().text
            if dialogue.answer(TextAsked(heard), "zh").matter != asked.matter:
                return self._opened(RecognitionConfig(model="embedded"))
        return configured

    def _opened(self, recognition: RecognitionConfig) -> Ears:
        knowledge, home = self._knowledge, self._config.home
        began = time.perf_counter()
        recognizer = open_recognizer(recognition, "zh", knowledge, home)
        spent = time.perf_counter() - began
        sherpa = recognition.backend == "sherpa-onnx"
        name = (
            str(recognition.model) if sherpa else speech_model(recognition.model, "zh", knowledge, home).label
        )
        return Ears(recognition, recognizer, name, spent)

    @cached_property
    def _sentences(self) -> list[tuple[str, str, str]]:
        """Question, matter and answer of sentences all over the pack that are answered at once."""
        sentences = self._knowledge.sentences("zh")
        dialogue = Dialogue(self._knowledge)
        found: dict[str, tuple[str, str, str]] = {}
        for sentence in sentences[:: max(1, len(sentences) // _SEARCHED)]:
            reply = dialogue.answer(TextAsked(sentence), "zh")
            if reply.act == "answer" and reply.matter and reply.matter not in found:
                found[reply.matter] = (sentence, reply.matter, reply.speech)
        return list(found.values())

    @property
    def _answers(self) -> list[str]:
        return [answer for _, _, answer in self._sentences[:_ANSWERS]]

    @cached_property
    def _asked(self) -> list[Asked]:
        voice = EspeakSynthesizer()
        voice.prepare()
        chosen = self._sentences[:: max(1, len(self._sentences) // _QUESTIONS)][:_QUESTIONS]
        return [Asked(matter, spoken(voice, sentence), answer) for sentence, matter, answer in chosen]

    def _recognition(self) -> list[Figure]:
        voice = EspeakSynthesizer()
        voice.prepare()
        sentences = [sentence for sentence, _, _ in self._sentences[:_SENTENCES]]
        ears = self._ears
        return [
            *recognition_figures(ears.recognizer, ears.name, voice, sentences),
            Figure("recogniser_load_s", round(ears.load_s, 3), "s", ears.name),
        ]

    def _synthesis(self) -> list[Figure]:
        synthesizer = CachedSynthesizer(choose_voice(self._config))
        try:
            return synthesis_figures(synthesizer, self._answers)
        finally:
            synthesizer.stop()

    def _idle(self, passed: Passed) -> list[Figure]:
        return idle_figures(self._config, self._ears.recognizer, self._idle_s, passed)

    def _talk(self, passed: Passed) -> list[Figure]:
        asked, rounds = self._asked, self._rounds
        with self._on_its_own() as config:
            speech = config.speech.model_copy(update={"cache_mb": 0})
            speaks_anew = config.model_copy(update={"speech": speech})
            new = turns_of(speaks_anew, asked, rounds, lambda share: passed(share / 2))
            render(config, self._knowledge, [question.answer for question in asked])
            known = turns_of(config, asked, rounds, lambda share: passed((1 + share) / 2))
        self.turns = (*new, *known)
        return talk_figures(new, known, asked)

    @contextlib.contextmanager
    def _on_its_own(self) -> Iterator[KioskConfig]:
        with bench_config(self._config) as config:
            yield config.model_copy(update={"recognition": self._ears.config})
