"""Which of a slot's answers a citizen's words name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from kiosk_app.dialogue.cues import Words, plain, read
from kiosk_app.dialogue.numerals import with_digits
from kiosk_app.dialogue.ranges import option_within, without_amounts
from kiosk_app.dialogue.sounds import holds_sound, phrase_sound, sound_of
from models.knowledge.content import Matter, Slot, SlotOption

TARGET = "slot:"
"""Begins the target of a choice that answers a slot; the option's id follows, nothing for "I cannot say"."""

_NOT = re.compile(r"(不是|没有|没|不|未|非|别|\bnot (an? |the |my )?|\bnever |n't )$")
_SURE_LENGTH = 2
"""Syllables; a single one is homophone with too much to be told by sound."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A word of an option that stands in the text."""

    option: SlotOption
    start: int
    end: int
    denied: bool


def target_of(option: str) -> str:
    """The target of the choice for an option's id, "" for "I cannot say"."""
    return f"{TARGET}{option}"


def words_of(option: SlotOption) -> Iterator[str]:
    """Everything that names an option, in every language."""
    yield from option.title.values()
    for words in option.says.values():
        yield from words


def named_option(slot: Slot, text: str, today: date) -> SlotOption | None:
    """The one option that the words name; None when they name none, several, or only deny one.

    The longer word goes first ("非首次" is not "首次"), and with only two options the denial of one is the other.
    """
    found = _named(slot.options, _comparable(text))
    meant = {one.option.id: one.option for one in found if not one.denied}
    denied = {one.option.id for one in found if one.denied}
    if len(meant) == 1:
        return next(iter(meant.values()))
    if meant:
        return None
    left = [option for option in slot.options if option.id not in denied]
    if denied and len(left) == 1:
        return left[0]
    return option_within(slot.options, _comparable(text), today)


def option_by_sound(slot: Slot, text: str) -> SlotOption | None:
    """The one option that sounds like what was heard, tones and the usual confusions apart."""
    heard = sound_of(plain(text))
    if not heard:
        return None
    named = {
        option.id: option
        for option in slot.options
        for word in words_of(option)
        if len(sound := phrase_sound(plain(word))) >= _SURE_LENGTH and holds_sound(heard, sound)
    }
    return next(iter(named.values())) if len(named) == 1 else None


def says_little_more(words: Words, option: SlotOption) -> bool:
    """Whether the sentence is an answer and no question of its own: next to nothing is left beside the option."""
    return sum(sign.isalnum() for sign in _beside(words, option)) <= max(4, len(words.text) // 3)


def says_only(words: Words, option: SlotOption) -> bool:
    """Whether the sentence is nothing but an option's words, or an amount."""
    return not read(without_amounts(_beside(words, option))).rest


def _beside(words: Words, option: SlotOption) -> str:
    """What a sentence says beside an option's words, its facets and its filler."""
    text = _comparable(words.text)
    for word in sorted((_comparable_word(word) for word in words_of(option)), key=len, reverse=True):
        text = text.replace(word, " ")
    return read(text).rest


def given_in(matter: Matter, text: str, today: date) -> dict[str, SlotOption]:
    """The slots that a question answers already, by their ids."""
    found = ((slot.id, named_option(slot, text, today)) for slot in matter.slots)
    return {name: option for name, option in found if option is not None}


def _named(options: Iterable[SlotOption], text: str) -> list[_Named]:
    found: list[_Named] = []
    words = sorted(
        ((_comparable_word(word), option) for option in options for word in words_of(option)),
        key=lambda item: len(item[0]),
        reverse=True,
    )
    taken = text
    for word, option in words:
        if not word:
            continue
        edge = r"\b" if word.isascii() else ""
        for match in re.finditer(f"{edge}{re.escape(word)}{edge}", taken):
            denied = _NOT.search(text[: match.start()]) is not None
            found.append(_Named(option, *match.span(), denied))
        taken = re.sub(f"{edge}{re.escape(word)}{edge}", lambda match: "\0" * len(match[0]), taken)
    return found


def _comparable(text: str) -> str:
    return with_digits(plain(text))


@cache
def _comparable_word(word: str) -> str:
    """Of a word of the pack's, kept; never of what a citizen said."""
    return _comparable(word)
