"""Carries out what the session wants, one effect at a time, in the loop's thread."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager
from typing import Protocol

from kiosk_app.dialogue import Dialogue
from kiosk_app.events import Event, PlaybackFailed, PrintFailed, Replied, TicketRefused
from kiosk_app.i18n import translator
from kiosk_app.rates import NORMAL_RATE
from kiosk_app.reply import Language, Reply
from kiosk_app.runtime.printing import Printing, PrintJob
from kiosk_app.runtime.queueing import Queueing
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.runtime.workshop import Workshop
from kiosk_app.session import (
    Announce,
    Ask,
    CallStaff,
    CarryOn,
    CheckPin,
    Effect,
    Hold,
    Hush,
    KeepVolume,
    Knock,
    Listen,
    Phrase,
    PrintAnswer,
    PrintTicket,
    Rated,
    Refused,
    Speak,
    StaffWork,
    StartAgain,
    SwapKnowledge,
    TakeTicket,
    TryLoudspeaker,
    VisitEnded,
    VisitStarted,
)
from kiosk_app.staff.door import Door
from kiosk_app.taking.receipt import Receipt
from kiosk_app.taking.ticket_slip import TicketSlip
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
    workshop: Workshop

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

    def slip(self, wanted: PrintTicket) -> TicketSlip:
        """What is printed of a number."""
        ...

    @property
    def queueing(self) -> Queueing | None:
        """What gives numbers."""
        ...

    @property
    def knowledge(self) -> Knowledge | None:
        """What is answered from."""
        ...

    def post(self, event: Event) -> None:
        """Tell the session that something happened."""
        ...

    def answering(self) -> AbstractContextManager[None]:
        """Around each answer."""
        ...

    def swap(self) -> None:
        """Put the waiting knowledge in place."""
        ...

    def start_again(self) -> None:
        """Start again with what was installed; returns at once."""
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
            case TakeTicket():
                self._take_ticket(effect)
            case PrintTicket():
                self._print_sheet(effect.job, household.slip(effect))
            case Announce():
                volume = household.speaking.volume(effect.volume)
                self._say(effect.utterance, effect.text, effect.lang, NORMAL_RATE, volume)
            case SwapKnowledge():
                household.swap()
            case StartAgain():
                household.start_again()
            case Knock():
                household.door.knock()
            case CheckPin():
                household.door.enter(effect.pin)
            case StaffWork():
                household.workshop.begin(effect.task)
            case TryLoudspeaker():
                self._test_speaker(effect)
            case KeepVolume():
                household.workshop.keep_volume(effect.volume)
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
        with self._household.answering():
            memory, reply = self._dialogue_for(knowledge).take(ask.memory, ask.request, ask.lang)
        self._household.tracer.understood(ask.turn, (time.perf_counter() - began) * 1000)
        self._household.post(Replied(time.monotonic(), ask.turn, reply, memory))

    def _dialogue_for(self, knowledge: Knowledge) -> Dialogue:
        if self._dialogue is None or self._dialogue.knowledge is not knowledge:
            self._dialogue = Dialogue(knowledge)
        return self._dialogue

    def _speak(self, speak: Speak) -> None:
        say = translator(speak.lang)
        text = say(speak.text) if isinstance(speak.text, Phrase) else speak.text
        if speak.then is not None:
            text = f"{text} {say(speak.then)}"
        volume = speak.volume if speak.private else self._household.speaking.volume(speak.volume)
        self._say(speak.utterance, text, speak.lang, speak.rate, volume)

    def _say(self, utterance: int, text: str, lang: Language, rate: float, volume: float) -> None:
        voice = self._household.voice
        if voice is None:
            self._household.post(PlaybackFailed(time.monotonic(), utterance, "the voice is not running"))
            return
        voice.volume = volume
        voice.say(utterance, text, lang, rate)

    def _take_ticket(self, wanted: TakeTicket) -> None:
        queueing = self._household.queueing
        if queueing is None:
            self._household.post(TicketRefused(time.monotonic(), wanted.visit, wanted.queue, "queue.gone"))
        else:
            queueing.take(wanted.visit, wanted.queue)

    def _test_speaker(self, test: TryLoudspeaker) -> None:
        voice = self._household.voice
        if voice is not None:
            voice.volume = self._household.speaking.volume(test.volume)
            voice.say(test.utterance, translator(test.lang)(Phrase.SPEAKER_TEST), test.lang, NORMAL_RATE)

    def _print(self, wanted: PrintAnswer) -> None:
        self._print_sheet(wanted.job, self._household.receipt(wanted.reply))

    def _print_sheet(self, job: int, sheet: Receipt | TicketSlip) -> None:
        printing = self._household.printing
        if printing is None:
            self._household.post(PrintFailed(time.monotonic(), job, "printer.gone"))
        else:
            printing.print(PrintJob(job, sheet))

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
