"""Cuts spoken sentences into words for the lexicon and the grammar."""

from collections.abc import Iterable, Sequence

_LONGEST = 6
_ENDING = "儿"


class Segmenter:
    """Cuts a hanzi text into the fewest words of a dictionary; characters it does not know stand alone."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """``terms`` are a pack's own words; pypinyin's phrases are the rest of the dictionary."""
        from pypinyin.constants import PHRASES_DICT

        self._terms = frozenset(terms)
        self._phrases = PHRASES_DICT

    def cut(self, text: str) -> list[str]:
        """The words of ``text``. Among equally short cuts the one with the longest last words wins."""
        best: list[tuple[int, int]] = [(0, 0)]  # per position: words so far, start of the last word
        for end in range(1, len(text) + 1):
            starts = range(max(0, end - _LONGEST), end)
            best.append(min((best[s][0] + 1, s) for s in starts if end - s == 1 or self._known(text[s:end])))
        words: list[str] = []
        end = len(text)
        while end:
            start = best[end][1]
            words.append(text[start:end])
            end = start
        return _with_endings(words[::-1])

    def _known(self, word: str) -> bool:
        return word in self._terms or word in self._phrases


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
