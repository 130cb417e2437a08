"""What a citizen asks for, by whatever means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextAsked:
    """The citizen's own words, heard or typed; ``confidence`` is the recogniser's (1.0 when typed)."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class MatterAsked:
    """A matter chosen by touch."""

    matter: str
    facet: str = "summary"


@dataclass(frozen=True, slots=True)
class ChoiceAsked:
    """One of the choices of the last reply, by its target: a matter, small talk, or the answer to a slot."""

    target: str


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """A group of matters chosen by touch."""

    group: str


Request = TextAsked | MatterAsked | ChoiceAsked | TopicAsked
