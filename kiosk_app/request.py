"""What a citizen asks for, by whatever means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextAsked:
    """The citizen's own words, heard or typed; ``confidence`` is the recogniser's (1.0 when typed).

    ``offered`` are the targets of the choices that were on the screen meanwhile, for "the first one" and "yes".
    """

    text: str
    confidence: float = 1.0
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterAsked:
    """A matter chosen by touch."""

    matter: str
    facet: str = "summary"


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """A group of matters chosen by touch."""

    group: str


Request = TextAsked | MatterAsked | TopicAsked
