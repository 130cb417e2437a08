"""The dialogue of one venue: understands with the pack's model, decides, and renders from the pack's content."""

from __future__ import annotations

import re

from kiosk_app.dialogue.choosing import chosen_of
from kiosk_app.dialogue.policy import decide
from kiosk_app.dialogue.render import Renderer
from kiosk_app.reply import Language, Reply
from kiosk_app.request import MatterAsked, Request, TextAsked, TopicAsked
from models.knowledge import Knowledge

LONGEST_QUESTION = 400
"""Characters; nobody says more in the ten seconds that are listened to."""

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Dialogue:
    """Answers one request at a time from one pack; not for several threads at once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._renderers = {
            lang: Renderer(knowledge, lang) for lang in _LANGUAGES if lang in knowledge.languages
        }
        self._native = next(iter(self._renderers.values()))

    def answer(self, request: Request, lang: Language, misses: int = 0) -> Reply:
        """The reply to what was asked; ``misses`` is how often in a row nothing was understood.

        In ``lang`` when the pack has it, in the pack's own language otherwise.

        An id that the pack does not have (a topic taken from a screen of an older pack) is a miss, not an error.
        """
        render = self._renderers.get(lang, self._native)
        match request:
            case TextAsked():
                chosen = chosen_of(request.text, request.offered)
                if chosen is not None and (reply := render.label(chosen, "summary", 1.0)) is not None:
                    return reply
                return self._answer_text(request.text, render, misses)
            case MatterAsked():
                return render.label(request.matter, request.facet, 1.0) or render.reject(misses)
            case TopicAsked():
                return render.topic(request.group) or render.reject(misses)

    def _answer_text(self, text: str, render: Renderer, misses: int) -> Reply:
        intent = self.knowledge.intent
        understood = intent.understand(text[:LONGEST_QUESTION], render.lang)
        decision = decide(understood, intent.thresholds)
        if decision.act == "answer":
            reply = render.label(decision.labels[0], understood.facet, decision.confidence)
            if reply is not None:
                return reply
        elif decision.act != "reject":
            reply = render.question(decision.act, decision.labels, decision.confidence)
            if reply is not None:
                return reply
        return render.reject(misses)


def language_of(text: str) -> Language:
    """Chinese when any Chinese character stands in it, English otherwise."""
    return "zh" if _HAN.search(text) else "en"
