"""Looks after what the kiosk knows: opens it at the start, examines what the centre sends, keeps the last good one.

Examining happens in a thread of its own; the session goes on meanwhile. What fails its examination is refused,
the centre is told why, and the kiosk goes on with what it has.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fleet.device.events import TargetFetched
from fleet.protocol.messages import TargetResult
from fleet.protocol.tree import Kind
from kiosk_app.config import KioskConfig
from kiosk_app.errors import KioskError
from kiosk_app.events import Event, KnowledgeReady
from kiosk_app.recognizers import open_recognizer, other_languages
from kiosk_app.reply import Language
from kiosk_app.runtime.languages import FirstWords, VisitLanguage, takes_of
from kiosk_app.runtime.shelf import Shelf, Volume
from models.errors import ModelsError
from models.speech import SpeechModelError
from voice.errors import VoiceError
from voice.ports import Recognizer

logger = logging.getLogger(__name__)

__all__ = ["Arrival", "Librarian", "Volume"]


class Reporter(Protocol):
    """Tells the centre what became of an artefact."""

    def __call__(
        self, kind: Kind, name: str, version: str, sha256: str, result: TargetResult, reason: str = ""
    ) -> None:
        """Report one result."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """Examined knowledge that waits for a moment without a visitor, with its own recogniser if there is one."""

    volume: Volume
    recognizer: Recognizer | None


class Librarian:
    """See the module."""

    def __init__(self, config: KioskConfig, post: Callable[[Event], None]) -> None:
        self._config = config
        self._post = post
        self._shelf = Shelf(config.home / "knowledge")
        self._arrival: Arrival | None = None
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[TargetFetched | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._examine, name="librarian", daemon=True)
        self._thread.start()
        self.current: Volume | None = None
        self.visit_language = VisitLanguage()
        self.complaint = ""
        self.reporter: Reporter | None = None

    def stop(self) -> None:
        """Finish the examination that is going on, then end."""
        self._work.put(None)
        self._thread.join()

    def first(self) -> Volume | None:
        """The best knowledge at the start; None, with ``complaint`` set, when there is none at all."""
        config = self._config.knowledge
        volume, complaints = self._shelf.first(config.pack, config.venue, self._config.home / "packs")
        self.complaint = "; ".join(complaints)
        return volume

    def recognizer(self, volume: Volume) -> Recognizer:
        """Ears for the vocabulary of ``volume``, in each of its languages that there is a model for.

        Raises KioskError, SpeechModelError, RecognizerError: there are none for the site's own language.
        """
        config, knowledge = self._config, volume.knowledge
        native = config.site.lang
        ears: dict[Language, Recognizer] = {
            native: open_recognizer(config.recognition, native, knowledge, config.home)
        }
        for lang in other_languages(config, knowledge):
            try:
                ears[lang] = open_recognizer(config.recognition, lang, knowledge, config.home)
            except (KioskError, SpeechModelError, VoiceError) as error:
                logger.info("first words are not heard in %s: %s", lang, error)
        return FirstWords(ears, self.visit_language, takes_of(knowledge))

    def fetched(self, event: TargetFetched) -> None:
        """An artefact has arrived; returns at once."""
        self._work.put(event)

    def take_arrival(self) -> Arrival | None:
        """The knowledge that waits, once."""
        with self._lock:
            arrival, self._arrival = self._arrival, None
            return arrival

    def adopt(self, volume: Volume) -> None:
        """``volume`` is in use: remember it for the next start and tell the centre."""
        try:
            self._shelf.adopt(volume)
        except OSError as error:
            logger.warning("knowledge is in use but could not be kept for the next start: %s", error)
        self.report(volume)

    def report(self, volume: Volume, result: TargetResult = "active", reason: str = "") -> None:
        """Tell the centre what became of ``volume``."""
        knowledge = volume.knowledge
        if self.reporter is not None:
            self.reporter("knowledge", knowledge.id, knowledge.version, knowledge.sha256, result, reason)

    def _recognizer_for(self, volume: Volume) -> Recognizer | None:
        """Ears for new words; None when there are no ears, which is no fault of the knowledge."""
        if self._config.recognition.backend == "none":
            return None
        try:
            return self.recognizer(volume)
        except (KioskError, VoiceError) as error:
            logger.warning("no recogniser for the new knowledge: %s", error)
            return None

    def _examine(self) -> None:
        while (event := self._work.get()) is not None:
            try:
                volume = self._shelf.examine(event.path)
                recognizer = self._recognizer_for(volume)
            except (ModelsError, SpeechModelError, OSError) as error:
                logger.warning("knowledge %s %s refused: %s", event.name, event.version, error)
                if self.reporter is not None:
                    self.reporter(
                        "knowledge", event.name, event.version, event.sha256, "rejected", _one_line(error)
                    )
                continue
            with self._lock:
                self._arrival = Arrival(volume, recognizer)
            self._post(KnowledgeReady(time.monotonic(), volume.knowledge.version))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:400]
