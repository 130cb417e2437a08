"""Reading the text layer of a PDF with pypdf: lines with their sizes, put together to headings and paragraphs."""

from __future__ import annotations

import io
import logging
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import KnowledgeError
from models.knowledge.importing.found import Block, Place
from models.knowledge.importing.plain_text import clean
from models.knowledge.importing.vocabulary import NUMBERING, has_han, line_label

MAX_PAGES = 400
_PAGE_NUMBER = re.compile(
    r"^[-–—\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-–—\s]*$"
)
_BETWEEN_HAN = re.compile(r"(?<=[㐀-鿿，。；：、（）]) +(?=[㐀-鿿，。；：、（）])")
_LARGER = 1.12
"""A line this much larger than the body is a heading."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    page: int


def read(raw: bytes, name: str) -> list[Block]:
    """The blocks of all pages; a block's place is its page and the last heading above it."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise KnowledgeError("unreadable", "it has a password; save it without one")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise KnowledgeError("unreadable", f"it has {count} pages, more than {MAX_PAGES}; split it")
    pages = [_lines(page, number) for number, page in enumerate(reader.pages, 1)]
    lines = list(_without_margins(pages))
    if not lines:
        raise KnowledgeError(
            "unreadable",
            "it has no text layer (a scan?); run text recognition (OCR) over it, or use its source file",
        )
    return list(_blocks(lines, name))


def _lines(page: Any, number: int) -> list[_Line]:
    text: list[str] = []
    sizes: Counter[float] = Counter()
    found: list[_Line] = []

    def end() -> None:
        line = _BETWEEN_HAN.sub("", " ".join(clean("".join(text)).split()))
        if line:
            found.append(_Line(line, sizes.most_common(1)[0][0] if sizes else 0.0, number))
        text.clear()
        sizes.clear()

    def visit(
        chunk: str, matrix: Sequence[float], text_matrix: Sequence[float], _font: Any, size: float
    ) -> None:
        scale = math.hypot(text_matrix[2], text_matrix[3]) * math.hypot(matrix[2], matrix[3])
        shown = round(abs(float(size or 0) * scale), 1)
        for place, part in enumerate(chunk.split("\n")):
            if place:
                end()
            text.append(part)
            sizes[shown] += len(part.strip())

    page.extract_text(visitor_text=visit)
    end()
    return found


def _without_margins(pages: Sequence[Sequence[_Line]]) -> Iterator[_Line]:
    """The lines without page numbers and without what stands at the top or bottom of most pages."""
    ends = Counter(line.text for page in pages for line in {*page[:2], *page[-2:]})
    repeated = {text for text, times in ends.items() if times >= 3 and times * 2 > len(pages)}
    for page in pages:
        for place, line in enumerate(page):
            edge = place < 2 or place >= len(page) - 2
            if edge and (line.text in repeated or _PAGE_NUMBER.match(line.text)):
                continue
            yield line


def _blocks(lines: Sequence[_Line], name: str) -> Iterator[Block]:
    weight: Counter[float] = Counter()
    for line in lines:
        weight[line.size] += len(line.text)
    body = weight.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if body and line.size >= body * _LARGER}, reverse=True)
    full = max((_width(line.text) for line in lines if line.size not in larger), default=0)
    heading = ""
    waiting: list[_Line] = []

    def paragraph() -> Iterator[Block]:
        if waiting:
            text = waiting[0].text
            for line in waiting[1:]:
                text += (
                    line.text
                    if has_han(text[-1]) or has_han(line.text[0]) or text[-1] in "，。；：、）"
                    else f" {line.text}"
                )
            yield Block("text", text, _place(name, waiting[0].page, heading))
            waiting.clear()

    for line in lines:
        if line.size in larger and _width(line.text) <= 80:
            yield from paragraph()
            heading = line.text
            yield Block("heading", line.text, _place(name, line.page, heading), larger.index(line.size) + 1)
            continue
        if waiting and not _goes_on(waiting[-1].text, line.text, full):
            yield from paragraph()
        waiting.append(line)
    yield from paragraph()


def _goes_on(before: str, line: str, full: int) -> bool:
    """Whether a line is the rest of the one before: that one reached the margin, and this one begins nothing."""
    if NUMBERING.match(line) or line_label(re.split(r"[：:]", line)[0]) or line_label(before.rstrip("：:")):
        return False
    return _width(before) >= 0.88 * full and before[-1] not in "。；;！？!?："


def _width(text: str) -> int:
    return sum(2 if has_han(character) or character in "，。；：、（）《》“”" else 1 for character in text)


def _place(name: str, page: int, heading: str) -> Place:
    return Place(name, f"page {page}, heading “{heading[:40]}”" if heading else f"page {page}")
