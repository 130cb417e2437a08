"""Which facets of a matter are told when some are asked: what is there, what stands in for it, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.facets import ASKABLE, LIST_FACETS, TOLD_FACETS
from models.knowledge.content import FacetTexts, Hall, Matter, Slot

_INSTEAD: Mapping[str, str] = {"location": "window", "window": "location"}
"""Where one of these is not told, the other says where to go."""


def is_service(matter: Matter) -> bool:
    """Whether it is something to be done, and no question about the hall itself (the restrooms, the opening hours)."""
    return "window" in matter.facets or "materials" in matter.facets


@dataclass(frozen=True, slots=True)
class Told:
    """``facets`` are told, in the order asked; ``unknown`` were asked and are not known; ``values`` are all lines."""

    facets: tuple[str, ...]
    unknown: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def told_of(matter: Matter, asked: Sequence[str], language: str, hall: Hall) -> Told:
    """What to tell of a matter in a language; the hall's hours and address hold where it has none of its own."""
    values = {name: lines for name in TOLD_FACETS if (lines := _lines(matter, name, language))}
    facets: list[str] = []
    unknown: list[str] = []
    for facet in asked:
        if facet not in ASKABLE:
            continue
        if facet == "hours" and facet not in values and hall.hours.get(language):
            values["hours"] = (hall.hours[language],)
        if facet == "location" and not values.keys() & {"location", "window"} and hall.address.get(language):
            values["location"] = (hall.address[language],)
        found = facet if facet in values else _INSTEAD.get(facet, "")
        (facets if found in values else unknown).append(found if found in values else facet)
    return Told(tuple(dict.fromkeys(facets)), tuple(dict.fromkeys(unknown)), values)


def in_every_case(matter: Matter, slot: Slot, others: Mapping[str, Matter]) -> Matter:
    """The matter as it is told when a slot's answer stays open: where the cases differ, each by its name.

    ``others`` are the matters that options lead to: their facets stand for those cases.
    """
    cases = [(option.title, others.get(option.matter, matter).under([option])) for option in slot.options]
    facets: FacetTexts = dict(matter.facets)
    for name in ASKABLE:
        if not slot.concerns(name):
            continue
        texts: dict[str, str | tuple[str, ...]] = {}
        for language in matter.title:
            lines = [(title.get(language, ""), _lines(case, name, language)) for title, case in cases]
            texts[language] = _by_case(name, lines, language)
        if all(texts.values()):
            facets[name] = texts
    return matter.with_facets(facets)


def _by_case(name: str, cases: Sequence[tuple[str, tuple[str, ...]]], language: str) -> str | tuple[str, ...]:
    known = [(title, lines) for title, lines in cases if lines]
    if not known:
        return ()
    if len({lines for _, lines in known}) == 1:
        lines = known[0][1]
    else:
        colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
        lines = tuple(
            f"{title}{colon}{comma.join(line.rstrip('。.') for line in parts)}" for title, parts in known
        )
    if name in LIST_FACETS:
        return lines
    return ("；" if language == "zh" else "; ").join(lines)


def _lines(matter: Matter, name: str, language: str) -> tuple[str, ...]:
    value = matter.facet(name, language)
    if not value:
        return ()
    return (value,) if isinstance(value, str) else value
