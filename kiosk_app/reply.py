"""What the dialogue answers: one immutable value that the session, the screen and the command line share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.facets import Facet

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Act = Literal[
    "answer",
    "clarify",
    "confirm",
    "ask_slot",
    "handoff",
    "reject",
    "repeat",
    "smalltalk",
    "command",
    "goodbye",
]

CardKind = Literal["checklist", "steps", "fact", "text"]

WindowKey = tuple[str, str]
"""The pack in whose hall a window is, and its number."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card of an answer.

    A ``checklist`` or ``steps`` card has one entry of ``items`` per line; a ``fact`` (fee, time limit,
    window) and a ``text`` card have exactly one. ``asked`` marks the card that the citizen asked for.
    """

    kind: CardKind
    facet: str
    title: str
    items: tuple[str, ...]
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One large button of a question back: the matter (or small-talk id) it stands for, and its words."""

    target: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one turn.

    ``title`` heads the screen, ``speech`` is what is spoken (and shown as a caption), ``cards`` and
    ``choices`` are what is shown. ``confidence`` is the calibrated probability of ``matter`` (1.0 when touched).
    ``command`` names the setting that an act ``command`` changes, such as ``command.slower``.
    """

    act: Act
    lang: Language
    speech: str
    title: str = ""
    matter: str | None = None
    facet: Facet = "summary"
    confidence: float = 0.0
    cards: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    command: str | None = None
    note: str = ""
    called: str = ""
    """A reply that has it calls a member of staff at once; once that is done, it is said instead of ``speech``."""
    windows: tuple[WindowKey, ...] = ()
    """Where a matter is handled, the main one first."""
    missed: bool = False
    """Nothing was understood: the sentence is one to learn from."""

    ticket: str | None = None
    """The citizen wants a number: of this queue, "" when it is not said of which. Where none are given, the rest of
    the reply says how one gets one."""

    @property
    def asks_back(self) -> bool:
        """Waits for one of its choices; an answer's choices are only an offer."""
        return bool(self.choices) and self.act != "answer"

    @property
    def can_be_taken(self) -> bool:
        """The answer to a matter, with something in it to take along."""
        return self.act == "answer" and self.matter is not None and bool(self.cards)

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The matter ids on offer, best first; empty unless the act asks back."""
        return tuple(choice.target for choice in self.choices) if self.act in ("clarify", "confirm") else ()
