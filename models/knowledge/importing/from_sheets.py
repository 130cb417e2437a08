"""From tables to matters: a row for each matter, or labels beside their values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.facets import TOLD_FACETS
from models.knowledge.importing.found import Found, Label, Piece, Place, Reading, Sheet
from models.knowledge.importing.listing import join
from models.knowledge.importing.vocabulary import (
    bare_language,
    column_label,
    has_han,
    line_label,
    plain,
    unit,
)

_HEADING_ROWS = 15
_NAMES = ("title", "id")
_ONLY_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:\s*[-–~至]\s*\d+(?:[.,]\d+)?)?")

Columns = dict[int, tuple[Label, str]]
"""By column: what it stands for and its heading."""


def read_sheets(sheets: Sequence[Sheet]) -> Reading:
    """The matters of a workbook. A sheet in which nothing is recognised is named in the remarks."""
    reading = Reading()
    for sheet in sheets:
        found = read_sheet(sheet)
        if found is None:
            told = f"{sheet.place.file}, sheet {sheet.name}" if sheet.name else sheet.place.file
            reading.remarks.append(
                f"{told}: no row of headings was found in it; the first row has to name the columns, such as "
                "事项, 常见问题, 材料, 费用 (or: matter, questions, materials, fee)"
            )
            continue
        if not found.matters and not found.remarks:
            reading.remarks.append(f"{sheet.place}: there are headings, and no matters below them")
        reading.matters += found.matters
        reading.remarks += found.remarks
    return reading


def read_sheet(sheet: Sheet) -> Reading | None:
    """The matters of one table, or None when it is no table of matters."""
    if not sheet.rows:
        return None
    first = {label.field for row in sheet.rows if (label := line_label(row[0]))} - {"skip", "other"}
    heading = _heading_row(sheet) if len(first) < 2 else None  # several labels in the first column: pairs
    return _rows(sheet, *heading) if heading else _pairs(sheet)


def _heading_row(sheet: Sheet) -> tuple[Columns, int] | None:
    """The columns, and the row after the headings."""
    best: tuple[int, int, Columns] | None = None
    for place, row in enumerate(sheet.rows[:_HEADING_ROWS]):
        columns = _columns(row)
        fields = {label.field for label, _ in columns.values()} - {"skip", "other"}
        filled = len({cell for cell in row if cell})
        if (
            len(fields) >= 2
            and fields & {*_NAMES}
            and (len(fields) > 2 or len(columns) * 2 >= filled)
            and (not best or len(fields) > best[0])
        ):
            best = (len(fields), place, columns)
    if best is None:
        return None
    _, place, columns = best
    after = place + 1
    if after < len(sheet.rows):
        below = _second_row(sheet.rows[place], sheet.rows[after])
        if below is not None:
            return below, after + 1
    return columns, after


def _columns(row: Sequence[str]) -> Columns:
    found = {place: (label, cell) for place, cell in enumerate(row) if cell and (label := column_label(cell))}
    exact = {label.field for label, cell in found.values() if line_label(cell) or label.exact}
    # A guess from a part of a heading gives way to a heading that says the same plainly.
    return {
        place: (label, cell)
        for place, (label, cell) in found.items()
        if label.exact or line_label(cell) or label.field not in exact or label.lang
    }


def _second_row(above: Sequence[str], below: Sequence[str]) -> Columns | None:
    """The columns of headings over two rows (merged cells), or None when the second row is content."""
    columns: Columns = {}
    more = False
    for place, (upper, lower) in enumerate(zip(above, below, strict=True)):
        label = column_label(upper) if upper else None
        if not lower or lower == upper:
            if label:
                columns[place] = (label, upper)
            continue
        lang = bare_language(lower)
        if lang and label:
            columns[place] = (Label(label.field, lang), upper)
        elif inner := line_label(lower):
            columns[place] = (inner, lower)
        else:
            return None
        more = True
    return columns if more else None


def _rows(sheet: Sheet, columns: Columns, start: int) -> Reading:
    reading = Reading()
    exact = any(label.exact for label, _ in columns.values())
    titles = [place for place, (label, _) in columns.items() if label.field in _NAMES]
    titles.sort(key=lambda place: (columns[place][0].field != ("id" if exact else "title"), place))
    current: Found | None = None
    name = ""
    for number in range(start, len(sheet.rows)):
        row, place = sheet.rows[number], sheet.spot(number)
        if len({cell for cell in row if cell}) == 1 and sum(bool(cell) for cell in row) >= 3:
            current, name = None, ""  # a merged row that divides the table
            continue
        if all(row[column] == heading for column, (_, heading) in columns.items()):
            continue  # the headings once more, as on every printed page
        told = next((row[column] for column in titles if row[column]), "")
        if told and (current is None or told != name):
            current, name = Found(told, place, exact=exact), told
            reading.matters.append(current)
        if current is None:
            reading.remarks.append(f"{place}: passed over, for it names no matter: {join(row, ' ')[:60]}")
            continue
        _take_row(current, row, columns, place, sheet)
    return reading


def _take_row(current: Found, row: Sequence[str], columns: Columns, place: Place, sheet: Sheet) -> None:
    for column, cell in enumerate(row):
        label, heading = columns.get(column, (None, ""))
        if not cell:
            if label is not None and label.exact:
                current.values.setdefault(label, [])  # emptied on purpose
            continue
        if label is not None:
            current.add(label, _with_unit(cell, heading), heading, place)
        else:
            heading = next((above[column] for above in sheet.rows[:_HEADING_ROWS] if above[column]), "")
            current.keep(cell, heading if heading != cell else "", place)


def _with_unit(cell: str, heading: str) -> str:
    """A bare number gets the unit that its column names: 20 under "费用（元）" is 20元."""
    named = unit(heading)
    if not named or len(named) > 8 or not _ONLY_NUMBER.fullmatch(cell):
        return cell
    return f"{cell}{named}" if has_han(named) else f"{cell} {named}"


def _pairs(sheet: Sheet) -> Reading | None:
    """Labels with their values to the right: one matter, or one after each name."""
    places = _label_columns(sheet)
    if not places:
        return None
    reading = Reading()
    current = Found("", sheet.spot(0))
    for number, row in enumerate(sheet.rows):
        place = sheet.spot(number)
        for column, text, values in _cells_of(row, places):
            label = line_label(text) or column_label(text) or Label("other")
            if label.field == "title" and current.told() and any(True for _ in current.pieces("title")):
                current = Found("", place)
            if label.field == "title" and not current.title and values:
                current.title, current.place = values[0], place
            if not reading.matters or reading.matters[-1] is not current:
                reading.matters.append(current)
            current.add(label, "\n".join(values), text if column >= 0 else "", place)
    for matter in reading.matters:
        if not matter.title and (has_han(sheet.name) or " " in sheet.name):
            matter.title = sheet.name
    return reading


def _label_columns(sheet: Sheet) -> set[int]:
    """The columns in which labels stand, the first of them with at least two different facets."""
    width = len(sheet.rows[0])
    fields = [
        {label.field for row in sheet.rows if (label := line_label(row[column]))} for column in range(width)
    ]
    if not any(len(found & {*TOLD_FACETS}) >= 2 for found in fields):
        return set()
    return {
        column
        for column, found in enumerate(fields)
        if found & {*TOLD_FACETS, "title"} and (column == 0 or len(found) >= 2)
    } | ({0} if fields[0] else set())


def _cells_of(row: Sequence[str], places: set[int]) -> list[tuple[int, str, list[str]]]:
    """The labels of a row with the different cells between each and the next."""
    found: list[tuple[int, str, list[str]]] = []
    for column, cell in enumerate(row):
        if not cell:
            continue
        if (column in places and len(plain(cell)) <= 16) and (not found or cell != found[-1][1]):
            found.append((column, cell, []))
        elif found and cell != found[-1][1] and cell not in found[-1][2]:
            found[-1][2].append(cell)
        elif not found:
            found.append((-1, "", [cell]))
    return [item for item in found if item[2]]


def as_lines(sheet: Sheet) -> list[str]:
    """A table inside a section, such as a list of materials, as one line for each row."""
    heading = sheet.rows[0]
    known = len(sheet.rows) > 1 and len({cell for cell in heading if cell}) >= 2
    labels = heading if known and any(line_label(cell) for cell in heading) else [""] * len(heading)
    lines = []
    for row in sheet.rows[1:] if labels is heading else sheet.rows:
        main, more = "", []
        for cell, label in zip(row, labels, strict=True):
            said = line_label(label) if label else None
            if not cell or (said and said.field == "skip") or (cell.isdigit() and not main and not label):
                continue
            if not main:
                main = join(cell.split("\n"), "；")
            elif cell != main:
                more.append(
                    f"{label}：{join(cell.split(chr(10)), '；')}" if label else join(cell.split("\n"), "；")
                )
        if main:
            lines.append(f"{main}（{'，'.join(more)}）" if more else main)
    return lines


def pieces_of(sheet: Sheet, heading: str) -> list[Piece]:
    """The same as pieces with their places."""
    return [Piece(line, heading, sheet.place) for line in as_lines(sheet)]
