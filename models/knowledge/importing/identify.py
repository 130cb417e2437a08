"""Which matter of the catalogue a name means. Only what is certain is taken; the rest is proposed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from models.errors import KnowledgeError
from models.knowledge.catalogue import LOCAL, catalogue
from models.knowledge.importing.found import Found
from models.knowledge.importing.vocabulary import note, plain, without_guide

_ID = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of a matter, and a remark for the person when it has to be looked at."""

    id: str
    remark: str = ""


def identify(found: Found) -> Identity:
    """The id that the file gives, that of the catalogue's matter of this name, or a local one from the name."""
    for _, piece in found.pieces("id"):
        given = piece.text.strip().lower()
        if given in catalogue() or (_ID.fullmatch(given) and (given.startswith(LOCAL) or found.exact)):
            return Identity(given)
    names = [piece.text for _, piece in found.pieces("title")] or [found.title]
    names = [part for name in names for part in re.split(r"[\n/]", name) if part.strip()]
    keys = [plain(without_guide(name)) for name in names]
    by_name, turned = _names()
    for key in keys:
        if key in by_name:
            return Identity(by_name[key])
    for key in keys:
        if len(key) >= 4 and "".join(sorted(key)) in turned:  # 办理居住证 for 居住证办理
            return Identity(turned["".join(sorted(key))])
    made = f"{LOCAL}{_slug(names[0] if names else '')}"
    near = next((name for key in keys if (name := _similar(key, by_name))), None)
    if near is None:
        return Identity(made, note("id_local"))
    return Identity(made, note("id_near", name=near, id=by_name[near], made=made))


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """The catalogue's ids by plain name, and by the sorted characters of names that are long enough."""
    entries = catalogue().values()
    by_name = {plain(title): entry.id for entry in entries for title in (entry.title_zh, entry.title_en)}
    return by_name, {"".join(sorted(name)): id_ for name, id_ in by_name.items() if len(name) >= 4}


def _similar(key: str, names: Iterable[str]) -> str | None:
    """The name most like this one. Those that share less than half of their characters are not compared."""
    letters = set(key)
    likely = [name for name in names if 2 * len(letters & set(name)) >= min(len(letters), len(set(name)))]
    return next(iter(difflib.get_close_matches(key, likely, n=1, cutoff=0.5)), None)


def _slug(name: str) -> str:
    """A name in pinyin (or its Latin letters), as ids are written."""
    try:
        from pypinyin import lazy_pinyin
    except ModuleNotFoundError as error:
        raise KnowledgeError(
            "packages_missing", "naming a new matter takes the package pypinyin: pip install 'yingbin[train]'"
        ) from error
    text = "_".join(lazy_pinyin(plain(without_guide(name)))).casefold()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:60].strip("_") or "matter"
