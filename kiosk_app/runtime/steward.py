"""Carries out what the session wants, one effect at a time, in the loop's thread."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from kiosk_app.dialogue import Dialogue
from kiosk_app.events import Event, PlaybackFailed, PrintFailed, Replied
from kiosk_app.i18n import translator
from kiosk_app.reply import Reply
from kiosk_app.runtime.printing import Printing, PrintJob
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.session import (
    Ask,
    CallStaff,
    CarryOn,
    CheckPin,
    Effect,
    Hold,
    Hush,
    Knock,
    Listen,
    Phrase,
    PrintAnswer,
    Rated,
    Refused,
    Speak,
    SwapKnowledge,
    VisitEnded,
    VisitStarted,
)
from kiosk_app.staff.door import Door
from kiosk_app.taking.receipt import Receipt
from kiosk_app.trace import Tracer
from models.knowledge import Knowledge
from voice.listener import Listener
from voice.player import Voice

logger = logging.getLogger(__name__)


class Household(Protocol):
    """What the steward works with: the parts as they are at the moment, None while they are away."""

    tracer: Tracer
    telemetry: Telemetry
    speaking: Speaking
    door: Door

    @property
    def voice(self) -> Voice | None:
        """What speaks."""
        ...

    @property
    def listener(self) -> Listener | None:
        """What hears."""
        ...

    @property
    def printing(self) -> Printing | None:
        """What prints."""
        ...

    def receipt(self, reply: Reply) -> Receipt:
        """What is printed of an answer."""
        ...

    @property
    def knowledge(self) -> Knowledge | None:
        """What is answered from."""
        ...

    def post(self, event: Event) -> None:
        """Tell the session that something happened."""
        ...

    def swap(self) -> None:
        """Put the waiting knowledge in place."""
        ...


class Steward:
    """Passes effects on to the parts; a part that is away is simply not asked."""

    def __init__(self, household: Household) -> None:
        self._household = household
        self._dialogue: Dialogue | None = None

    def carry_out(self, effect: Effect) -> None:
        """Do one effect; returns at once."""
        household = self._household
        match effect:
            case Ask():
                self._answer(effect)
            case Speak():
                self._speak(effect)
            case Hush():
                if household.voice is not None:
                    household.voice.hush()
            case Hold():
                if household.voice is not None:
                    household.voice.hold(softly=effect.softly)
            case CarryOn():
                if household.voice is not None:
                    household.voice.carry_on()
            case Listen():
                self._listen(effect)
            case CallStaff():
                household.telemetry.call_staff(effect)
            case PrintAnswer():
                self._print(effect)
            case SwapKnowledge():
                household.swap()
            case Knock():
                household.door.knock()
            case CheckPin():
                household.door.enter(effect.pin)
            case VisitStarted():
                household.speaking.visit_started()
            case VisitEnded():
                household.speaking.visit_ended()
                if household.printing is not None:
                    household.printing.forget()
            case Rated():
                pass  # telemetry has it
            case Refused():
                logger.warning("refused: %s to %s on %s", effect.source, effect.target, effect.event)

    def _answer(self, ask: Ask) -> None:
        knowledge = self._household.knowledge
        if knowledge is None:
            return  # the thinking state's deadline apologises
        began = time.perf_counter()
        memory, reply = self._dialogue_for(knowledge).take(ask.memory, ask.request, ask.lang)
        self._household.tracer.understood(ask.turn, (time.perf_counter() - began) * 1000)
        self._household.post(Replied(time.monotonic(), ask.turn, reply, memory))

    def _dialogue_for(self, knowledge: Knowledge) -> Dialogue:
        if self._dialogue is None or self._dialogue.knowledge is not knowledge:
            self._dialogue = Dialogue(knowledge)
        return self._dialogue

    def _speak(self, speak: Speak) -> None:
        voice = self._household.voice
        if voice is None:
            self._household.post(
                PlaybackFailed(time.monotonic(), speak.utterance, "the voice is not running")
            )
            return
        text = translator(speak.lang)(speak.text) if isinstance(speak.text, Phrase) else speak.text
        voice.volume = self._household.speaking.volume(speak.volume)
        voice.say(speak.utterance, text, speak.lang, speak.rate)

    def _print(self, wanted: PrintAnswer) -> None:
        printing = self._household.printing
        if printing is None:
            self._household.post(PrintFailed(time.monotonic(), wanted.job, "printer.gone"))
        else:
            printing.print(PrintJob(wanted.job, self._household.receipt(wanted.reply)))

    def _listen(self, listen: Listen) -> None:
        listener = self._household.listener
        if listener is None:
            return
        if not listen.on:
            listener.pause()
        elif listen.over_speech:
            listener.overhear()
        else:
            listener.resume()
