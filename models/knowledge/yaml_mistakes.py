"""What a YAML parser's complaint means to a person who edits text: the usual slips, each with its own line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from models.knowledge.problems import Problem

_KEY = r"\s*(?:- )?[A-Za-z_]+"
_SLIPS = (
    (re.compile(r"[ ]*\t"), "the line is indented with a tab: use spaces"),
    (re.compile(rf"{_KEY}\s*："), "the colon after the key is a Chinese one (：): type `:` and a space"),
    (re.compile(rf"{_KEY}:[^\s:/]"), "there is no space after the colon of the key: type `: `"),
    (re.compile(r"\s*-[^\s\-0-9]"), "there is no space after the dash: type `- `"),
    (
        re.compile(rf"(?:{_KEY}: +|\s*- +)[%@`*&!|>]"),
        'a text that begins with one of % @ ` * & ! | > has to stand in quotes, "…"',
    ),
    (
        re.compile(rf"(?:{_KEY}: +|\s*- +(?!{_KEY}: ))[^\s\"'\[{{#].*?: "),
        'the text itself holds a colon and a space: put the whole text in quotes, "…"',
    ),
    (
        re.compile(rf"(?:{_KEY}: +|\s*- +)(\"[^\"]*\"|'[^']*'|\[[^\]]*\])\s*[^\s#,]"),
        'something stands behind the closing quote or bracket: put the whole text in quotes, "…"',
    ),
)


def explain_yaml(file: str, text: str, error: Any) -> Problem:
    """The problem that a parser's error stands for."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = text.split("\n")
    if mark is None:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        return Problem(file, line, "a character that YAML does not allow (a control character): delete it")
    line = min(mark.line + 1, len(lines))
    context = getattr(error, "context_mark", None)
    unclosed = "quoted scalar" in str(getattr(error, "context", "")) and "unexpected" in str(
        getattr(error, "problem", "")
    )
    if unclosed and context is not None:
        return Problem(
            file, context.line + 1, "the quote that opens here is never closed: close it, or delete it"
        )
    slip = _slip(lines, line)
    if slip is not None:
        return Problem(file, *slip)
    reason = getattr(error, "problem", None) or "not valid YAML"
    return Problem(
        file,
        line,
        f"not valid YAML ({reason}): check the indentation, brackets and quotes here and just above",
    )


def _slip(lines: Sequence[str], line: int) -> tuple[int, str] | None:
    """The first usual slip in the line of the error or the two above it, where the parser is still misled."""
    for number in range(line, max(line - 3, 0), -1):
        for pattern, message in _SLIPS:
            if pattern.match(lines[number - 1]):
                return number, message
    if line > 1:
        above = next((text for text in reversed(lines[: line - 1]) if text.strip()), "")
        if (
            abs(_indent(lines[line - 1]) - _indent(above)) > 0
            and (_indent(lines[line - 1]) - _indent(above)) % 2
        ):
            return (
                line,
                "the line is indented by one space too many or too few: line it up with its neighbours",
            )
    return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
