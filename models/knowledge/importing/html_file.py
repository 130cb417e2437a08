"""Reading HTML with lxml: headings, paragraphs, list items, definition lists and tables in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from models.errors import KnowledgeError
from models.knowledge.importing.found import Block, Place, Sheet
from models.knowledge.importing.plain_text import clean, decode

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_PASSED_OVER = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "head",
    "nav",
    "iframe",
    "object",
    "select",
    "button",
}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
MAX_CELLS = 100_000


def read(raw: bytes, name: str) -> list[Block]:
    """The blocks of the page; a block's place names the last heading above it."""
    from lxml import html

    declared = _CHARSET.search(raw[:4096])
    text = decode(raw, declared.group(1).decode("ascii", "ignore") if declared else None)
    if text is None:
        raise KnowledgeError(
            "unreadable", "its encoding is none of UTF-8, UTF-16 and GB18030; save it as UTF-8"
        )
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", "")).strip()
    if not text:
        return []
    return _Walk(name).blocks(html.document_fromstring(text))


class _Walk:
    """One walk through a page, with its own stack: pages nest as deeply as they like."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._heading = ""
        self._cells = 0

    def blocks(self, root: Any) -> list[Block]:
        stack: list[tuple[str, Any]] = [("open", root)]
        inside: list[str] = []
        while stack:
            what, node = stack.pop()
            if what == "tail":
                self._words.append(re.sub(r"\s+", " ", node))
            elif what == "close":
                self._flush(inside)
                inside.pop()
            elif isinstance(node.tag, str):
                self._open(node, stack, inside)
        self._flush(["body"])
        return self._blocks

    def _open(self, node: Any, stack: list[tuple[str, Any]], inside: list[str]) -> None:
        tag = node.tag.lower()
        if tag in _PASSED_OVER:
            return
        if tag == "br":
            self._words.append("\n")
            return
        if tag == "table" and not any(True for _ in node.iterdescendants("table")):
            self._flush(inside)
            self._table(node)
            return
        if tag in _BLOCKS:
            self._flush(inside)
            inside.append(tag)
            stack.append(("close", node))
        children: list[tuple[str, Any]] = [("tail", node.text or "")]
        for child in node:
            children += [("open", child), ("tail", child.tail or "")]
        stack.extend(reversed(children))

    def _flush(self, inside: list[str]) -> None:
        """What was said since the last block began becomes a block of the innermost element."""
        text = clean("".join(self._words))
        self._words.clear()
        if not text.strip():
            return
        tag = inside[-1] if inside else "body"
        if re.fullmatch(r"h[1-6]", tag):
            text = " ".join(text.split())
            self._heading = f"heading “{text[:40]}”"
            self._blocks.append(Block("heading", text, self._place(), int(tag[1])))
        elif tag == "dt":
            self._blocks.append(Block("heading", " ".join(text.split()), self._place(), 6))
        else:
            self._blocks.append(Block("item" if "li" in inside[-2:] else "text", text, self._place()))

    def _place(self) -> Place:
        return Place(self._name, self._heading)

    def _table(self, node: Any) -> None:
        rows = list(_grid(node))
        self._cells += sum(len(row) for row in rows)
        if not rows or self._cells > MAX_CELLS:
            return
        place = self._place()
        width = max(len(row) for row in rows)
        numbered = [
            (number, row + [""] * (width - len(row))) for number, row in enumerate(rows, 1) if any(row)
        ]
        spot = f"{place.spot}, table" if place.spot else "table"
        sheet = Sheet(
            "", [row for _, row in numbered], [number for number, _ in numbered], Place(place.file, spot)
        )
        self._blocks.append(Block("table", "", place, sheet=sheet))


def _grid(table: Any) -> Iterator[list[str]]:
    """The rows of a table, the cells that span filled in."""
    waiting: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill(waiting, cells)
            text = clean(_cell_text(cell))
            for _ in range(_span(cell, "colspan")):
                waiting[len(cells)] = (_span(cell, "rowspan") - 1, text)
                cells.append(text)
        _fill(waiting, cells)
        yield cells


def _fill(waiting: dict[int, tuple[int, str]], cells: list[str]) -> None:
    while waiting.get(len(cells), (0, ""))[0] > 0:
        left, text = waiting[len(cells)]
        waiting[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), 100) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(cell: Any) -> str:
    pieces: list[str] = []
    for event, node in _events(cell):
        tag = node.tag.lower() if isinstance(node.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS or tag == "br":
                pieces.append("\n")
            if tag and tag not in _PASSED_OVER:
                pieces.append(re.sub(r"\s+", " ", node.text or ""))
        else:
            if tag in _BLOCKS:
                pieces.append("\n")
            if node is not cell:
                pieces.append(re.sub(r"\s+", " ", node.tail or ""))
    return re.sub(r"\s*\n\s*", "\n", "".join(pieces)).strip()


def _events(cell: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  a compiled module without stubs

    return iter(etree.iterwalk(cell, events=("start", "end", "comment")))
