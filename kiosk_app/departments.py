"""Which matters belong to which department: those that are handled at its windows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Language
from kiosk_app.view import TopicTile
from models.knowledge import Knowledge
from models.knowledge.place import Department

GROUP = "department:"
"""Begins the group of a department's tile; its id follows."""
_RUN = 3


def tiles_of(knowledge: Knowledge, lang: Language) -> tuple[TopicTile, ...]:
    """A tile for each department that has matters, with its windows below its name."""
    return tuple(
        TopicTile(
            f"{GROUP}{department.id}",
            department.glyph,
            department.name.get(lang, ""),
            _windows(knowledge, department, lang),
        )
        for department in knowledge.hall.departments
        if any(True for _ in matters_of(knowledge, department))
    )


def department_of(knowledge: Knowledge, group: str) -> Department | None:
    """The department of a tile's group; None when the group is no department's."""
    return next((one for one in knowledge.hall.departments if group == f"{GROUP}{one.id}"), None)


def matters_of(knowledge: Knowledge, department: Department) -> Iterator[str]:
    """The ids of its matters: in the order of the topics, then those that no topic has."""
    order = [*(id_ for topic in knowledge.topics for id_ in topic.matters), *knowledge.matters]
    for id_ in dict.fromkeys(order):
        matter = knowledge.matters.get(id_)
        found = (knowledge.hall.window(number, matter.pack) for number in matter.windows) if matter else ()
        if any(w is not None and w.pack == department.pack and w.id in department.windows for w in found):
            yield id_


def _windows(knowledge: Knowledge, department: Department, lang: Language) -> str:
    """Where its windows are, floor by floor."""
    say = translator(lang)
    floors: dict[int, list[str]] = {}
    for number in department.windows:
        window = knowledge.hall.window(number, department.pack)
        if window is not None:
            floors.setdefault(window.floor, []).append(number)
    told = [
        say(N_("{numbers}, floor {floor}")).format(floor=floor, numbers=" · ".join(_ranges(numbers)))
        for floor, numbers in sorted(floors.items())
    ]
    return say(N_("; ")).join(told)


def _ranges(numbers: Sequence[str]) -> list[str]:
    """Three and more that follow each other as one: 3–5."""
    runs: list[list[str]] = []
    for number in numbers:
        before = runs[-1][-1] if runs else ""
        follows = number.isdecimal() and before.isdecimal() and int(number) == int(before) + 1
        if follows:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [text for run in runs for text in ([f"{run[0]}–{run[-1]}"] if len(run) >= _RUN else run)]
