"""The windows that a matter names by their numbers: whether the hall has them, and whether the prose says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.knowledge.document import Location
from models.knowledge.explain import dotted, suggest
from models.knowledge.problems import Problem
from models.knowledge.schema import Facets, MatterFile
from models.knowledge.source import PackSource

_NUMBERED = re.compile(r"\d+(?:\s*[、，,和或]\s*\d+)*\s*号")
_NOT_A_WINDOW = re.compile(r"\d+\s*号(楼|线|出口|门)")


def named_in(prose: str) -> set[str]:
    """The windows' numbers in Chinese prose: “2 号、3 号现金窗口”, “2、3 号窗口”."""
    told = _NUMBERED.findall(_NOT_A_WINDOW.sub("", prose))
    return {number for numbers in told for number in re.findall(r"\d+", numbers)}


def check_windows(sources: Sequence[PackSource]) -> None:
    """Numbers that no hall here has, and answers to a slot that name another window in their prose alone."""
    for source in sources:
        known = _known(source, sources)
        for part in source.matters:
            if part.content is None:
                continue
            for location, id_ in _keys(part.content):
                if id_ not in known:
                    part.document.complain(
                        location,
                        f"`{dotted(location)}` names the window `{id_}`, which hall.yaml does not have"
                        f"{suggest(id_, known)}",
                    )
            for location in _forgotten(part.content):
                part.document.complain(
                    location,
                    f"`{dotted(location)}` has its own `facets.window`, while the matter names its windows by key: "
                    "add `windows:` here too",
                )


def unnamed(sources: Sequence[PackSource]) -> Iterator[Problem]:
    """Windows that the prose names and the key does not: they are not shown on the floor plan."""
    for source in sources:
        for part in source.matters:
            if part.content is None:
                continue
            for location, facets, windows in _cases(part.content):
                missing = sorted(_told(facets) - set(windows), key=lambda number: (len(number), number))
                if missing:
                    where = (*location, "facets", "window")
                    told = f"`{dotted(where)}` names {', '.join(missing)}, `windows` does not: add them to show the way"
                    yield Problem(part.document.file, part.document.line(where), told)


def _known(source: PackSource, sources: Sequence[PackSource]) -> set[str]:
    """The numbers of a pack's own hall; of all halls for a pack that has none."""
    own = source.hall.content if source.hall else None
    if own and own.windows:
        return {window.id for window in own.windows}
    halls = [other.hall.content for other in sources if other.hall and other.hall.content]
    return {window.id for hall in halls for window in hall.windows}


def _keys(matter: MatterFile) -> Iterator[tuple[Location, str]]:
    for place, id_ in enumerate(matter.windows):
        yield ("windows", place), id_
    for number, slot in enumerate(matter.slots):
        for at, option in enumerate(slot.options):
            for place, id_ in enumerate(option.windows):
                yield ("slots", number, "options", at, "windows", place), id_


def _forgotten(matter: MatterFile) -> Iterator[Location]:
    for number, slot in enumerate(matter.slots):
        for place, option in enumerate(slot.options):
            if matter.windows and option.facets.window and not option.windows:
                yield ("slots", number, "options", place)


def _cases(matter: MatterFile) -> Iterator[tuple[Location, Facets, Sequence[str]]]:
    yield (), matter.facets, matter.windows
    for number, slot in enumerate(matter.slots):
        for place, option in enumerate(slot.options):
            yield ("slots", number, "options", place), option.facets, option.windows


def _told(facets: Facets) -> set[str]:
    return named_in((facets.window or {}).get("zh", ""))
