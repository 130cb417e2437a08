"""Cuts spoken sentences into words for the lexicon and the grammar."""

from collections.abc import Callable, Container, Iterable, Sequence

_LONGEST = 6
_ENDING = "儿"


class Segmenter:
    """Cuts a hanzi text into the fewest words of a dictionary; characters it does not know stand alone."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """``terms`` are a pack's own words; pypinyin's phrases are the rest of the dictionary."""
        from pypinyin.constants import PHRASES_DICT

        self._terms = frozenset(terms)
        self._longest = max(map(len, self._terms), default=0)
        self._phrases = PHRASES_DICT

    def cut(self, text: str) -> list[str]:
        """The words of ``text``. Among equally short cuts the one with the longest last words wins."""
        longest = max(self._longest, _LONGEST)
        words = _fewest(
            text, lambda word: len(word) == 1 or word in self._terms or word in self._phrases, longest
        )
        return _with_endings(words or [])


def cut_into(text: str, words: Container[str]) -> list[str] | None:
    """Cut a hanzi text into the fewest of ``words``; None when that cannot be done."""
    return _fewest(text, words.__contains__, _LONGEST)


def _fewest(text: str, known: Callable[[str], bool], longest: int) -> list[str] | None:
    """The cut with the fewest known words; among equals the last words are the longest."""
    best: list[tuple[int, int] | None] = [(0, 0)]  # per position: words so far, start of the last word
    for end in range(1, len(text) + 1):
        found: tuple[int, int] | None = None
        for start in range(max(0, end - longest), end):
            before = best[start]
            if before is None or (found is not None and before[0] + 1 >= found[0]):
                continue
            if known(text[start:end]):
                found = before[0] + 1, start
        best.append(found)
    words: list[str] = []
    end = len(text)
    while end:
        last = best[end]
        if last is None:
            return None
        words.append(text[last[1] : end])
        end = last[1]
    return words[::-1]


def _with_endings(words: list[str]) -> list[str]:
    """Join the ending 儿 to its word: alone it is one phone, and would be heard where any sentence fades out."""
    joined: list[str] = []
    for word in words:
        if word == _ENDING and joined:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def cut_all(sentences: Sequence[str], terms: Iterable[str] = ()) -> list[list[str]]:
    """The words of each sentence."""
    segmenter = Segmenter(terms)
    return [segmenter.cut(sentence) for sentence in sentences]
