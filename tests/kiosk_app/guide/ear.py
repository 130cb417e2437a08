"""Somebody at the keypad of a session on virtual time: presses keys, and hears what is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app import events as ev
from kiosk_app.guide.items import page_of
from kiosk_app.guide.keys import Key
from kiosk_app.guide.page import Page
from kiosk_app.i18n import translator
from kiosk_app.presenter import HomeContent, Site, view_of
from kiosk_app.session import Hush, Phrase, Speak
from kiosk_app.ticket_view import QueueChoice
from kiosk_app.topic_search import Named, Readings, Search, index_of
from kiosk_app.view import QuickTopic, TopicTile
from tests.kiosk_app.session.play import Play

SITE = Site(
    {
        lang: HomeContent(
            "办事大厅",
            (TopicTile("identity", "证", "身份户籍", "证件与落户"), TopicTile("social", "保", "社保", "")),
            (QuickTopic("gov.a", "居住证办理"), QuickTopic("gov.b", "身份证补领")),
            Search(index_of((Named("gov.a", "居住证办理", ()),), Readings(), {})),
        )
        for lang in ("zh", "en")
    },
    printer=True,
)


class Ear:
    """``heard`` is every text that was begun, in order; a text that a key cut off is marked as cut."""

    def __init__(self, **settings: Any) -> None:
        self.play = Play(**settings)
        self.heard: list[str] = []
        self.hushes = 0
        self.queues: tuple[QueueChoice, ...] = ()

    @property
    def page(self) -> Page:
        """What is to be heard of the screen."""
        view = view_of(self.play.state, SITE, self.play.now)
        return page_of(replace(view, queues=self.queues), self.play.now)

    def press(self, *keys: Key) -> str:
        """The keys one after the other; what is said last."""
        for key in keys:
            self.play.now += 0.2
            self.happen(ev.KeyPressed(self.play.now, key, self.page))
        return self.heard[-1] if self.heard else ""

    def happen(self, event: ev.Event) -> None:
        """Anything else."""
        for effect in self.play.happen(event):
            if isinstance(effect, Speak):
                say = translator(effect.lang)
                words = say(effect.text) if isinstance(effect.text, Phrase) else effect.text
                self.heard.append(words + (say(effect.then) if effect.then else ""))
            elif isinstance(effect, Hush):
                self.hushes += 1

    def find(self, words: str) -> str:
        """Walk until an item with these words is heard."""
        for _ in self.page.items:
            if words in self.press("2"):
                return self.heard[-1]
        raise AssertionError(f"nothing with {words}: {[item.words for item in self.page.items]}")
