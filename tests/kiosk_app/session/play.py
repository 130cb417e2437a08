"""Plays events into the session on virtual time, as the runtime's loop does."""

from __future__ import annotations

from typing import Any, TypeVar

from kiosk_app import events as ev
from kiosk_app.reply import Choice, Reply
from kiosk_app.session import Ask, Effect, Phase, SessionState, Speak, initial_state, transition
from kiosk_app.session.state import Visit

T = TypeVar("T")

ANSWER = Reply(
    "answer", "zh", "请带身份证。", "居住证", matter="gov.residence_permit.apply", facet="materials"
)
QUESTION = Reply("clarify", "zh", "您要办哪一项？", choices=(Choice("gov.a", "甲"), Choice("gov.b", "乙")))
MISS = Reply("reject", "zh", "对不起，没有听懂。", choices=(Choice("gov.a", "甲"),), missed=True)


class Play:
    """One session; ``now`` is the virtual time, and everything that was wanted is kept in ``effects``."""

    def __init__(self, **settings: Any) -> None:
        self.now = 100.0
        self.state: SessionState = initial_state(self.now, **settings)
        self.effects: list[Effect] = []

    @property
    def phase(self) -> Phase:
        """The phase."""
        return self.state.phase

    @property
    def visit(self) -> Visit:
        """The visit that is on."""
        assert self.state.visit is not None
        return self.state.visit

    def happen(self, event: ev.Event) -> tuple[Effect, ...]:
        """One event; what is wanted for it."""
        self.state, effects = transition(self.state, event)
        self.effects.extend(effects)
        return effects

    def do(self, kind: type, *values: Any) -> tuple[Effect, ...]:
        """An event of now."""
        return self.happen(kind(self.now, *values))

    def wait(self, seconds: float) -> None:
        """Let time pass, with a tick whenever one is due."""
        end = self.now + seconds
        while self.state.deadline <= end:
            self.now = max(self.now, self.state.deadline)
            self.happen(ev.Tick(self.now))
        self.now = end

    def greet(self) -> None:
        """Somebody comes, looks, says nothing and is greeted."""
        self.do(ev.PersonEngaged, 1)
        self.wait(self.state.timing.greet_pause)

    def wanted(self, kind: type[T]) -> list[T]:
        """All effects of one kind so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def hear(self, text: str) -> None:
        """Somebody says something; it is recognised at once."""
        self.do(ev.SpeechStarted)
        self.do(ev.SpeechEnded, self.now)
        self.do(ev.UtteranceHeard, text, 0.9, self.now, self.now, self.now)

    def reply(self, reply: Reply) -> tuple[Effect, ...]:
        """The dialogue answers the latest question."""
        return self.do(ev.Replied, self.wanted(Ask)[-1].turn, reply)

    def fall_silent(self) -> None:
        """The sound that is on comes to its end."""
        assert self.state.speaking is not None, "nothing is being said"
        self.do(ev.PlaybackFinished, self.state.speaking.utterance, True)

    def answer(self, reply: Reply = ANSWER) -> None:
        """A question by touch, its answer, and that spoken to its end."""
        self.do(ev.MatterChosen, "gov.residence_permit.apply")
        self.reply(reply)
        if self.state.speaking is not None:
            self.fall_silent()

    def said(self) -> list[str]:
        """Everything that was to be said."""
        return [str(speak.text) for speak in self.wanted(Speak)]
