"""One recogniser's result as the kiosk goes on with it: put right by the hall's words, in figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosk_app.wording.correction import Correction, corrections
from kiosk_app.wording.figures import in_figures
from kiosk_app.wording.numerals import SIGNS
from kiosk_app.wording.vocabulary import Vocabulary, vocabulary_of
from models.knowledge import Knowledge
from voice.ports import Recognition, Word

_WITH_NUMERALS = re.compile(f"[{SIGNS}]")


class Wording:
    """How what is heard in one hall is written; made once for its knowledge, never changes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        kept = sorted((word.text for word in vocabulary.words if word.term), key=len, reverse=True)
        kept = [text for text in kept if _WITH_NUMERALS.search(text) and in_figures(text) != text]
        self._kept = re.compile("|".join(map(re.escape, kept))) if kept else None

    @classmethod
    def of(cls, knowledge: Knowledge) -> Wording:
        """The wording of a pack; takes about as long as loading one."""
        return cls(vocabulary_of(knowledge))

    def written(self, heard: Recognition) -> Recognition:
        """The same in better words; ``raw`` is what the recogniser wrote when that was something else."""
        found = corrections(heard.words, self._vocabulary)
        words = _rewritten(heard.words, found) if found else heard.words
        right = "".join(word.text for word in words) if found else heard.text
        text = in_figures(right, self._kept)
        if text == heard.text:
            return heard
        confidence = sum(word.confidence for word in words) / len(words) if words else heard.confidence
        return Recognition(text, words, confidence, heard.language, heard.raw or heard.text)


def _rewritten(words: Sequence[Word], found: Sequence[Correction]) -> tuple[Word, ...]:
    """The words with what is put right as words of its own, as sure as it is near; what is left of others stays."""
    written: list[Word] = []
    place = 0
    for word in words:
        end = place + len(word.text)
        step = (word.end_s - word.start_s) / max(1, len(word.text))
        left = [one for one in found if one.start < end and one.end > place]
        done = place
        for one in left:
            if one.start > done:
                written.append(_part(word, place, done, one.start, step))
            if one.start >= place:
                written.append(
                    Word(one.meant, word.start_s + (one.start - place) * step, word.end_s, one.confidence)
                )
            done = one.end
        if done < end:
            written.append(_part(word, place, done, end, step))
        place = end
    return tuple(written)


def _part(word: Word, place: int, start: int, end: int, step: float) -> Word:
    begin = word.start_s + (start - place) * step
    return Word(word.text[start - place : end - place], begin, begin + (end - start) * step, word.confidence)
