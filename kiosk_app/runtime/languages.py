"""The language of a visit by its first words: every language's recogniser hears them, then only one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from kiosk_app.dialogue.cues import language_of, read
from kiosk_app.dialogue.meaning import understood
from kiosk_app.reply import Language
from kiosk_app.session import SessionState
from models.knowledge import Knowledge
from voice.errors import RecognizerError
from voice.ports import Recognition, Recognizer

logger = logging.getLogger(__name__)

T = TypeVar("T")
Takes = Callable[[str, Language], float]
"""How likely a text of a language means something here, 0 to 1; 0 for what is about something else."""

_TAKEN = 0.5
"""A sentence of another language than the site's has to mean something this likely: only then it changes the visit."""


class VisitLanguage:
    """Which language is listened to; None for all of them. Set by the kiosk, read at the start of an utterance."""

    def __init__(self) -> None:
        self.settled: Language | None = None


def settled(state: SessionState) -> Language | None:
    """The language that a visit goes on in; None as long as nothing has been understood and none was chosen."""
    visit = state.visit
    if visit is None:
        return None
    understood = bool(visit.matters) or (visit.reply is not None and not visit.reply.missed)
    return visit.lang if understood or visit.lang != state.site_lang else None


class FirstWords:
    """A Recognizer over one of each language.

    Args:
        ears: by language, the site's own first. Whose language has none is heard by the first.
        language: which one listens; all, side by side, when none is set.
        takes: what chooses between their results, together with their confidence.
    """

    def __init__(self, ears: Mapping[Language, Recognizer], language: VisitLanguage, takes: Takes) -> None:
        self._ears = dict(ears)
        self._native: Language = next(iter(self._ears))
        self._language = language
        self._takes = takes
        self._listening: tuple[Language, ...] = ()
        self._several = False

    def accept(self, pcm: bytes) -> str:
        """Take more sound; the text so far in the language listened to, the site's when it is several."""
        if not self._listening:
            wanted = self._language.settled
            self._several = wanted is None
            one = wanted if wanted in self._ears else self._native
            self._listening = (one,) if wanted is not None else tuple(self._ears)
        return next(iter(self._each(lambda ear: ear.accept(pcm)).values()))

    def finish(self) -> Recognition:
        """The result; with its language where nothing was settled yet."""
        if not self._listening:
            return Recognition("", (), 0.0)
        heard = self._each(lambda ear: ear.finish())
        self._listening = ()
        return choose(heard, self._takes) if self._several else next(iter(heard.values()))

    def reset(self) -> None:
        """Forget the utterance."""
        self._listening = ()
        for ear in self._ears.values():
            ear.reset()

    def _each(self, call: Callable[[Recognizer], T]) -> dict[Language, T]:
        """What each that listens gives; one that fails is left out for this utterance, unless it is the last."""
        given: dict[Language, T] = {}
        for lang in self._listening:
            try:
                given[lang] = call(self._ears[lang])
            except RecognizerError as error:
                if lang == self._listening[-1] and not given:
                    self._listening = ()
                    raise
                logger.warning("the %s recogniser failed, another listens: %s", lang, error)
        self._listening = tuple(given)
        return given


def choose(heard: Mapping[Language, Recognition], takes: Takes) -> Recognition:
    """Of what the recognisers heard of the same words, what was said, with its language; the first is the site's own.

    Each engine finds words of its language in any sound, so that confidence alone tells little: another language than
    the site's is believed only when its text means something here, and the likelier of the two.
    """
    native, *others = heard.items()
    lang, best = native
    worth = best.confidence * takes(best.text, lang) if best.text else 0.0
    for other, one in others:
        taken = takes(one.text, other) if one.text else 0.0
        if taken >= _TAKEN and one.confidence * taken > worth:
            lang, best, worth = other, one, one.confidence * taken
    if best.text and language_of(best.text) != lang and takes(best.text, language_of(best.text)) >= _TAKEN:
        lang = language_of(best.text)  # a recogniser that knows both
    return replace(best, language=lang)


def takes_of(knowledge: Knowledge) -> Takes:
    """What is understood of a pack, for :class:`FirstWords`."""

    def takes(text: str, lang: Language) -> float:
        meaning = understood(knowledge, read(text))
        return meaning.candidates[0].probability if meaning.known and meaning.candidates else 0.0

    return takes
