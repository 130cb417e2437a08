"""From a document to matters: headings name matters, and inside each the sections that guides usually have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.facets import LIST_FACETS
from models.knowledge.catalogue import catalogue
from models.knowledge.importing.found import Block, Found, Label, Place, Reading, Sheet
from models.knowledge.importing.from_sheets import as_lines, read_sheet
from models.knowledge.importing.listing import join, question_and_answer
from models.knowledge.importing.vocabulary import (
    HAN_NUMBER,
    NUMBERING,
    column_label,
    line_label,
    plain,
    without_guide,
    words,
)

_NUMBER_LEVELS = (
    (re.compile(r"\s*第"), 20),
    (re.compile(rf"\s*[{HAN_NUMBER}]+\s*[、.．]"), 21),
    (re.compile(rf"\s*[(（]\s*[{HAN_NUMBER}]+"), 22),
    (re.compile(r"\s*\d{1,3}(?:\.\d{1,3})+"), 24),
    (re.compile(r"\s*\d"), 23),
)
_NO_NUMBER = 50
"""The level of a label that is neither a heading nor numbered."""
_BRACKETED = re.compile(r"\s*[【\[〖]([^】\]〗]{1,30})[】\]〗]\s*[：:]?\s*(.*)", re.DOTALL)
_COLON = re.compile(r"\s*([^：:\n]{1,40})[：:][ \t]*(.*)", re.DOTALL)
_SPACED = re.compile(r"\s*([㐀-鿿]{3,8})[ \t\n]+(\S.*)", re.DOTALL)
_MAX_TITLE = 40


@dataclass(slots=True)
class _Open:
    """The matter that is being read: its heading's level, that of its sections, and the open section."""

    found: Found
    level: int
    section_level: int | None = None
    section: Label | None = None
    heading: str = ""
    styles: set[int] = field(default_factory=set)
    """How the lines of the open section are numbered; empty before its first line."""

    def begin(self, label: Label | None, heading: str, level: int) -> None:
        self.section, self.heading = label, heading
        self.section_level = level if self.section_level is None else min(level, self.section_level)
        self.styles.clear()


def read_blocks(blocks: Sequence[Block], name: str) -> Reading:
    """The matters of a document. What belongs to none is named in the remarks."""
    return _Outline(blocks, name).read()


