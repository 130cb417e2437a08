"""The shape of a pack's files. An editor reads the descriptions when something is wrong."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from models.facets import ToldFacet
from models.knowledge.hall_schema import Department, FloorPlan, Opening
from models.knowledge.schema_types import (
    LANGUAGES,
    File,
    Glyph,
    Id,
    Language,
    Line,
    LocalExamples,
    LocalLines,
    LocalText,
    LocalWords,
    WindowId,
)

__all__ = ["LANGUAGES", "Language", "LocalText"]

Act = Literal["smalltalk", "goodbye", "handoff", "repeat", "command"]

WINDOW_FACETS = ("materials", "steps", "fee", "time_limit", "window")
COMMANDS = ("slower", "louder", "quieter", "english", "chinese", "home")


class Gates(File):
    """What a pack's own cross-validated evaluation has to reach before it may be built."""

    accuracy: float = Field(
        0.9, ge=0, le=1, description="least share of the examples that find their own matter"
    )
    wrong: float = Field(0.05, ge=0, le=1, description="largest share answered wrongly without asking back")


class Topic(File):
    """One tile of the home screen."""

    id: Id = Field(description="short name of the topic, a-z, 0-9 and _")
    glyph: Glyph = Field(description="one character drawn on the tile")
    title: LocalText = Field(description="name of the topic in each language")
    subtitle: LocalText | None = Field(None, description="a second, smaller line in each language")
    matters: list[Id] = Field(min_length=1, description="ids of the matters under this tile, in order")


class PackFile(File):
    """pack.yaml: what the pack is."""

    id: Id = Field(description="name of the pack; the same as its folder's")
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$", max_length=40)] = (
        Field(description="version of the content, such as 2026.11.1; raise it with every change")
    )
    languages: list[Language] = Field(min_length=1, description="languages that every text is written in")
    venue: Literal["gov", "bank", "hall"] = Field(description="kind of place the pack is for")
    title: LocalText = Field(description="name of the place in each language")
    requires: list[Id] = Field(
        default_factory=list, description="packs beside this one that it is built with"
    )
    gates: Gates = Field(
        default_factory=lambda: Gates.model_validate({}), description="figures the build has to reach"
    )
    topics: list[Topic] = Field(default_factory=list, description="tiles of the home screen, in order")
    frequent: list[Id] = Field(default_factory=list, description="ids of the matters asked most, in order")


class Facets(File):
    """What there is to know about a matter, each facet in each language."""

    materials: LocalLines | None = Field(None, description="what to bring, one line for each thing")
    steps: LocalLines | None = Field(None, description="what to do, in order, one line for each step")
    fee: LocalText | None = Field(None, description="what it costs")
    time_limit: LocalText | None = Field(None, description="how long it takes")
    window: LocalText | None = Field(None, description="floor and window")
    hours: LocalText | None = Field(None, description="when it can be done, if not during the hall's hours")
    conditions: LocalText | None = Field(None, description="who may apply")
    online: LocalText | None = Field(None, description="whether and where it can be done online")
    location: LocalText | None = Field(None, description="where to go, if not to this hall")
    legal_basis: LocalText | None = Field(None, description="the rule that it follows")


class SlotOption(File):
    """One answer to a slot's question: it replaces parts of the matter's content, or leads to another matter."""

    id: Id = Field(description="short name of the answer")
    title: LocalText = Field(description="the answer as the citizen sees it on a button, in each language")
    says: LocalWords = Field(
        default_factory=dict,
        description="words by which a citizen names this answer beside its title, a few in each language",
    )
    answer: LocalText | None = Field(
        None, description="the spoken answer in this case, instead of the matter's, in each language"
    )
    facets: Facets = Field(
        default_factory=lambda: Facets.model_validate({}),
        description="facets that are different in this case; the matter's hold for the rest",
    )
    windows: list[WindowId] = Field(
        default_factory=list, description="the windows in this case, when they are others than the matter's"
    )
    matter: Id | None = Field(
        None, description="id of the matter that this answer leads to, when it is another one"
    )


class Slot(File):
    """Something that has to be asked back before the answer is exact (first time or renewal …)."""

    id: Id = Field(description="short name of what is asked")
    question: LocalText = Field(description="the question in each language")
    asked_for: list[ToldFacet] = Field(
        default_factory=list,
        description="facets whose answer depends on it (`summary` is the answer); every facet when left out",
    )
    options: list[SlotOption] = Field(
        min_length=2, max_length=6, description="the answers to choose from, two to six"
    )


