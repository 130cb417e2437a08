"""Matters by the letters that somebody types for them: pinyin initials, whole syllables, a mixture, English words.

A name is a row of units, each with the ways to spell it: the syllables of a character, or one word. The letters are
laid along neighbouring units, each taken whole or by its initial, the last one as far as it is typed. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Spellings = tuple[str, ...]
"""The ways to spell a unit, the usual one first."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_LETTERS = 24
"""Longer than the initials of any title, and than any word of one."""
SHORT_NAME = 6
"""Examples of up to so many characters (in English: words, :data:`SHORT_PHRASE`) say what a matter is called."""
SHORT_PHRASE = 4
_EXAMPLE = (3, 4)
"""Lengths of a word that shows how to search."""
_HANZI = re.compile(r"[㐀-鿿]")
_SYLLABLE = re.compile(r"[a-z]+")
_WORDS = re.compile(r"[A-Za-z]+")
_DOUBLE_INITIALS = ("zh", "ch", "sh")

# How well a match sits in its name, best first.
(
    _TITLE_START,
    _TITLE_WORD,
    _NAME_START,
    _NAME_WORD,
    _TITLE_INSIDE,
    _TITLE_LOOSE,
    _OTHER_START,
    _OTHER_WORD,
) = range(8)


@dataclass(frozen=True, slots=True)
class Named:
    """What a matter is called: its title, and other names for it."""

    id: str
    title: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A matter that was found, with its title."""

    matter: str
    title: str


@dataclass(frozen=True, slots=True)
class _Name:
    number: int
    """Of its matter."""
    units: tuple[Spellings, ...]
    starts: frozenset[int]
    """The units at which a word begins."""
    mask: int
    """The letters that occur in it, a bit each."""
    rank: int
    """0 for a title, 1 for a name that begins with a word of the trade, 2 for any other."""


class Readings:
    """How Chinese names are spelled.

    Args:
        words: the readings of the packs' own words, toneless; they win over what a dictionary says.
        others: words of the trade of which no reading is given.
    """

    def __init__(
        self, words: Mapping[str, Sequence[str]] | None = None, others: Collection[str] = ()
    ) -> None:
        self._by_first: dict[str, list[str]] = defaultdict(list)
        self._characters: dict[str, Spellings] = {}
        self._spelled = {
            word: [_spellings((syllable,)) for syllable in syllables]
            for word, syllables in (words or {}).items()
            if len(word) == len(syllables) and all(map(_SYLLABLE.fullmatch, syllables))
        }
        for word in others:
            if word and all(map(_HANZI.match, word)):
                self._spelled.setdefault(word, [self._characters.get(c) or self._character(c) for c in word])
        for word in sorted(self._spelled, key=len, reverse=True):
            self._by_first[word[0]].append(word)

    def spell(self, text: str, dictionary: bool = False) -> tuple[tuple[Spellings, ...], frozenset[int]]:
        """The units of ``text`` and where words begin in it; digits and signs are left out.

        With ``dictionary`` the phrases that pypinyin knows settle polyphones too, and words within words begin
        too, which takes longer.
        """
        units: list[Spellings] = []
        starts = {0}
        known = self._phrases(text) if dictionary else {}
        at = 0
        while at < len(text):
            word = self.word(text, at)
            if word:
                starts |= {len(units), len(units) + len(word)}
                if dictionary:
                    starts |= {
                        len(units) + within for within in range(1, len(word)) if self.word(text, at + within)
                    }
                units += self._spelled[word]
                at += len(word)
            elif "㐀" <= text[at] <= "鿿":
                units.append(known.get(at) or self._characters.get(text[at]) or self._character(text[at]))
                at += 1
            else:
                latin = _WORDS.match(text, at)
                starts.add(len(units))
                if latin:
                    units.append((latin[0].lower(),))
                    starts.add(len(units))
                at = latin.end() if latin else at + 1
        return tuple(units), frozenset(start for start in starts if start < len(units))

    def word(self, text: str, at: int) -> str:
        """The longest word of the trade that stands at this place; empty for none."""
        for word in self._by_first.get(text[at], ()):
            if text.startswith(word, at):
                return word
        return ""

    def _character(self, character: str) -> Spellings:
        from pypinyin import Style, pinyin

        read = pinyin(character, heteronym=True, style=Style.NORMAL)
        self._characters[character] = spelled = _spellings(tuple(read[0]))
        return spelled

    @staticmethod
    def _phrases(text: str) -> dict[int, Spellings]:
        from pypinyin import Style, pinyin

        if not all(map(_HANZI.match, text)):
            return {}
        read = pinyin(text, heteronym=True, style=Style.NORMAL)
        return {at: _spellings(tuple(one)) for at, one in enumerate(read)}


def _spellings(syllables: tuple[str, ...]) -> Spellings:
    """The syllables; lü and nü are also found by those who type a plain u."""
    plain = [s.replace("v", "u") for s in syllables if s.startswith(("lv", "nv"))]
    return tuple(dict.fromkeys((*syllables, *plain)))


class TopicIndex:
    """The names of all matters, ready to be searched. Never changes; remembers nothing of what is asked."""

    def __init__(self, matters: Iterable[tuple[Found, Sequence[_Name]]]) -> None:
        self._found: list[Found] = []
        self._starting: dict[str, list[tuple[_Name, int]]] = {letter: [] for letter in LETTERS}
        self._titles: list[_Name] = []
        for found, names in matters:
            self._found.append(found)
            for name in names:
                self._enter(name)

    @property
    def matters(self) -> tuple[Found, ...]:
        """All that can be found."""
        return tuple(self._found)

    def _enter(self, name: _Name) -> None:
        """List a name under the letters with which one may begin to type it."""
        if name.rank == 0:
            self._titles.append(name)
        for start in range(len(name.units)) if name.rank == 0 else sorted(name.starts):
            for letter in _initials(name.units[start]):
                self._starting[letter].append((name, start))

    def find(self, letters: str, most: int) -> tuple[Found, ...]:
        """Up to ``most`` matters that ``letters`` (a to z) may stand for, the likeliest first.

        Where a title is meant for certain, what only a sentence or a rare reading would explain is left out.
        """
        if not letters:
            return ()
        wanted = _mask(letters)
        best: dict[int, tuple[int, ...]] = {}
        for name, start in self._starting.get(letters[0], ()):
            if wanted & ~name.mask:
                continue
            fit = _fit(name.units, start, letters, 0)
            if fit is None:
                continue
            odd, cut, end = fit
            rank = (odd, _place(name, start), 0, cut, len(name.units) - end)
            if name.number not in best or rank < best[name.number]:
                best[name.number] = rank
        if len(best) < most:
            for name in self._titles:
                if name.number not in best and not wanted & ~name.mask:
                    skipped = _loose(name.units, letters)
                    if skipped is not None:
                        best[name.number] = (0, _TITLE_LOOSE, skipped, 0, len(name.units))
        if any(rank[:2] <= (0, _TITLE_WORD) for rank in best.values()):
            best = {number: rank for number, rank in best.items() if rank[:2] < (0, _OTHER_START)}
        ranked = sorted(best, key=lambda number: (best[number], number))
        return tuple(self._found[number] for number in ranked[:most])


@dataclass(frozen=True, slots=True)
class Search:
    """What the search screen of one language needs: the index, and an example (a word, the letters that find it)."""

    index: TopicIndex
    example: tuple[str, str] = ("", "")


def index_of(
    matters: Sequence[Named], readings: Readings, synonyms: Mapping[str, Collection[str]]
) -> TopicIndex:
    """The index of Chinese names; of two matters that are found alike, the first of ``matters`` comes first.

    Args:
        synonyms: other words for words of the titles.
    """

    def names(number: int, matter: Named) -> Iterator[_Name]:
        yield _name(number, *readings.spell(matter.title, dictionary=True), 0)
        called = [*matter.names, *_also(matter.title, synonyms)]
        short = (name for name in called if len(name) <= SHORT_NAME and name != matter.title)
        for name in dict.fromkeys(short):
            units, starts = readings.spell(name)
            if units:
                yield _name(number, units, starts, 1 if readings.word(name, 0) else 2)

    return TopicIndex(
        (Found(matter.id, matter.title), tuple(names(number, matter)))
        for number, matter in enumerate(matters)
    )


def index_of_words(matters: Sequence[Named], spelled: Mapping[str, tuple[Spellings, ...]]) -> TopicIndex:
    """The index of names in Latin letters.

    Args:
        spelled: by matter, the units of its Chinese title, for who has learnt that word.
    """

    def names(number: int, matter: Named) -> Iterator[_Name]:
        yield _words(number, matter.title, 0)
        phrases = (name for name in matter.names if len(name.split()) <= SHORT_PHRASE)
        for name in dict.fromkeys(phrases):
            yield _words(number, name, 1)
        if chinese := spelled.get(matter.id):
            yield _name(number, chinese, frozenset((0,)), 1)

    return TopicIndex(
        (Found(matter.id, matter.title), tuple(names(number, matter)))
        for number, matter in enumerate(matters)
    )


def example_of(titles: Iterable[str], readings: Readings) -> tuple[str, str]:
    """A word with which one of the titles begins, and the letters that find it; empty when there is none."""
    for title in titles:
        units, starts = readings.spell(title)
        for end in sorted(starts):
            if end in _EXAMPLE and all(map(_HANZI.match, title[:end])):
                return title[:end], "".join(spellings[0][0] for spellings in units[:end])
    return "", ""


def example_of_words(titles: Iterable[str]) -> tuple[str, str]:
    """The same of titles in Latin letters."""
    for title in titles:
        for word in _WORDS.findall(title):
            if len(word) > max(_EXAMPLE):
                return word, word[: min(_EXAMPLE)].lower()
    return "", ""


def _also(title: str, synonyms: Mapping[str, Collection[str]]) -> Iterator[str]:
    for term, others in synonyms.items():
        if term in title:
            yield from (title.replace(term, other) for other in others)


def _words(number: int, text: str, rank: int) -> _Name:
    units = tuple((word.lower(),) for word in _WORDS.findall(text))
    return _name(number, units, frozenset(range(len(units))), rank)


def _name(number: int, units: tuple[Spellings, ...], starts: frozenset[int], rank: int) -> _Name:
    mask = 0
    for spellings in units:
        mask |= _letters_of(spellings)
    return _Name(number, units, starts, mask, rank)


@lru_cache(maxsize=2048)
def _initials(spellings: Spellings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelling[0] for spelling in spellings if spelling[0] in LETTERS))


@lru_cache(maxsize=2048)
def _letters_of(spellings: Spellings) -> int:
    """As :func:`_mask`; kept, for there are far fewer syllables than characters. Of what is typed nothing is kept."""
    return _mask("".join(filter(str.isascii, spellings)))


def _mask(letters: str) -> int:
    mask = 0
    for letter in letters:
        mask |= 1 << (ord(letter) - 97)
    return mask


def _place(name: _Name, start: int) -> int:
    if name.rank == 0:
        return _TITLE_START if start == 0 else _TITLE_WORD if start in name.starts else _TITLE_INSIDE
    if name.rank == 1:
        return _NAME_START if start == 0 else _NAME_WORD
    return _OTHER_START if start == 0 else _OTHER_WORD


def _fit(units: tuple[Spellings, ...], at: int, letters: str, done: int) -> tuple[int, int, int] | None:
    """How the letters from ``done`` on lie along the units from ``at`` on, the best way; None when they do not.

    (1 where a character was read in an unusual way, 1 where the last syllable is not typed out, the unit behind the
    last.)
    """
    if at == len(units):
        return None
    best: tuple[int, int, int] | None = None
    for number, spelling in enumerate(units[at]):
        odd = 1 if number and not _same_sound(spelling, units[at][0]) else 0
        left = len(letters) - done
        if left <= len(spelling):
            if spelling.startswith(letters[done:]):
                found = (odd, int(1 < left < len(spelling)), at + 1)
                best = found if best is None or found < best else best
            if left <= 1:
                continue
        for taken in _portions(spelling):
            if taken < left and letters.startswith(spelling[:taken], done):
                rest = _fit(units, at + 1, letters, done + taken)
                if rest is not None:
                    found = (max(odd, rest[0]), rest[1], rest[2])
                    best = found if best is None or found < best else best
    return best


def _loose(units: tuple[Spellings, ...], letters: str) -> int | None:
    """How many units are passed over when the letters are laid along some of them; None when they are not in it."""
    done = skipped = 0
    for spellings in units:
        taken = max((_taken(spelling, letters, done) for spelling in spellings), default=0)
        skipped += not taken
        done += taken
        if done == len(letters):
            return skipped
    return None


def _taken(spelling: str, letters: str, done: int) -> int:
    """The most letters that a unit takes: all that are left, or a whole portion of it."""
    if spelling.startswith(letters[done:]):
        return len(letters) - done
    return max((n for n in _portions(spelling) if letters.startswith(spelling[:n], done)), default=0)


def _portions(spelling: str) -> tuple[int, ...]:
    """How many letters of a unit may be typed before the next one begins: its initial or all of it."""
    if spelling.startswith(_DOUBLE_INITIALS):
        return (1, 2, len(spelling))
    return (1, len(spelling)) if len(spelling) > 1 else (1,)


def _same_sound(spelling: str, usual: str) -> bool:
    return spelling == usual.replace("v", "u")