class _Outline:
    def __init__(self, blocks: Sequence[Block], name: str) -> None:
        self._blocks = blocks
        self._name = name
        self._reading = Reading()
        self._open: _Open | None = None
        self._titles = {plain(t) for e in catalogue().values() for t in (e.title_zh, e.title_en)}

    def read(self) -> Reading:
        for number, block in enumerate(self._blocks):
            if block.sheet is not None:
                self._table(block.sheet)
            elif not self._labelled(block) and not self._title(block, number):
                self._line(block)
        self._close()
        if not self._reading.matters:
            self._reading.remarks.append(
                f"{self._name}: no matter was recognised; headings such as 办理材料, 办理流程, 收费标准 "
                "(or: Materials, Steps, Fees) under the name of each matter are what is looked for"
            )
        return self._reading

    def _close(self) -> None:
        if self._open is None:
            return
        found, self._open = self._open.found, None
        if found.told():
            self._reading.matters.append(found)
        elif found.rest:
            text = join((piece.text for piece in found.rest), " ")
            self._reading.remarks.append(
                f"{found.place}: passed over “{found.title}”, no known section in it: {text:.60}"
            )

    def _start(self, title: str, level: int, place: Place) -> _Open:
        self._close()
        self._open = _Open(Found(without_guide(title), place), level)
        return self._open

    def _labelled(self, block: Block) -> bool:
        """A heading or a line that names a facet, with or without its value."""
        label, heading, value = _label_of(block)
        if label is None:
            return False
        level = block.level or _number_level(block.text) or _NO_NUMBER
        if label.field == "title":
            if not value:
                return False
            same = self._open is not None and not self._open.found.told()
            opened = self._open if same and self._open is not None else self._start(value, level, block.place)
            opened.found.title = without_guide(value)
            opened.found.add(label, without_guide(value), heading, block.place)
            opened.section, opened.section_level = None, None
            return True
        inside = self._open is not None and self._open.section is not None and level == _NO_NUMBER
        if inside and not value and label.field == "other" and block.kind == "item":
            return False  # "说明" as an item of a list is no section
        opened = self._open or self._start("", 0, block.place)
        opened.begin(label, heading, level)
        if value:
            opened.styles.add(_number_level(value))
            self._add(opened, value, block)
        return True

    def _title(self, block: Block, number: int) -> bool:
        """A heading, or what looks like one, that begins another matter; or a section of no known name."""
        level = block.level or _number_level(block.text) or 0
        opened = self._open
        if block.kind != "heading" and not self._looks_like_title(block, level, number):
            return False
        title = block.text.split("\n")[0].strip()
        if opened is not None and opened.section_level is not None and level >= opened.section_level:
            if level > opened.section_level and opened.section is not None:
                return False  # a heading inside a section is one of its lines
            if not self._next_repeats(number, opened) and plain(without_guide(title)) not in self._titles:
                opened.begin(Label("other"), title, level)
                return True
        self._start(title, level, block.place)
        return True

    def _looks_like_title(self, block: Block, level: int, number: int) -> bool:
        text = block.text
        if (
            "\n" in text
            or len(text) > _MAX_TITLE
            or text[-1] in "。；;，,？?！!：:"
            or not self._label_follows(number)
        ):
            return False
        if self._open is not None and self._open.section is not None and not self._open.styles:
            return False  # the first line of a section is its content
        if plain(without_guide(text)) in self._titles or plain(text).endswith(words("guide")):
            return True
        if self._open is None or not self._open.found.told():
            return True
        return (
            20 <= level <= 22 and level not in self._open.styles and level < (self._open.section_level or 0)
        )

    def _label_follows(self, number: int) -> bool:
        following = self._blocks[number + 1 : number + 3]
        return any(_label_of(block)[0] is not None or _is_pairs(block.sheet) for block in following)

    def _next_repeats(self, number: int, opened: _Open) -> bool:
        """Whether the next section is one that this matter already has: then another matter begins here."""
        for block in self._blocks[number + 1 : number + 8]:
            label = _label_of(block)[0]
            if label is not None and label.field != "other":
                return any(have.field == label.field for have in opened.found.values)
        return False

    def _line(self, block: Block) -> None:
        if self._open is None:
            self._start("", 0, block.place)
        opened = self._open
        if opened is not None:
            opened.styles.add(_number_level(block.text))
            self._add(opened, block.text, block)

    def _add(self, opened: _Open, text: str, block: Block) -> None:
        label = opened.section
        if not text.strip():
            return
        if label is None:
            opened.found.keep(text, "", block.place)
        elif label.field == "examples":
            _add_questions(opened, text, block, label)
        else:
            bullet = block.kind == "item" and label.field in LIST_FACETS and not NUMBERING.match(text)
            opened.found.add(label, f"• {text}" if bullet else text, opened.heading, block.place)

    def _table(self, sheet: Sheet) -> None:
        if not sheet.rows:  # a table that nobody has filled in
            return
        opened = self._open
        reading = read_sheet(sheet)
        if reading is not None and reading.matters:
            for matter in reading.matters:
                own = any(True for _ in matter.pieces("title"))
                if own or opened is None:
                    self._close()
                    self._reading.matters.append(matter)
                else:
                    _merge(opened.found, matter)
            self._reading.remarks += reading.remarks
            return
        opened = opened or self._start("", 0, sheet.place)
        label = (
            opened.section if opened.section and opened.section.field != "other" else _label_of_table(sheet)
        )
        for line in as_lines(sheet):
            if label is None:
                opened.found.keep(line, opened.heading, sheet.place)
            else:
                bullet = "• " if label.field in LIST_FACETS and not NUMBERING.match(line) else ""
                opened.found.add(label, f"{bullet}{line}", opened.heading, sheet.place)


def _add_questions(opened: _Open, text: str, block: Block, label: Label) -> None:
    """Questions become examples; the answers that stand below them are kept for the person."""
    for line in text.split("\n"):
        said = question_and_answer(NUMBERING.sub("", line, count=1))
        if said is not None and said[0] == "reply":
            opened.found.keep(said[1], opened.heading, block.place)
        elif said is not None or line.rstrip()[-1:] in ("?", "？") or len(line) <= 30:
            opened.found.add(label, said[1] if said else line, opened.heading, block.place)
        else:
            opened.found.keep(line, opened.heading, block.place)


def _label_of(block: Block) -> tuple[Label | None, str, str]:
    """What a block names, the heading as written and the value behind it."""
    text = block.text
    if block.kind == "table":
        return None, "", ""
    whole = line_label(text)
    if whole is not None and (block.kind == "heading" or whole.field != "title"):
        return whole, text.strip("：: \n"), ""
    if block.kind == "heading" and len(text) > 60:
        return None, "", ""
    for pattern in (_BRACKETED, _COLON, _SPACED):
        found = pattern.match(text)
        label = line_label(found.group(1)) if found else None
        if found and label and not (pattern is _SPACED and label.field in ("other", "skip", "examples")):
            return label, NUMBERING.sub("", found.group(1), count=1).strip(), found.group(2).strip()
    return None, "", ""


def _label_of_table(sheet: Sheet) -> Label | None:
    """The list that a table is by its headings, such as 材料名称."""
    labels = [label for cell in sheet.rows[0] if cell and (label := line_label(cell) or column_label(cell))]
    return next((label for label in labels if label.field in LIST_FACETS), None)


def _is_pairs(sheet: Sheet | None) -> bool:
    return sheet is not None and any(line_label(row[0]) for row in sheet.rows)


def _merge(found: Found, other: Found) -> None:
    for label, pieces in other.values.items():
        for piece in pieces:
            found.add(label, piece.text, piece.label, piece.place)
    for piece in other.rest:
        found.keep(piece.text, piece.label, piece.place)


def _number_level(text: str) -> int:
    if not NUMBERING.match(text):
        return 0
    return next((level for pattern, level in _NUMBER_LEVELS if pattern.match(text)), 25)
