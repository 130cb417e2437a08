"""The demonstration's visit: what the citizen asks, touches and looks at, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk_app.demo.centre import DemoCentre
from kiosk_app.demo.citizen import Citizen
from kiosk_app.events import (
    ChoiceTaken,
    ContrastToggled,
    ElderToggled,
    Event,
    FinishPressed,
    HomePressed,
    LanguageChosen,
    MatterChosen,
    PersonRequested,
    Replied,
    StopPressed,
    TopicGroupChosen,
    UtteranceHeard,
)
from kiosk_app.reply import Reply
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Effect, Phase, SessionState

STAFF_TEXT = "工作人员小李马上到"
_HEARD_WITHIN_S = 12.0
_WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Question:
    """A spoken question and the answer that it must get; ``aloud``: the answer is listened to, to its end."""

    said: str
    matter: str
    facet: str
    aloud: bool = False


QUESTIONS = (
    Question("我想办居住证，要带什么材料", "gov.residence_permit.apply", "materials", aloud=True),
    Question("身份证丢了怎么补办", "gov.id_card.replace", "steps"),
    Question("办护照多少钱", "gov.passport.apply", "fee"),
    Question("公积金租房提取在几号窗口办", "gov.housing_fund.withdraw_rent", "window"),
    Question("卫生间在哪里", "hall.restroom", "location"),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one question; ``first_caption_ms`` and ``first_audio_ms`` are in ``trace``."""

    question: Question
    heard: str
    reply: Reply | None
    trace: dict[str, Any]

    @property
    def right(self) -> bool:
        """The words were recognised and the matter is the one that was meant."""
        return (
            self.reply is not None
            and self.reply.act == "answer"
            and self.reply.matter == self.question.matter
        )


