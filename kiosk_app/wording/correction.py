"""What was heard uncertainly, put right by the hall's own words that sound like it (挂师: 挂失). Pure; under 2 ms.

A recogniser that knows a word only by ear writes one that sounds alike. Where it was not certain, and where the hall has
a word that sounds the same or nearly so, that word is what was said. What was certain is never touched, nor what people
here do say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk_app.wording.sounds import far, readings_of
from kiosk_app.wording.vocabulary import LONGEST, SHORTEST, Known, Vocabulary
from voice.ports import Word

CERTAIN = 0.8
"""From this confidence of a word on, it stays as it was heard."""
_FARTHEST = 0.4
"""Mean distance of a syllable at which a word may be meant when nothing at all is certain."""
_NEAREST = 0.08
"""The distance at which it may be meant when it was nearly certain: other tones, or one confused sound of three."""
_AS_NEAR = 0.05
"""Two words that differ by less are as near."""


@dataclass(frozen=True, slots=True)
class Correction:
    """``heard`` at ``start`` of the text was ``meant``; ``confidence`` (0 to 1) says how near the two sound."""

    start: int
    heard: str
    meant: str
    confidence: float

    @property
    def end(self) -> int:
        """The place after what was heard."""
        return self.start + len(self.heard)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence by its characters: how sure each is, and how it reads."""

    text: str
    confidences: Sequence[float]
    readings: tuple[str, ...]


def corrections(words: Sequence[Word], vocabulary: Vocabulary) -> tuple[Correction, ...]:
    """What of a recogniser's words is to be put right, in order, without overlaps; mostly nothing."""
    if all(word.confidence >= CERTAIN for word in words):
        return ()
    text = "".join(word.text for word in words)
    confidences = [word.confidence for word in words for _ in word.text]
    heard = _Heard(text, confidences, readings_of(text))
    chosen: list[Correction] = []
    # The longer word knows more, the nearer one is the likelier.
    for one in sorted(_possible(heard, vocabulary), key=lambda one: (-len(one.meant), -one.confidence)):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda one: one.start))


def _possible(heard: _Heard, vocabulary: Vocabulary) -> Iterator[Correction]:
    doubtful = [confidence < CERTAIN for confidence in heard.confidences]
    for start in range(len(heard.text)):
        for end in range(start + SHORTEST, min(start + LONGEST + 1, len(heard.text)) + 1):
            if any(doubtful[start:end]) and "" not in heard.readings[start:end]:
                found = _meant(heard, start, end, vocabulary)
                if found is not None:
                    yield found


def _meant(heard: _Heard, start: int, end: int, vocabulary: Vocabulary) -> Correction | None:
    """The one word that is meant between two places; None when what was heard may stand."""
    readings, written = heard.readings[start:end], heard.text[start:end]
    near = vocabulary.near(readings)
    if not near or written in near or vocabulary.is_said(written):
        return None
    ranked = sorted(
        (far(readings, word.readings) / len(word.text), word.text)
        for word in near.values()
        if (doubt := _doubt(heard, start, end, word))
        and far(readings, word.readings) / len(word.text) <= doubt
    )
    if not ranked:
        return None
    alike = [text for distance, text in ranked if distance - ranked[0][0] < _AS_NEAR]
    if len(alike) > 1:
        alike = [text for text in alike if _fits(heard, start, end, text, vocabulary)]
    return Correction(start, written, alike[0], 1.0 - ranked[0][0]) if len(alike) == 1 else None


def _doubt(heard: _Heard, start: int, end: int, word: Known) -> float:
    """How far a word may be from what was heard: the farther, the less certain that was; 0 when it was certain."""
    changed = _changed(heard.text[start:end], word.text)
    sure = max(heard.confidences[start + place] for place in changed)
    if sure >= CERTAIN:
        return 0.0
    return _NEAREST + (_FARTHEST - _NEAREST) * (1.0 - sure / CERTAIN)


def _changed(heard: str, meant: str) -> Sequence[int]:
    """The places of what was heard that would be written otherwise."""
    if len(heard) == len(meant):
        return [place for place, (one, other) in enumerate(zip(heard, meant, strict=True)) if one != other]
    first = next((n for n, (one, other) in enumerate(zip(heard, meant, strict=False)) if one != other), None)
    last = next(
        (n for n, (one, other) in enumerate(zip(heard[::-1], meant[::-1], strict=False)) if one != other),
        None,
    )
    begin = min(len(heard), len(meant)) if first is None else first
    stop = len(heard) - (min(len(heard), len(meant)) if last is None else last)
    # What was left out stands between two characters: both have to be doubtful.
    return range(max(0, min(begin, stop) - 1), min(len(heard), max(begin, stop) + 1))


def _fits(heard: _Heard, start: int, end: int, text: str, vocabulary: Vocabulary) -> bool:
    """Whether people here say a word between what stands before and after it."""
    before, after = heard.text[max(0, start - 2) : start], heard.text[end : end + 2]
    return bool(before and vocabulary.is_said(before + text)) or bool(
        after and vocabulary.is_said(text + after)
    )
