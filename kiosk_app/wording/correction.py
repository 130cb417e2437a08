"""What was heard uncertainly, put right by the hall's own words that sound like it (挂师: 挂失). Pure; under 2 ms.

A recogniser that knows a word only by ear writes one that sounds alike. Where it was not certain, and where the hall
has a word that sounds the same or nearly so, that word is what was said. What was certain is never touched, nor what
people here do say. `tests/bench/correction.py` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kiosk_app.wording.sounds import TONE, apart, far, readings_of
from kiosk_app.wording.vocabulary import LONGEST, SHORTEST, Known, Vocabulary
from voice.ports import Word

CERTAIN = 0.8
"""From this confidence of a word on, it stays as it was heard."""
_NEARLY_CERTAIN = 0.3
_UNHEARD = 0.9
"""How far a syllable may be from what was heard when that was nearly certain, and when it was as good as guessed."""
_FARTHEST = 0.25
"""How far all of a word may be on average."""
_AS_NEAR = 0.06
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
    """A sentence by its characters: how sure each is, how it reads; and the places between its words."""

    text: str
    confidences: Sequence[float]
    readings: tuple[str, ...]
    seams: frozenset[int]


def corrections(words: Sequence[Word], vocabulary: Vocabulary) -> tuple[Correction, ...]:
    """What of a recogniser's words is to be put right, in order, without overlaps; mostly nothing."""
    if all(word.confidence >= CERTAIN for word in words):
        return ()
    text = "".join(word.text for word in words)
    confidences = [word.confidence for word in words for _ in word.text]
    seams = frozenset(accumulate((len(word.text) for word in words), initial=0))
    heard = _Heard(text, confidences, readings_of(text), seams)
    chosen: list[Correction] = []
    # The longer word knows more, the nearer one is the likelier.
    for one in sorted(_possible(heard, vocabulary), key=lambda one: (-len(one.meant), -one.confidence)):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda one: one.start))


def _possible(heard: _Heard, vocabulary: Vocabulary) -> Iterator[Correction]:
    doubtful = [confidence < CERTAIN for confidence in heard.confidences]
    for start in range(len(heard.text)):
        for end in range(start + SHORTEST, min(start + LONGEST, len(heard.text)) + 1):
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
    may = [(far(readings, word.readings), word) for word in near.values() if _may_be(heard, start, end, word)]
    ranked = sorted((one for one in may if one[0] <= _FARTHEST), key=lambda one: one[0])
    if not ranked:
        return None
    distance, best = ranked[0]
    alike = [word for other, word in ranked if other - distance < _AS_NEAR]
    plain = len(best.text) > SHORTEST or (best.term and distance <= TONE and {start, end} <= heard.seams)
    if len(alike) > 1 or not plain:
        alike = [word for word in alike if _fits(heard, start, end, word.text, vocabulary)]
    return Correction(start, written, alike[0].text, 1.0 - distance) if len(alike) == 1 else None


def _may_be(heard: _Heard, start: int, end: int, word: Known) -> bool:
    """Whether all that would be written otherwise was uncertain, and the more so the farther it is."""
    pairs = zip(range(start, end), word.text, word.readings, strict=True)
    # Nobody's words begin in the midst of one that was heard, unless that was not what was said either.
    most = _UNHEARD if {start, end} <= heard.seams else _NEARLY_CERTAIN
    return all(
        apart(heard.readings[place], reading) <= min(most, _reach(heard.confidences[place]))
        for place, character, reading in pairs
        if heard.text[place] != character
    )


def _reach(confidence: float) -> float:
    """How far a syllable may be from what was heard with this confidence; below 0 when that was certain."""
    if confidence >= CERTAIN:
        return -1.0
    return _NEARLY_CERTAIN + (_UNHEARD - _NEARLY_CERTAIN) * (1.0 - confidence / CERTAIN)


def _fits(heard: _Heard, start: int, end: int, text: str, vocabulary: Vocabulary) -> bool:
    """Whether people here say a word between what stands before and after it."""
    before, after = heard.text[max(0, start - 2) : start], heard.text[end : end + 2]
    return bool(before and vocabulary.is_said(before + text)) or bool(
        after and vocabulary.is_said(text + after)
    )
