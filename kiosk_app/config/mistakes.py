"""What is wrong in the file, in its own terms: line, key, what it must be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from kiosk_app.config.whole import KioskConfig

_SECTION = "model_type"
_WANTED = {
    "camera.source": "a device number, or in quotation marks a device path, pi, pi:1, jetson, jetson:1 or a video file",
    "recognition.model": "auto, official, embedded or the path of a model folder, in quotation marks",
}
"""Keys that may hold several kinds of value."""
_KINDS = {
    "path_type": "a path in quotation marks",
    "string_type": "text in quotation marks",
    "int_type": "a whole number",
    "bool_type": "true or false",
}
"""What pydantic names in the terms of Python, in the terms of the file."""


def described(text: str, problem: Mapping[str, Any]) -> tuple[int, str]:
    """The line of a problem, and what is wrong there."""
    unknown = problem["type"] == "extra_forbidden"
    location = tuple(str(part) for part in problem["loc"])
    if not unknown:
        location = _as_written(location)
    key = ".".join(location)
    line = _line_of(text, location)
    if unknown:
        near = difflib.get_close_matches(location[-1], _keys_at(location[:-1]), n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(_keys_at(location[:-1]))}"
        return line, f"{key}: unknown key; {advice}"
    if problem["type"] == _SECTION:
        return line, f"{key}: is a section; write [{key}] and its keys below"
    wanted = _WANTED.get(key) or _KINDS.get(problem["type"])
    must = (
        f"must be {wanted}"
        if wanted
        else problem["msg"].replace("Input should be", "must be").replace("Value error, ", "")
    )
    return line, f"{key}: {must}, but it is {problem['input']!r}"


def _as_written(location: Sequence[str]) -> tuple[str, ...]:
    """The key as it stands in the file, without the alternatives that pydantic tried for its value."""
    known = 0
    while known < len(location) and location[known] in _keys_at(location[:known]):
        known += 1
    return tuple(location[:known])


def _keys_at(location: Sequence[str]) -> list[str]:
    model: type[BaseModel] = KioskConfig
    for part in location:
        field = model.model_fields.get(part)
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return sorted(model.model_fields)


def _line_of(text: str, location: Sequence[str]) -> int:
    """The line of a key, by its section's header; the header's line, or 1, when it cannot be found."""
    section, key = (location[0], location[1]) if len(location) > 1 else ("", location[0])
    current, header = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[([^\]]+)\]", line):
            current = found[1].strip()
            if current in (section, key):
                header = number
        elif current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header
