"""Breaking lines as Chinese typesetting wants it, with Latin words kept whole. No toolkit here.

The rules are the usual ones (GB/T 15834 on punctuation, Unicode line breaking, UAX 14): no line begins with closing
punctuation, none ends with an opening bracket, a number stays with the measure word after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Measure = Callable[[str], float]

_NO_START = frozenset("，。、；：？！）》」』】〉”’…—·％℃,.;:?!)]}%")
_NO_END = frozenset("（《「『【〈“‘([{")
_PHRASE_ENDS = frozenset("，。；：、！？,;:.!?）")
_FEW_LINES = 3
_PHRASE, _HEADING_PHRASE = 0.5, 0.2
"""From which part of a line on a comma may end it."""
_BETWEEN_ITEMS = re.compile("[、，,]")
_BREAK_AFTER = frozenset("-/")


def wrap(text: str, width: float, measure: Measure, *, balance: bool = False) -> list[str]:
    """The lines of ``text`` that fit into ``width``, in the unit of ``measure``.

    ``measure`` gives the width of one cluster (a Chinese character or a Latin word); the width of a line is
    taken as the sum. Short texts rather break after a comma. ``balance`` makes the lines of a heading about
    equally long. A single character never stays alone on the last line when there is another way.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        clusters = [piece for cluster in _clusters(paragraph) for piece in _cut(cluster, width, measure)]
        lines += _best(clusters, width, measure, balance)
    return lines


def _best(clusters: list[str], width: float, measure: Measure, balance: bool) -> list[str]:
    lines = _fill(clusters, width, measure)
    if 2 <= len(lines) <= _FEW_LINES:
        phrased = _fill(clusters, width, measure, phrases_from=_HEADING_PHRASE if balance else _PHRASE)
        if phrased != lines and len(phrased) == len(lines) and len(phrased[-1]) > 2:
            return phrased
    if len(lines) < 2 or not (balance or len(lines[-1]) <= 2):
        return lines
    low = width * (0.5 if balance else 0.8)
    high = width
    best = lines
    for _ in range(8):
        middle = (low + high) / 2
        candidate = _fill(clusters, middle, measure)
        if len(candidate) == len(lines):
            best, high = candidate, middle
        else:
            low = middle
    return best


def _fill(clusters: list[str], width: float, measure: Measure, *, phrases_from: float = 1.0) -> list[str]:
    """Lines as full as they get, but rather ending after the last comma behind that part of the line."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for cluster in clusters:
        if lines[-1] and used + measure(cluster.rstrip(" ")) > width:
            lines.append(_after_phrase(lines[-1], phrases_from))
            used = sum(map(measure, lines[-1]))
            if lines[-1] and used + measure(cluster.rstrip(" ")) > width:  # the phrase and this are too much
                lines.append([])
                used = 0.0
        lines[-1].append(cluster)
        used += measure(cluster)
    return ["".join(line).rstrip(" ") for line in lines]


def _after_phrase(line: list[str], earliest: float) -> list[str]:
    """Cut what follows the last comma off a line and return it; nothing when the comma comes too early."""
    for index in range(len(line) - 1, int(len(line) * earliest), -1):
        if line[index - 1].rstrip(" ")[-1:] in _PHRASE_ENDS:
            rest = line[index:]
            del line[index:]
            return rest
    return []


def _clusters(text: str) -> list[str]:
    """The pieces between the places where a line may break; spaces stay at the end of a piece."""
    clusters: list[str] = []
    start = 0
    for index in range(1, len(text)):
        if _may_break(text, index):
            clusters.append(text[start:index])
            start = index
    return [*clusters, text[start:]]


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if after == " " or after in _NO_START or before in _NO_END:
        return False
    if before == " ":
        word_end = text[: index - 1].rstrip(" ")
        return not (word_end[-1:].isdigit() and _is_wide(after))
    return _is_wide(before) or _is_wide(after) or before in _BREAK_AFTER


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\uffef" or character in "“”‘’…—·"


def _cut(cluster: str, width: float, measure: Measure) -> list[str]:
    """A piece that is wider than the line falls apart into characters; there is no better place."""
    if len(cluster) == 1 or measure(cluster.rstrip(" ")) <= width:
        return [cluster]
    return list(cluster)


def whole_items(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of the enumeration ``text`` that ends with a whole item and fits; may be empty."""
    ends = [match.start() for match in _BETWEEN_ITEMS.finditer(text)]
    beginnings = [text, *(text[:end] for end in reversed(ends))]
    return next((beginning for beginning in beginnings if fits(beginning)), "")
