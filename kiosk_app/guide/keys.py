"""The keys of a numeric keypad and what each of them does; pure.

A digit means the same wherever it stands: on the pad, in the top row, and on a pad whose Num Lock is off, where it
arrives as an arrow. A pad without ``*`` or ``#`` (those of telephones have them) goes back with its point or with
Backspace, and home with its division sign. Nothing else of a keyboard is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal, get_args

Key = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "enter", "plus", "minus", "star", "hash"]
KEYS: tuple[Key, ...] = get_args(Key)


class Command(StrEnum):
    """What a visitor wants with a key."""

    NEXT = "next"
    PREVIOUS = "previous"
    CHOOSE = "choose"
    REPEAT = "repeat"
    BACK = "back"
    HOME = "home"
    LOUDER = "louder"
    SOFTER = "softer"
    RATE = "rate"
    SPEAK = "speak"
    LANGUAGE = "language"
    PERSON = "person"


COMMANDS: Mapping[Key, Command] = {
    "2": Command.NEXT,
    "6": Command.NEXT,
    "8": Command.PREVIOUS,
    "4": Command.PREVIOUS,
    "5": Command.CHOOSE,
    "enter": Command.CHOOSE,
    "0": Command.REPEAT,
    "star": Command.BACK,
    "hash": Command.HOME,
    "plus": Command.LOUDER,
    "minus": Command.SOFTER,
    "1": Command.RATE,
    "3": Command.SPEAK,
    "7": Command.LANGUAGE,
    "9": Command.PERSON,
}
"""The digits stand around 5, on which every pad has a raised dot: 2 is below it and 8 above it on a numeric pad."""

_NUMPAD, _TOP_ROW = 256, ord("0")
_FIXED: Mapping[int, Key] = {
    **{_NUMPAD + digit: KEYS[digit] for digit in range(10)},
    **{_TOP_ROW + digit: KEYS[digit] for digit in range(10)},
    266: "star",  # the point of the pad
    ord("."): "star",
    8: "star",  # Backspace
    127: "star",  # the point, Num Lock off
    268: "star",
    ord("*"): "star",
    267: "hash",  # the division sign of the pad
    ord("/"): "hash",
    ord("#"): "hash",
    269: "minus",
    ord("-"): "minus",
    270: "plus",
    ord("+"): "plus",
    271: "enter",
    13: "enter",
    # Num Lock off: insert, end, down, page down, left, right, home, up, page up
    277: "0",
    279: "1",
    274: "2",
    281: "3",
    276: "4",
    275: "6",
    278: "7",
    273: "8",
    280: "9",
}
_SHIFTED: Mapping[int, Key] = {ord("8"): "star", ord("3"): "hash", ord("="): "plus"}
"""What telephone-style pads send, for they have no key codes of their own."""
_CHORDS = frozenset({"ctrl", "alt", "alt-gr", "meta"})


def key_of(code: int, modifiers: Collection[str] = ()) -> Key | None:
    """The key of a key code of the toolkit's window; None for one that means nothing here."""
    if _CHORDS.intersection(modifiers):
        return None
    if "shift" in modifiers and code in _SHIFTED:
        return _SHIFTED[code]
    return _FIXED.get(code)


class KeyGate:
    """Lets a key through once each time it goes down, and no more of them than a hand can press.

    A key that is held or jammed repeats itself. The window tells of keys when it has drawn, so that two that were
    pressed in good order may come at the same moment: a short burst is let through, a lasting flood is not.

    Args:
        rate: keys a second in the long run.
        burst: keys at once at most.
    """

    def __init__(self, rate: float = 8.0, burst: int = 8) -> None:
        self._rate, self._burst = rate, burst
        self._down: set[int] = set()
        self._room, self._seen = float(burst), float("-inf")

    def down(self, code: int, at: float) -> bool:
        """Whether a key that went down at the monotonic time ``at`` counts."""
        repeats = code in self._down
        self._down.add(code)
        if repeats:
            return False
        self._room = min(self._burst, self._room + self._rate * max(0.0, at - self._seen))
        self._seen = at
        if self._room < 1:
            return False
        self._room -= 1
        return True

    def up(self, code: int) -> None:
        """The key was let go."""
        self._down.discard(code)
