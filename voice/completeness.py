"""How finished a half-heard sentence looks; whoever knows what is asked here says so to the endpoint."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Completeness(Enum):
    """What the text heard so far lets expect."""

    NOTHING = "nothing"
    """The text tells nothing: it may be over or go on."""

    OPEN = "open"
    """It cannot be all: "I would like to", "那个"."""

    COMPLETE = "complete"
    """A whole question as it is usually asked here."""

    DIGITS = "digits"
    """It ends in figures; numbers of telephones and cards are spoken in groups with pauses between them."""


class Judge(Protocol):
    """Tells the completeness of a partial text; called for each change of it, so well under a millisecond."""

    def __call__(self, text: str) -> Completeness:
        """Judge ``text``, which may be empty; raises nothing."""
        ...


def no_judge(text: str) -> Completeness:
    """The Judge where nothing is known of what is asked: silence alone decides."""
    return Completeness.NOTHING