class Tour:
    """One visit from the first glance to the goodbye."""

    def __init__(self, kiosk: Kiosk, citizen: Citizen, centre: DemoCentre, pictures: Path) -> None:
        self._kiosk = kiosk
        self._citizen = citizen
        self._centre = centre
        self._pictures = pictures
        self._number = 0
        self._heard = ""
        self._reply: Reply | None = None
        self.answers: list[Answered] = []
        kiosk.watch(self._overhear)

    def take(self, tell: Callable[[str], None]) -> None:
        """Go through the visit; ``tell`` gets a line for each station. Raises DemoError when the kiosk is stuck."""
        citizen = self._citizen
        citizen.wait("the kiosk to open with all its parts", _complete, _WAIT_S)
        self._look("attract")
        tell("a citizen walks up to the camera")
        citizen.wait("the camera to notice the citizen", _is(Phase.GREETING), _WAIT_S)
        self._look("greeting")
        citizen.wait("the greeting to end", _greeted, _WAIT_S)
        for question in QUESTIONS:
            tell(f"asks: {question.said}")
            self._ask(question)
        tell("touches a topic, then a matter")
        self._touch_topics()
        tell("switches to English, elder mode and high contrast")
        self._switch_looks()
        tell("asks for a person; the centre accepts")
        self._call_staff()
        tell("says goodbye")
        citizen.touch(FinishPressed)
        citizen.wait("the farewell", _is(Phase.FAREWELL), _WAIT_S)
        self._look("farewell")
        citizen.wait("the session to be wiped", lambda state: state.visit is None, _WAIT_S)
        self._look("after")

    def _ask(self, question: Question) -> None:
        citizen, before = self._citizen, len(self._kiosk.tracer.turns)
        self._heard, self._reply = "", None
        citizen.wait("the kiosk to listen", lambda state: state.listening, _WAIT_S)
        speaking = citizen.say(question.said)
        citizen.wait(f"the caption of {question.said}", _captioned, _HEARD_WITHIN_S)
        if question.aloud:
            self._look("listening")
        speaking.wait(_HEARD_WITHIN_S)
        citizen.wait(
            f"the answer to {question.said}",
            lambda _: len(self._kiosk.tracer.turns) > before,
            _HEARD_WITHIN_S,
        )
        trace = self._kiosk.tracer.turns[-1].record()
        self.answers.append(Answered(question, self._heard, self._reply, trace))
        self._look("answer")
        if not question.aloud:
            citizen.touch(StopPressed)
        citizen.wait("the answer to end", _silent, 40.0)

    def _touch_topics(self) -> None:
        citizen, topic = self._citizen, self._topic()
        citizen.touch(HomePressed)
        citizen.touch(lambda at: TopicGroupChosen(at, topic))
        state = citizen.wait("the topic's matters", _is(Phase.CLARIFYING), _WAIT_S)
        self._look("topic")
        first = state.visit.reply.choices[0].target if state.visit and state.visit.reply else ""
        citizen.touch(lambda at: ChoiceTaken(at, first))
        citizen.wait("the matter's answer", _is(Phase.ANSWERING), _WAIT_S)
        self._look("topic-answer")
        citizen.touch(StopPressed)

    def _topic(self) -> str:
        knowledge = self._kiosk.knowledge
        return knowledge.topics[0].id if knowledge and knowledge.topics else ""

    def _switch_looks(self) -> None:
        citizen = self._citizen
        citizen.touch(lambda at: LanguageChosen(at, "en"))
        citizen.wait("the answer in English", _shows("en"), _WAIT_S)
        self._look("english")
        citizen.touch(StopPressed)
        citizen.touch(lambda at: LanguageChosen(at, "zh"))
        citizen.touch(lambda at: MatterChosen(at, QUESTIONS[0].matter, "materials"))
        citizen.touch(ElderToggled)
        citizen.wait("elder mode", lambda state: state.visit is not None and state.visit.elder, _WAIT_S)
        citizen.wait("the answer in elder mode", _shows("zh"), _WAIT_S)
        self._look("elder")
        citizen.touch(StopPressed)
        citizen.touch(ContrastToggled)
        citizen.wait("high contrast", lambda state: state.visit is not None and state.visit.contrast, _WAIT_S)
        self._look("elder-contrast")
        citizen.touch(ElderToggled)
        citizen.touch(ContrastToggled)

    def _call_staff(self) -> None:
        citizen = self._citizen
        citizen.touch(PersonRequested)
        citizen.wait("the hand-over screen", _is(Phase.HANDOVER), _WAIT_S)
        self._look("handover")
        handover = citizen.poll("the hand-over to reach the centre", self._waiting_handover, _WAIT_S)
        self._centre.post(f"/api/handovers/{handover}/accept", {"text": STAFF_TEXT})
        citizen.wait("the staff's answer", _accepted, _WAIT_S)
        self._look("handover-accepted")

    def _waiting_handover(self) -> str | None:
        waiting = (item for item in self._centre.get("/api/handovers") if item["state"] == "waiting")
        return next((str(item["id"]) for item in waiting), None)

    def _look(self, name: str) -> None:
        self._number += 1
        self._citizen.look(self._pictures / f"{self._number:02d}-{name}.png")

    def _overhear(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        if isinstance(event, UtteranceHeard):
            self._heard = event.text
        elif isinstance(event, Replied):
            self._reply = event.reply


def _is(phase: Phase) -> Callable[[SessionState], bool]:
    return lambda state: state.phase is phase


def _greeted(state: SessionState) -> bool:
    return state.visit is not None and state.visit.greet_at is None and state.speaking is None


def _complete(state: SessionState) -> bool:
    return state.phase is Phase.IDLE and not state.down


def _captioned(state: SessionState) -> bool:
    visit = state.visit
    heard = visit is not None and len(visit.caption) >= 4
    return heard or state.phase in (Phase.THINKING, Phase.ANSWERING, Phase.CLARIFYING)


def _silent(state: SessionState) -> bool:
    return state.speaking is None


def _shows(lang: str) -> Callable[[SessionState], bool]:
    def shown(state: SessionState) -> bool:
        reply = state.visit.reply if state.visit else None
        return state.phase is Phase.ANSWERING and reply is not None and reply.lang == lang

    return shown


def _accepted(state: SessionState) -> bool:
    return state.visit is not None and state.visit.handover_accepted
