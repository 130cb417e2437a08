"""Notices which matters are asked for: once for each visit, no words, nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk_app.events import Event, Replied
from kiosk_app.request import TextAsked
from kiosk_app.session import Ask, Effect, VisitEnded

SPOKEN, TOUCHED = 1.0, 0.5
"""What stands on the screen is touched because it stands there: a touch says less about what people want."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A matter that somebody came for, and how much that counts."""

    matter: str
    weight: float


class AskedWatcher:
    """Watches replies go by and gives each matter once a visit."""

    def __init__(self) -> None:
        self._turn = 0
        self._weight = 0.0
        self._counted: set[str] = set()

    def observe(self, event: Event, effects: Iterable[Effect]) -> list[Asked]:
        """Take one transition; the matter that it answered, if this visit had not asked for it before."""
        found: list[Asked] = []
        if isinstance(event, Replied) and event.turn == self._turn:
            reply = event.reply
            if reply.act in ("answer", "ask_slot") and reply.matter and reply.matter not in self._counted:
                self._counted.add(reply.matter)
                found.append(Asked(reply.matter, self._weight))
        for effect in effects:
            if isinstance(effect, Ask):
                self._turn = effect.turn
                self._weight = SPOKEN if isinstance(effect.request, TextAsked) else TOUCHED
            elif isinstance(effect, VisitEnded):
                self._counted.clear()
        return found
