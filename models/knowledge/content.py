"""What a kiosk knows, as it is used: frozen, with every text by language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict, TypeAdapter

LocalText = dict[str, str]
LocalLines = dict[str, tuple[str, ...]]

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class PackName:
    """One pack inside an artefact."""

    id: str
    version: str

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """One tile of the home screen and the ids of the matters under it."""

    id: str
    glyph: str
    title: LocalText
    subtitle: LocalText
    matters: tuple[str, ...]

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class SlotOption:
    """One answer to a slot's question."""

    id: str
    title: LocalText

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Slot:
    """Something to ask back before the answer is exact."""

    id: str
    question: LocalText
    options: tuple[SlotOption, ...]

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. `facets` has the facets that are known: lines for materials and steps, a text for the rest."""

    id: str
    pack: str
    title: LocalText
    examples: LocalLines
    answer: LocalText
    facets: dict[str, dict[str, str | tuple[str, ...]]]
    slots: tuple[Slot, ...]
    varies: LocalText
    valid_from: date | None
    valid_until: date | None
    source: str

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def facet(self, name: str, language: str) -> str | tuple[str, ...] | None:
        """A facet's text or lines; the answer for `summary`; None when the pack does not say."""
        if name == "summary":
            return self.answer.get(language)
        return self.facets.get(name, {}).get(language)

    def holds_on(self, day: date) -> bool:
        """Whether the content is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Something said that is not a matter. `act`: smalltalk, goodbye, handoff, repeat or command."""

    id: str
    act: str
    examples: LocalLines
    reply: LocalText

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Window:
    """One window or counter; `pack` says whose, for two packs may number theirs alike."""

    id: str
    pack: str
    floor: int
    name: LocalText

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Hall:
    """The place itself."""

    windows: tuple[Window, ...]
    hours: LocalText
    address: LocalText

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade: other words for it, and its pinyin with tone numbers ("" when not given)."""

    term: str
    synonyms: tuple[str, ...]
    reading: str

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything an artefact knows beside its intent model. The first pack is the one it was built for."""

    id: str
    version: str
    packs: tuple[PackName, ...]
    languages: tuple[str, ...]
    titles: LocalText
    topics: tuple[TopicGroup, ...]
    frequent: tuple[str, ...]
    hall: Hall
    matters: tuple[Matter, ...]
    smalltalk: tuple[SmallTalk, ...]
    outside: LocalLines
    lexicon: tuple[Term, ...]

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def contradictions(self) -> Iterator[str]:
        """What cannot be, though every value has the right type."""
        ids = [matter.id for matter in self.matters]
        if len(set(ids)) != len(ids):
            yield "a matter's id stands twice"
        mentioned = {id_ for topic in self.topics for id_ in topic.matters} | set(self.frequent)
        if not mentioned <= set(ids):
            yield f"`{min(mentioned - set(ids))}` is mentioned and not there"
        for matter in self.matters:
            if any(not matter.title.get(name) or not matter.answer.get(name) for name in self.languages):
                yield f"`{matter.id}` has no title or answer in a language"


CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
"""Reads and writes content.json."""
