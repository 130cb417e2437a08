"""What can be wrong with a matter's slots, and with the matters that it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.facets import TOLD_FACETS
from models.knowledge.document import Document, Location
from models.knowledge.explain import dotted, suggest
from models.knowledge.plain import plain_form
from models.knowledge.schema import Facets, MatterFile, Slot, SlotOption
from models.knowledge.source import PackSource


@dataclass(frozen=True, slots=True)
class _Lead:
    """One matter names another, by a slot's option (`by_option`) or as what comes next."""

    document: Document
    location: Location
    source: str
    target: str
    by_option: bool


def known_facets(facets: Facets) -> set[str]:
    """The names of the facets that are filled in."""
    return {name for name in TOLD_FACETS if getattr(facets, name) is not None}


def facets_in_every_case(matter: MatterFile) -> set[str]:
    """The facets that a citizen gets whatever a slot's answer is: the matter's own, or those of all its options."""
    covered = known_facets(matter.facets)
    for slot in matter.slots:
        staying = [known_facets(option.facets) for option in slot.options if option.matter is None]
        covered |= set.intersection(*staying) if staying else set()
    return covered


def repeated(items: Sequence[tuple[Location, str]]) -> Iterator[tuple[Location, str]]:
    """The items whose text stands a second time, with the place of that."""
    seen = set[str]()
    for location, id_ in items:
        if id_ in seen:
            yield location, id_
        seen.add(id_)


def check_slots(document: Document, matter: MatterFile) -> None:
    """Slots that cannot be asked, answers that cannot be told apart, questions that change nothing."""
    for location, id_ in repeated([(("slots", n, "id"), slot.id) for n, slot in enumerate(matter.slots)]):
        document.complain(location, f"the slot `{id_}` stands here twice")
    for number, slot in enumerate(matter.slots):
        _check_slot(document, ("slots", number), slot, matter)


def _check_slot(document: Document, here: Location, slot: Slot, matter: MatterFile) -> None:
    ids: list[tuple[Location, str]] = [
        ((*here, "options", n, "id"), option.id) for n, option in enumerate(slot.options)
    ]
    for location, id_ in repeated(ids):
        document.complain(location, f"the option `{id_}` stands here twice: each needs its own id")
    told = known_facets(matter.facets).union(
        {"summary"}, *(known_facets(option.facets) for option in slot.options)
    )
    for place, facet in enumerate(slot.asked_for):
        if facet not in told:
            document.complain(
                (*here, "asked_for", place),
                f"`{facet}` is told neither by this matter nor by an option: write the facet or delete it here",
            )
    if not any(_changes_something(option) for option in slot.options):
        document.complain(
            here,
            f"the answer to `{slot.id}` changes nothing: give an option its own `answer`, `facets` or `matter`, "
            "or do not ask",
        )
    for place, option in enumerate(slot.options):
        if option.matter and (option.answer or known_facets(option.facets)):
            document.complain(
                (*here, "options", place, "matter"),
                f"the option `{option.id}` leads to `{option.matter}`, so that its own answer and facets are never "
                "told: keep one of them",
            )
    _check_words(document, here, slot)


def _check_words(document: Document, here: Location, slot: Slot) -> None:
    """A word that names two answers names none."""
    owners: dict[str, str] = {}
    for place, option in enumerate(slot.options):
        for location, word in _words(option):
            spot = (*here, "options", place, *location)
            key = plain_form(word)
            if not key:
                document.complain(spot, f"“{word}” has no words: write what a citizen says")
            elif owners.setdefault(key, option.id) != option.id:
                document.complain(
                    spot, f"“{word}” also names the option `{owners[key]}`: nobody could tell them apart"
                )


def _words(option: SlotOption) -> Iterator[tuple[Location, str]]:
    for language, text in option.title.items():
        yield ("title", language), text
    for language, words in option.says.items():
        for place, word in enumerate(words):
            yield ("says", language, place), word


def _changes_something(option: SlotOption) -> bool:
    return bool(option.answer or option.matter or known_facets(option.facets))


def check_leads(sources: Sequence[PackSource], known: set[str]) -> None:
    """Matters that are named and not there, and ways through options that come back to where they began."""
    leads = list(_leads(sources))
    for lead in leads:
        if lead.target not in known:
            lead.document.complain(
                lead.location,
                f"`{dotted(lead.location)}` names `{lead.target}`, which no pack here has"
                f"{suggest(lead.target, known)}",
            )
        elif lead.target == lead.source:
            lead.document.complain(
                lead.location, f"`{dotted(lead.location)}` names its own matter: leave it out"
            )
    ways: dict[str, list[str]] = {}
    for lead in leads:
        ways.setdefault(lead.source, []).append(lead.target)
    told = set[frozenset[str]]()
    for lead in leads:
        back = _way(ways, lead.target, lead.source) if lead.by_option and lead.target != lead.source else ()
        if back and frozenset(back) not in told:
            told.add(frozenset(back))
            circle = " → ".join((lead.source, *back))
            lead.document.complain(
                lead.location,
                f"these matters lead in a circle: {circle}; answer one of them in its own place",
            )


def _leads(sources: Sequence[PackSource]) -> Iterator[_Lead]:
    for source in sources:
        for part in source.matters:
            matter = part.content
            if matter is None:
                continue
            for number, slot in enumerate(matter.slots):
                for place, option in enumerate(slot.options):
                    if option.matter:
                        here: Location = ("slots", number, "options", place, "matter")
                        yield _Lead(part.document, here, matter.id, option.matter, by_option=True)
            if matter.next:
                yield _Lead(part.document, ("next",), matter.id, matter.next, by_option=False)


def _way(ways: Mapping[str, Sequence[str]], start: str, goal: str) -> tuple[str, ...]:
    """The shortest way from one matter to another, both included; () when there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:  # grows while it is walked
        for place in ways.get(path[-1], ()):
            if place == goal:
                return (*path, place)
            if place not in seen:
                seen.add(place)
                paths.append((*path, place))
    return ()
