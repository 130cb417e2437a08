"""What a kiosk knows, as it is used: frozen, with every text by language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import ConfigDict, TypeAdapter

from models.knowledge.place import Department, FloorPlan, Opening

LocalText = dict[str, str]
LocalLines = dict[str, tuple[str, ...]]
FacetTexts = dict[str, dict[str, str | tuple[str, ...]]]
"""By facet, then language: lines for materials and steps, a text for the rest."""

_STRICT = ConfigDict(extra="forbid")
_LETTER = re.compile("[A-Z]")


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
    """One answer to a slot's question.

    `says` are other words for it than its title. `answer`, `facets` and `windows` go before the matter's own;
    `matter` is the id of another matter that this answer leads to, "" when it stays with this one.
    """

    id: str
    title: LocalText
    says: LocalLines = field(default_factory=dict)
    answer: LocalText = field(default_factory=dict)
    facets: FacetTexts = field(default_factory=dict)
    matter: str = ""
    windows: tuple[str, ...] = ()

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Slot:
    """Something to ask back before the answer is exact; `asked_for` are the facets that need it, () for all."""

    id: str
    question: LocalText
    options: tuple[SlotOption, ...]
    asked_for: tuple[str, ...] = ()

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def concerns(self, facet: str) -> bool:
        """Whether the answer to this facet depends on the slot."""
        return not self.asked_for or facet in self.asked_for

    def option(self, id_: str) -> SlotOption | None:
        """The option of this id."""
        return next((option for option in self.options if option.id == id_), None)


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. `facets` has those that are known; `next` is the matter offered after the answer, "" for none.

    `calls_staff`: whoever asks it needs a person at once. `windows` are numbers on signs, the main one first.
    """

    id: str
    pack: str
    title: LocalText
    examples: LocalLines
    answer: LocalText
    facets: FacetTexts
    slots: tuple[Slot, ...]
    varies: LocalText
    valid_from: date | None
    valid_until: date | None
    source: str
    next: str = ""
    calls_staff: bool = False
    windows: tuple[str, ...] = ()

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def facet(self, name: str, language: str) -> str | tuple[str, ...] | None:
        """A facet's text or lines; the answer for `summary`; None when the pack does not say."""
        if name == "summary":
            return self.answer.get(language)
        return self.facets.get(name, {}).get(language)

    def under(self, chosen: Iterable[SlotOption]) -> Matter:
        """The matter as it is for a citizen who gave these answers; later ones go before earlier ones."""
        answer, facets, windows = self.answer, self.facets, self.windows
        for option in chosen:
            answer = option.answer or answer
            facets = {**facets, **option.facets}
            windows = option.windows or windows
        return replace(self, answer=answer, facets=facets, windows=windows)

    def with_facets(self, facets: FacetTexts) -> Matter:
        """The matter with other facets."""
        return replace(self, facets=facets)

    def leads_to(self) -> Iterator[str]:
        """The other matters that it names: where its slots' answers lead, and what comes next."""
        yield from (option.matter for slot in self.slots for option in slot.options if option.matter)
        if self.next:
            yield self.next

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
class Queue:
    """One queue that tickets are taken for: its numbers begin with `letter`, `topics` are ids of topic groups."""

    id: str
    letter: str
    name: LocalText
    windows: tuple[str, ...]
    topics: tuple[str, ...]

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Hall:
    """The place itself; `hours` is prose to be spoken, `opening` the same as data."""

    windows: tuple[Window, ...]
    hours: LocalText
    address: LocalText
    queues: tuple[Queue, ...] = ()
    opening: Opening | None = None
    departments: tuple[Department, ...] = ()
    plan: tuple[FloorPlan, ...] = ()

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def window(self, id_: str, pack: str) -> Window | None:
        """The window of this number as a matter of `pack` means it: its own pack's, or else the first one's."""
        found = [window for window in self.windows if window.id == id_]
        return next((window for window in found if window.pack == pack), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade: other words for it, and its pinyin with tone numbers ("" when not given)."""

    term: str
    synonyms: tuple[str, ...]
    reading: str

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Recording:
    """Words that somebody has spoken: their language, the file's name for the log, where its FLAC stands in bytes."""

    lang: str
    text: str
    name: str
    start: int
    size: int

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
    recordings: tuple[Recording, ...] = ()

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def contradictions(self) -> Iterator[str]:
        """What cannot be, though every value has the right type."""
        ids = [matter.id for matter in self.matters]
        if len(set(ids)) != len(ids):
            yield "a matter's id stands twice"
        mentioned = {id_ for topic in self.topics for id_ in topic.matters} | set(self.frequent)
        mentioned |= {id_ for matter in self.matters for id_ in matter.leads_to()}
        if not mentioned <= set(ids):
            yield f"`{min(mentioned - set(ids))}` is mentioned and not there"
        letters = [queue.letter for queue in self.hall.queues]
        if len(set(letters)) != len(letters) or any(not _LETTER.fullmatch(letter) for letter in letters):
            yield "two queues have one letter, or one has none"
        for matter in self.matters:
            if any(not matter.title.get(name) or not matter.answer.get(name) for name in self.languages):
                yield f"`{matter.id}` has no title or answer in a language"


CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
"""Reads and writes content.json."""
