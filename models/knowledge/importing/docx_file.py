"""Reading DOCX with python-docx: headings, paragraphs, list items and tables in reading order."""

from __future__ import annotations

import io
import re
from typing import Any

from models.knowledge.importing.found import Block, Kind, Place, Sheet
from models.knowledge.importing.plain_text import clean

MAX_CELLS = 100_000
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read(raw: bytes, name: str) -> list[Block]:
    """The blocks of the body; a block's place names the last heading above it."""
    import docx
    from docx.table import Table

    document = docx.Document(io.BytesIO(raw))
    blocks: list[Block] = []
    heading = ""
    cells = 0
    for item in document.iter_inner_content():
        place = Place(name, heading)
        if isinstance(item, Table):
            sheet, size = _table(item, place)
            cells += size
            if sheet.rows and cells <= MAX_CELLS:
                blocks.append(Block("table", "", place, sheet=sheet))
            continue
        text = clean(item.text)
        if not text.strip():
            continue
        kind, level = _kind(item)
        if kind == "heading":
            heading = f"heading “{text.splitlines()[0][:40]}”"
            place = Place(name, heading)
        blocks.append(Block(kind, text, place, level))
    return blocks


def _kind(paragraph: Any) -> tuple[Kind, int]:
    from docx.oxml.ns import qn

    style = paragraph.style
    for _ in range(10):  # a style may be based on a heading style
        if style is None:
            break
        found = _HEADING.match(style.name or "")
        if found:
            return "heading", int(found.group(1)) or 1
        if style.name in ("Title", "标题"):
            return "heading", 1
        style = style.base_style
    properties = paragraph._p.pPr  # python-docx has no other way to the outline level
    outline = None if properties is None else properties.find(qn("w:outlineLvl"))
    level = str(outline.get(qn("w:val"), "")) if outline is not None else ""
    if level in "012345678" and level:
        return "heading", int(level) + 1
    if properties is not None and properties.numPr is not None:
        return "item", 0
    return (
        ("item", 0) if (paragraph.style and (paragraph.style.name or "").startswith("List")) else ("text", 0)
    )


def _table(table: Any, place: Place) -> tuple[Sheet, int]:
    """A table as a sheet: python-docx gives every cell of a merged range the same text."""
    rows, numbers, size = [], [], 0
    for number, row in enumerate(table.rows, 1):
        cells = [clean(cell.text) for cell in row.cells]
        size += len(cells)
        if size > MAX_CELLS:
            break
        if any(cells):
            rows.append(cells)
            numbers.append(number)
    width = max((len(row) for row in rows), default=0)
    spot = f"{place.spot}, table" if place.spot else "table"
    return Sheet(
        "", [row + [""] * (width - len(row)) for row in rows], numbers, Place(place.file, spot)
    ), size
