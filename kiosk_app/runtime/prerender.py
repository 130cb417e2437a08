"""Renders what the kiosk may say before anybody asks: in the background, at low priority, never while it serves.

The normal rate of every language comes first, then the slow one of elder mode, then the fast one.
"""

from __future__ import annotations

import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk_app.rates import RATES
from voice.cached_synthesizer import CachedSynthesizer
from voice.errors import VoiceError

logger = logging.getLogger(__name__)

_NICE = 15
_JOIN_S = 5.0
_AFTER_FAILURE_S = 60.0


@dataclass(frozen=True, slots=True)
class Rendered:
    """How far rendering has come: sentences and bytes that are kept, whether all of the repertoire is."""

    sentences: int
    bytes: int
    complete: bool
    seconds: float


class Prerenderer:
    """One thread that exists while there is something to render.

    Args:
        synthesizer: what speaks into its own cache.
        told: called in that thread when a repertoire is through, or does not fit.
    """

    def __init__(
        self,
        synthesizer: CachedSynthesizer,
        told: Callable[[Rendered], None] = lambda _: None,
        rates: Sequence[float] = RATES,
    ) -> None:
        self._synthesizer = synthesizer
        self._told = told
        self._rates = rates
        self._changed = threading.Condition()
        self._texts: Mapping[str, Iterable[str]] | None = None
        self._resting = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    def furnish(self, texts: Mapping[str, Iterable[str]]) -> None:
        """Render these, by language, what is said most first, instead of what was to be rendered.

        Returns at once; the texts are read in the thread that renders them.
        """
        with self._changed:
            self._texts = texts
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="prerender", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def rest(self) -> None:
        """Somebody is being served: stop after the sentence at hand."""
        with self._changed:
            self._resting = True

    def go_on(self) -> None:
        """Nobody is here."""
        with self._changed:
            self._resting = False
            self._changed.notify_all()

    def stop(self) -> None:
        """End after the sentence at hand."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(_JOIN_S)

    def _run(self) -> None:
        _lower_priority()
        while (texts := self._next()) is not None:
            began = time.monotonic()
            texts = {lang: tuple(dict.fromkeys(given)) for lang, given in texts.items()}
            try:
                complete = self._render(texts)
            except VoiceError as error:
                logger.warning("speech cannot be rendered ahead (%s): %s", error.code, error)
                self._retry_later(texts)
                continue
            if complete is not None:
                done = Rendered(*self._synthesizer.kept(), complete, time.monotonic() - began)
                logger.info(
                    "%s speech is rendered: %d sentences, %.0f MB, %.0f s",
                    "all" if complete else "what fits of the",
                    done.sentences,
                    done.bytes / 1e6,
                    done.seconds,
                )
                self._told(done)

    def _next(self) -> Mapping[str, Iterable[str]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._texts is not None)
            texts, self._texts = self._texts, None
            return None if self._stopping else texts

    def _render(self, texts: Mapping[str, Sequence[str]]) -> bool | None:
        """Whether all is kept; None when something else is to be rendered first, or nothing any more."""
        sentences: dict[tuple[str, str], None] = {}
        for lang, given in texts.items():
            for text in given:
                if not self._may_go_on():
                    return None
                sentences.update(
                    dict.fromkeys((part, lang) for part in self._synthesizer.unrecorded(text, lang))
                )
        work: dict[str, tuple[str, str, float]] = {}
        for rate, (sentence, lang) in itertools.product(self._rates, sentences):
            if not self._may_go_on():
                return None
            work.setdefault(self._synthesizer.key(sentence, lang, rate), (sentence, lang, rate))
        self._synthesizer.keep(work)
        for key, (sentence, lang, rate) in work.items():
            if not self._may_go_on():
                return None
            if not self._synthesizer.render(sentence, lang, rate, key):
                return False
        return True

    def _may_go_on(self) -> bool:
        """Wait while somebody is served; whether the work at hand is still wanted then."""
        with self._changed:
            self._changed.wait_for(lambda: not self._resting or not self._wanted())
            return self._wanted()

    def _wanted(self) -> bool:
        return not self._stopping and self._texts is None

    def _retry_later(self, texts: Mapping[str, Sequence[str]]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._wanted(), _AFTER_FAILURE_S)
            if self._wanted():
                self._texts = texts


def _lower_priority() -> None:
    """Let everything else go first; a Linux thread has a priority of its own, and its programs inherit it."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    except (OSError, AttributeError) as error:
        logger.debug("the priority stays as it is: %s", error)
