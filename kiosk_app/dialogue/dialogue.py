"""The dialogue of one venue: a request and the talk so far in, the talk and a reply out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk_app.dialogue.cues import language_of, read
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.render import Renderer
from kiosk_app.dialogue.rules import RULES, slot_heard, take_option
from kiosk_app.dialogue.slots import TARGET
from kiosk_app.dialogue.ticketing import wished
from kiosk_app.memory import Memory
from kiosk_app.reply import LANGUAGES, Language, Reply
from kiosk_app.request import ChoiceAsked, MatterAsked, Request, TextAsked, TopicAsked
from kiosk_app.ticket_view import TAKE_NUMBER
from models.knowledge import Knowledge

__all__ = ["Dialogue", "language_of"]


class Dialogue:
    """Answers requests from one pack. Keeps nothing: all that it remembers is in the memory it is given."""

    def __init__(self, knowledge: Knowledge, today: Callable[[], date] = date.today) -> None:
        self.knowledge = knowledge
        self._today = today
        self._renderers = {
            lang: Renderer(knowledge, lang) for lang in LANGUAGES if lang in knowledge.languages
        }
        self._native = next(iter(self._renderers.values()))

    def answer(self, request: Request, lang: Language) -> Reply:
        """The reply to a request with nothing before it."""
        return self.take(Memory(), request, lang)[1]

    def take(self, memory: Memory, request: Request, lang: Language) -> Turn:
        """One turn: the talk as it goes on, and the reply.

        In ``lang`` when the pack has it, in the pack's own language otherwise.

        An id that the pack does not have (a topic taken from a screen of an older pack) is a miss, not an error.
        """
        desk = Desk(self.knowledge, self._renderers.get(lang, self._native), self._today())
        return self._turn(desk, memory, request) or desk.miss(memory)

    def _turn(self, desk: Desk, memory: Memory, request: Request) -> Turn | None:
        match request:
            case TextAsked():
                return _said(desk, memory, request.text)
            case ChoiceAsked():
                return _touched(desk, memory, request.target)
            case MatterAsked():
                facets = () if request.facet == "summary" else (request.facet,)
                return desk.open(memory.settled(), request.matter, Asked(facets))
            case TopicAsked():
                return desk.topic(memory, request.group)


def _said(desk: Desk, memory: Memory, text: str) -> Turn | None:
    words = read(text)
    if not any(sign.isalnum() for sign in words.text):
        return None
    for rule in RULES:
        turn = rule(desk, memory, words)
        if turn is not None:
            return turn
    return slot_heard(desk, memory, words)


def _touched(desk: Desk, memory: Memory, target: str) -> Turn | None:
    """A choice on the screen."""
    if target.startswith(TARGET):
        return take_option(desk, memory, target.removeprefix(TARGET))
    offer = memory.offer
    facets = offer.facets if offer is not None and offer.target == target else memory.wanted
    asked = Asked(facets, memory.said if target in memory.offered else "")
    turn = desk.open(replace(memory, asking=None), target, asked)
    return wished(desk, memory, turn) if turn is not None and target == TAKE_NUMBER else turn
