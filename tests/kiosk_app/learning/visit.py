"""A visit as the session tells of it: questions, replies, the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from kiosk_app.events import Event, Replied, Tick
from kiosk_app.memory import NEW_TALK
from kiosk_app.reply import Act, Choice, Reply
from kiosk_app.request import MatterAsked, Request, TextAsked
from kiosk_app.session import Ask, CallStaff, Effect, VisitEnded

Found = TypeVar("Found")
Observe = Callable[[Event, Sequence[Effect]], list[Found]]


class Visit(Generic[Found]):
    """Plays a visit to a watcher and gathers what it finds."""

    def __init__(self, observe: Observe[Found]) -> None:
        self._observe = observe
        self._turn = 0
        self.found: list[Found] = []

    def say(self, text: str, act: Act, matter: str | None = None, offered: Sequence[str] = ()) -> None:
        """Something is said, and answered like this."""
        self._ask(
            TextAsked(text), Reply(act, "zh", "", matter=matter, confidence=0.5, choices=_choices(offered))
        )

    def miss(self, text: str, act: Act = "reject") -> None:
        """Something is said and not understood."""
        self._ask(TextAsked(text), Reply(act, "zh", "", missed=True, choices=_choices(["smalltalk.handoff"])))

    def ask_back(self, text: str, offered: Sequence[str]) -> None:
        """A facet is asked of nothing, and asked back without a guess."""
        self._ask(TextAsked(text), Reply("clarify", "zh", "", choices=_choices(offered)))

    def touch(self, matter: str) -> None:
        """A matter is touched and answered."""
        self._ask(MatterAsked(matter), Reply("answer", "zh", "", matter=matter, confidence=1.0))

    def call_staff(self) -> None:
        """A person is called."""
        self._see(Tick(0.0), CallStaff("h-1", 1, "zh", ()))

    def end(self) -> None:
        """The citizen is gone."""
        self._see(Tick(0.0), VisitEnded(1, "left", self._turn, 10.0))

    def _ask(self, request: Request, reply: Reply) -> None:
        self._turn += 1
        self._see(Tick(0.0), Ask(self._turn, request, "zh", NEW_TALK))
        self._see(Replied(0.0, self._turn, reply))

    def _see(self, event: Event, *effects: Effect) -> None:
        self.found += self._observe(event, effects)


def _choices(targets: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(target, target) for target in targets)
