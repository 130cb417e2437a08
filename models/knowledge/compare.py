"""What changed between two packs, matter by matter and facet by facet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import KnowledgeError
from models.knowledge.artefact import read_artefact
from models.knowledge.assemble import assemble
from models.knowledge.content import CONTENT, Content
from models.knowledge.problems import Problem
from models.knowledge.source import read_packs
from models.knowledge.validate import SHIPPED, check_sources


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which matter (or part of the pack), what of it, the values before and after.

    A list that changed is told by the lines that went and the lines that came. None is nothing at all. `title` is the
    matter's name, "" for parts that have none.
    """

    matter: str
    what: str
    before: str | tuple[str, ...] | None
    after: str | tuple[str, ...] | None
    title: str = ""

    @property
    def listed(self) -> bool:
        """Whether a list changed."""
        return isinstance(self.before, tuple) or isinstance(self.after, tuple)


def read_content(path: Path) -> Content:
    """The content of a pack folder (with what it requires) or of an artefact, without its intent model.

    Raises KnowledgeError: `invalid` with the problems, or what reading an artefact raises.
    """
    if path.is_dir():
        sources = read_packs([path], (SHIPPED,))
        problems: list[Problem] = check_sources(sources)
        if problems:
            raise KnowledgeError(
                "invalid", f"{path} has {len(problems)} problems, the first: {problems[0]}", problems
            )
        return assemble(sources)
    try:
        return CONTENT.validate_json(read_artefact(path).members["content.json"])
    except ValidationError as error:
        raise KnowledgeError(
            "damaged", f"{path}: its content.json is wrong; build or copy it again"
        ) from error


def compare(before: Content, after: Content) -> list[Change]:
    """All differences, by matter."""
    old, new = _parts(before), _parts(after)
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            changes.append(Change(name, "added", None, _title(new[name])))
        elif name not in new:
            changes.append(Change(name, "removed", _title(old[name]), None))
        else:
            title = _title(new[name])
            changes.extend(
                replace(change, title=title) for change in _differences(name, old[name], new[name])
            )
    return changes


def _title(part: Mapping[str, str | tuple[str, ...]]) -> str:
    return str(part.get("title.zh") or part.get("title.en") or "")


def _parts(content: Content) -> dict[str, dict[str, str | tuple[str, ...]]]:
    """Everything by matter, as flat values."""
    whole: dict[str, Any] = CONTENT.dump_python(content, mode="json")
    parts = {matter["id"]: dict(_flat("", matter)) for matter in whole.pop("matters")}
    parts |= {talk["id"]: dict(_flat("", talk)) for talk in whole.pop("smalltalk")}
    parts["(pack)"] = dict(_flat("", whole))
    return parts


def _flat(name: str, value: Any) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(item, str) for item in value):
            yield name, tuple(value)
        else:
            for place, item in enumerate(value):
                key = item["id"] if isinstance(item, Mapping) and "id" in item else str(place)
                yield from _flat(f"{name}.{key}", item)
    elif value is not None:
        yield name, str(value)


def _differences(
    matter: str, old: Mapping[str, str | tuple[str, ...]], new: Mapping[str, str | tuple[str, ...]]
) -> Iterator[Change]:
    for what in sorted(old.keys() | new.keys()):
        before, after = old.get(what), new.get(what)
        if before == after:
            continue
        if isinstance(before, tuple) and isinstance(after, tuple):
            gone = tuple(line for line in before if line not in after)
            come = tuple(line for line in after if line not in before)
            if not gone and not come:
                gone, come = before, after  # only the order changed
            yield Change(matter, what, gone, come)
        else:
            yield Change(matter, what, before, after)
