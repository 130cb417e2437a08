"""Reading plain text and Markdown: a line is a paragraph, `#` a heading."""

from __future__ import annotations

import re

from models.errors import KnowledgeError
from models.knowledge.importing.found import Block, Place
from models.knowledge.importing.plain_text import clean, decode

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")


def read(raw: bytes, name: str) -> list[Block]:
    """One block a line that is not empty."""
    text = decode(raw)
    if text is None:
        raise KnowledgeError("unreadable", "it is neither UTF-8 nor GB18030 text; save it as UTF-8")
    blocks = []
    for number, line in enumerate(clean(text).split("\n"), 1):
        place = Place(name, f"line {number}")
        heading = _HEADING.match(line)
        if heading:
            blocks.append(Block("heading", heading.group(2).strip("# "), place, len(heading.group(1))))
        elif line.strip():
            blocks.append(Block("text", line.strip(), place))
    return blocks