class Validity(File):
    """From when until when the content holds."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: date | None = Field(None, alias="from", description="first day, such as 2026-01-01")
    until: date | None = Field(None, description="last day, such as 2026-12-31")


class MatterFile(File):
    """matters/<id>.yaml: one matter."""

    id: Id = Field(description="id from the catalogue; the same as the file's name")
    title: LocalText = Field(description="name of the matter in each language")
    examples: LocalExamples = Field(
        description="questions as citizens ask them, at least 12 in Chinese, 6 in English"
    )
    answer: LocalText = Field(description="the spoken answer, one or two sentences, in each language")
    facets: Facets = Field(
        default_factory=lambda: Facets.model_validate({}), description="materials, fee, window …"
    )
    windows: list[WindowId] = Field(
        default_factory=list,
        description="numbers of the windows that the facet `window` names, as hall.yaml has them, the main one first",
    )
    at_window: bool | None = Field(
        None,
        description="whether it is handled at a window; false for plain information (as hall.* is)",
    )
    calls_staff: bool = Field(
        False,
        description="whether a member of staff is called at once when it is asked; true for emergencies",
    )
    slots: list[Slot] = Field(default_factory=list, description="what to ask back, in order")
    next: Id | None = Field(
        None, description="id of the matter that is offered after the answer, such as hall.take_number"
    )
    varies: LocalText | None = Field(None, description="a visible note when rules differ from place to place")
    valid: Validity | None = Field(None, description="from when until when the content holds")
    source: Line = Field(description="where the content comes from: law, notice, web page")


class SmallTalkEntry(File):
    """Something people say that is not a matter: thanks, goodbye, louder."""

    id: Id = Field(description="such as smalltalk.thanks or command.slower")
    act: Act = Field(description="what the kiosk does: smalltalk, goodbye, handoff, repeat or command")
    examples: LocalExamples = Field(description="what people say, in each language")
    reply: LocalText | None = Field(None, description="what the kiosk says, in each language")


class SmallTalkFile(File):
    """smalltalk.yaml: everything said that is not a matter."""

    entries: list[SmallTalkEntry] = Field(
        default_factory=list, description="things people say, with the reply"
    )
    outside: LocalExamples = Field(
        default_factory=dict,
        description="sentences that are not ours, to teach the kiosk to say that it does not know",
    )


class WindowEntry(File):
    """One window or counter."""

    id: WindowId = Field(description="number on the sign")
    floor: int = Field(ge=-5, le=200, description="floor as a number")
    name: LocalText = Field(description="name on the sign in each language")


class QueueEntry(File):
    """One queue that tickets are taken for."""

    id: Id = Field(description="short name of the queue, a-z, 0-9 and _")
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")] = Field(
        description="capital letter its numbers begin with, A to Z, another for each queue"
    )
    name: LocalText = Field(description="name of the queue in each language, short")
    windows: list[WindowId] = Field(min_length=1, description="ids of the windows that call it")
    topics: list[Id] = Field(
        default_factory=list, description="ids of the topics in pack.yaml whose matters belong to it"
    )


class HallFile(File):
    """hall.yaml: the place itself."""

    windows: list[WindowEntry] = Field(default_factory=list, description="windows and counters")
    queues: list[QueueEntry] = Field(
        default_factory=list, max_length=12, description="queues that tickets are taken for"
    )
    hours: LocalText | None = Field(None, description="opening hours in each language")
    address: LocalText | None = Field(None, description="address in each language")
    opening: Opening | None = Field(
        None, description="the same hours as data, from which it is told whether the place is open now"
    )
    departments: list[Department] = Field(
        default_factory=list, description="who stands behind the windows, to browse the matters by department"
    )
    plan: list[FloorPlan] = Field(
        default_factory=list, description="the floors as they are drawn to show where a window is"
    )


class TermEntry(File):
    """A word of the trade: other words for it and how it is read."""

    term: Line = Field(description="the word as the pack writes it")
    synonyms: list[Line] = Field(default_factory=list, description="other words for the same thing")
    reading: Annotated[str, StringConstraints(pattern=r"^[a-zü]+[1-5]( [a-zü]+[1-5])*$")] | None = Field(
        None, description="pinyin with tone numbers, such as ju1 zhu4 zheng4"
    )


class RecordingEntry(File):
    """One recording and the words it says."""

    file: Annotated[str, StringConstraints(pattern=r"^[^/\\]{1,100}$")] = Field(
        description="file in the folder `speech`: .wav, .flac or .ogg, one voice, 16,000 samples a second or more"
    )
    lang: Language = Field(description="language that is spoken")
    text: Annotated[str, StringConstraints(min_length=1, max_length=400)] = Field(
        description="what it says, one or several whole sentences as the kiosk would say them"
    )


class SpeechFile(File):
    """speech.yaml: recorded speech that is played instead of the synthetic voice."""

    recordings: list[RecordingEntry] = Field(
        default_factory=list, max_length=1000, description="recordings and their words"
    )


class LexiconFile(File):
    """lexicon.yaml: words of the trade."""

    terms: list[TermEntry] = Field(default_factory=list, description="words, synonyms and readings")
