"""A kiosk on virtual time: the real session, dialogue and shipped knowledge, without devices."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from fleet.device.events import HandoverAccepted
from kiosk_app import events as ev
from kiosk_app.config import CameraConfig
from kiosk_app.dialogue import Dialogue
from kiosk_app.home import site_of
from kiosk_app.plan import Wayfinder
from kiosk_app.presenter import view_of
from kiosk_app.reply import Language
from kiosk_app.session import (
    Ask,
    CallStaff,
    CheckPin,
    Effect,
    Hush,
    Knock,
    PrintAnswer,
    PrintTicket,
    SessionState,
    Speak,
    TakeTicket,
    initial_state,
    transition,
)
from kiosk_app.view import ViewData
from models.knowledge import Knowledge
from tests.kiosk_app.ui.virtual_queues import VirtualQueues

WORDS = ("", "请稍等，马上就来。")
SECONDS_A_LETTER = 0.2
NOTICE: dict[Language, str] = {
    "zh": "摄像头只用来判断是否有人。",
    "en": "The camera only tells whether somebody is here.",
}


class VirtualKiosk:
    """Answers at once, speaks for as long as its words take, gives numbers, calls people of whom some come.

    ``numbers`` is the file of the hall's numbers. From ``open`` to ``close`` it is used on one thread.
    """

    def __init__(self, knowledge: Knowledge, dice: random.Random, numbers: Path) -> None:
        camera = CameraConfig(enabled=True, notice=NOTICE)
        self.site = replace(site_of(knowledge, camera), printer=True, wayfinder=Wayfinder(knowledge.hall))
        self.dialogue = Dialogue(knowledge)
        self.dice = dice
        self.now = 0.0
        self.state: SessionState = initial_state(0.0, senses=("camera",), greet_aloud=True, ticketing=True)
        self._coming: list[tuple[float, ev.Event]] = []
        self._queues = VirtualQueues(numbers, knowledge, dice, lambda: self.now)

    def open(self) -> None:
        """Begin the day."""
        self.happen(self._queues.open())

    def close(self) -> None:
        """Let go of the numbers."""
        self._queues.close()

    @property
    def view(self) -> ViewData:
        """What is on the screen now."""
        return view_of(self.state, self.site, self.now)

    def happen(self, event: ev.Event) -> None:
        """One event, now, and what the kiosk's parts answer to its effects."""
        self.state, effects = transition(self.state, replace(event, at=self.now))
        for effect in effects:
            self._carry_out(effect)

    def wait(self, seconds: float) -> None:
        """Let time pass: what is coming comes, and a tick whenever one is due."""
        end = self.now + seconds
        while True:
            due = min(self._coming, key=lambda one: one[0], default=None)
            if due is not None and due[0] <= min(end, self.state.deadline):
                self._coming.remove(due)
                self.now = max(self.now, due[0])
                self.happen(due[1])
            elif self.state.deadline <= end:
                self.now = max(self.now, self.state.deadline)
                self.happen(ev.Tick(self.now))
            else:
                break
        self.now = end

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that ``restore`` needs to go on from here."""
        return self.now, self.state, list(self._coming), self.dice.getstate()

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Back to where ``snapshot`` was taken."""
        self.now, self.state, coming, dice = snapshot
        self._coming = list(coming)
        self.dice.setstate(dice)

    def _later(self, seconds: float, event: ev.Event) -> None:
        self._coming.append((self.now + seconds, event))

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Ask():
                memory, reply = self.dialogue.take(effect.memory, effect.request, effect.lang)
                self._later(0.02, ev.Replied(0.0, effect.turn, reply, memory))
            case Speak():
                self._silence()
                self._later(0.05, ev.PlaybackStarted(0.0, effect.utterance))
                lasts = 1 + SECONDS_A_LETTER * len(str(effect.text)) / effect.rate
                self._later(lasts, ev.PlaybackFinished(0.0, effect.utterance, completed=True))
            case Hush():
                self._silence()
            case CallStaff():
                coming = HandoverAccepted(0.0, effect.handover, self.dice.choice(WORDS))
                if self.dice.random() < 0.6:
                    self._later(self.dice.uniform(0.1, 90.0), coming)
            case TakeTicket():
                for seconds, event in self._queues.take(effect.visit, effect.queue):
                    self._later(seconds, event)
            case PrintAnswer() | PrintTicket():
                printed = ev.Printed(0.0, effect.job)
                stuck = ev.PrintFailed(0.0, effect.job, "printer.paper")
                self._later(self.dice.uniform(0.5, 20.0), self.dice.choice((printed, stuck)))
            case Knock():
                self._later(0.01, ev.PinPadOffered(0.0))
            case CheckPin():
                refused = ev.PinRefused(0.0, 1, 4)
                self._later(0.3, self.dice.choice((ev.PinAccepted(0.0), refused)))
            case _:
                pass

    def _silence(self) -> None:
        sounds = ev.PlaybackStarted | ev.PlaybackFinished
        self._coming = [one for one in self._coming if not isinstance(one[1], sounds)]
