"""Splitting the text of a cell or a section into the items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.knowledge.importing.vocabulary import NUMBERING, has_han, words

_INLINE = re.compile(
    r"(?<![\w.(（])(?=\d{1,2}[、．.)）](?!\d)\s*\S)|(?<=[；;。])\s*(?=\d{1,2}[、．.)）](?!\d))"
    r"|(?=[(（]\d{1,2}[)）]\s*\S)|(?=[①-⑳]\s*\S)"
)
"""Before a number that begins an item in the middle of a line."""
_END = "；;，,。 \t"
_QUESTION_END = re.compile(r"(?<=[？?；;])\s*(?=\S)")


def items(text: str) -> list[str]:
    """The items of a list: numbered or bulleted lines, plain lines, or parts between semicolons.

    A line without a number that follows a numbered one goes on with it.
    """
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if len(lines) == 1:
        lines = _inline(lines[0])
    numbered = [bool(NUMBERING.match(line)) for line in lines]
    found: list[str] = []
    for line, starts in zip(lines, numbered, strict=True):
        item = NUMBERING.sub("", line, count=1).strip() if starts else line
        if not starts and found and any(numbered[: len(found)]) and numbered[0]:
            found[-1] = join((found[-1].rstrip(_END) if item[0] in "（(" else found[-1], item))
        elif item:
            found.append(item)
    cleaned = (item.strip().rstrip(_END).strip() for item in found)
    return list(dict.fromkeys(item for item in cleaned if item))


def _inline(line: str) -> list[str]:
    parts = [part.strip() for part in _INLINE.split(line) if part and part.strip()]
    if len(parts) > 1 and sum(bool(NUMBERING.match(part)) for part in parts) > 1:
        return parts
    parts = [part.strip() for part in re.split(r"[；;]", line) if part.strip()]
    return parts or [line]


def questions(text: str) -> list[str]:
    """The questions in a cell or a section: one a line, or several that end with a question mark."""
    found: list[str] = []
    for line in text.replace("\r", "\n").split("\n"):
        for part in _inline(line) if line.strip() else ():
            found.extend(piece.strip() for piece in _QUESTION_END.split(part))
    cleaned = (NUMBERING.sub("", item, count=1).strip().strip("；;") for item in found)
    return list(dict.fromkeys(item for item in cleaned if item))


def join(lines: Iterable[str], between: str | None = None) -> str:
    """Lines as one text: without a space between Chinese, or with `between` where a sentence has not ended."""
    text = ""
    for line in (line.strip() for line in lines):
        if not text or not line:
            text += line
        elif between and text[-1] not in "。；;，,：:、.!！?？":
            text += between + line
        else:
            text += (
                line if has_han(text[-1]) or has_han(line[0]) or text[-1] in "。；，：、！？" else f" {line}"
            )
    return text


def question_and_answer(line: str) -> tuple[str, str] | None:
    """("question" or "reply", the rest) of a line such as "问：…" or "A: …"."""
    for kind in ("question", "reply"):
        for word in words(kind):
            found = re.match(rf"\s*{re.escape(word)}\s*\d*\s*[：:．.、]\s*(?=\S)", line, re.IGNORECASE)
            if found:
                return kind, line[found.end() :].strip()
    return None
