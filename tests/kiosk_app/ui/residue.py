"""Looks for strings everywhere in this process: in every object that anything refers to, and in files."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_ATOMS = (int, float, complex, bool, type(None))


def in_memory(marks: Sequence[str], *, running: bool = True) -> dict[str, list[str]]:
    """For each mark that is part of some string, the kinds of objects that hold such a string.

    Objects are what the collector knows, what those refer to and, with ``running``, the variables of every running
    function but this one; to look at these makes copies that live on for a while.
    """
    gc.collect()
    found: dict[str, list[str]] = {}
    wanted = [(mark, mark.encode()) for mark in marks]
    here = sys._getframe()
    stack: list[Any] = [one for one in gc.get_objects() if one is not here]
    for frame in sys._current_frames().values() if running else ():
        while frame is not None:
            if frame is not here:
                stack.append(frame.f_locals)
            frame = frame.f_back
    ours = {id(stack), id(marks), id(wanted), id(found), id(here), *map(id, wanted), *map(id, marks)}
    seen: set[int] = set(ours)
    ours.add(id(seen))
    while stack:
        holder = stack.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for one in gc.get_referents(holder):
            kind = type(one)  # what isinstance asks of a weak reference may be gone
            if issubclass(kind, str | bytes | bytearray):
                if id(one) not in seen:
                    for mark, raw in wanted:
                        if (mark if issubclass(kind, str) else raw) in one:
                            found.setdefault(mark, []).append(_name(holder))
            elif not issubclass(kind, _ATOMS) and id(one) not in seen and not gc.is_tracked(one):
                stack.append(one)
    return found


def _name(holder: object) -> str:
    kind = f"{type(holder).__module__}.{type(holder).__qualname__}"
    if isinstance(holder, dict):
        return f"{kind} with {sorted(map(str, holder))[:6]}"
    return kind


def in_files(marks: Sequence[str], folders: Iterable[Path], since: float) -> dict[str, list[str]]:
    """For each mark, the files below ``folders``, changed after ``since`` (Unix seconds), that hold it.

    UTF-8, UTF-16 and JSON's escapes are looked for.
    """
    found: dict[str, list[str]] = {}
    for folder in folders:
        for file in (Path(top, name) for top, _, names in os.walk(folder) for name in names):
            try:
                if not file.is_file() or file.is_symlink() or file.stat().st_mtime < since:
                    continue
                content = file.read_bytes()
            except OSError:
                continue  # gone meanwhile, or not ours
            for mark in marks:
                escaped = mark.encode("ascii", "backslashreplace")
                if any(form in content for form in (mark.encode(), mark.encode("utf-16-le"), escaped)):
                    found.setdefault(mark, []).append(str(file))
    return found
