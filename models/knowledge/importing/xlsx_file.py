"""Reading XLSX with openpyxl: every visible sheet, merged cells filled, numbers and dates as people see them."""

from __future__ import annotations

import datetime
import io
import warnings
from typing import Any

from models.errors import KnowledgeError
from models.knowledge.importing.csv_file import MAX_COLUMNS, MAX_ROWS
from models.knowledge.importing.found import Place, Sheet
from models.knowledge.importing.plain_text import clean
from models.knowledge.importing.vocabulary import KEYED

MAX_MERGED_CELLS = 200_000


def read(raw: bytes, name: str) -> list[Sheet]:
    """The sheets in order; empty and hidden ones are left out."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about drawings and styles that openpyxl does not keep
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows, numbers = _rows(sheet)
            if rows:
                sheets.append(Sheet(sheet.title, rows, numbers, Place(name, f"sheet {clean(sheet.title)}")))
    return sheets


def _rows(sheet: Any) -> tuple[list[list[str]], list[int]]:
    width = min(sheet.max_column, MAX_COLUMNS)
    if sheet.max_row > MAX_ROWS:
        beyond = sheet.iter_rows(
            min_row=MAX_ROWS + 1, max_row=MAX_ROWS + 1000, max_col=width, values_only=True
        )
        if any(value is not None for row in beyond for value in row):
            raise KnowledgeError(
                "unreadable", f"the sheet {sheet.title} has more than {MAX_ROWS} rows; split it"
            )
    cells = list(sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=width))
    exact = any(isinstance(cell.value, str) and KEYED.search(cell.value) for row in cells[:1] for cell in row)
    grid = [[_text(cell, exact) for cell in row] for row in cells]
    _fill_merged(sheet, grid, width)
    kept = [(number, row) for number, row in enumerate(grid, 1) if any(row)]
    return [row for _, row in kept], [number for number, _ in kept]


def _fill_merged(sheet: Any, grid: list[list[str]], width: int) -> None:
    """Every cell of a merged range holds what its first cell holds."""
    left = MAX_MERGED_CELLS
    for area in sheet.merged_cells.ranges:
        rows = range(area.min_row - 1, min(area.max_row, len(grid)))
        columns = range(area.min_col - 1, min(area.max_col, width))
        left -= len(rows) * len(columns)
        if not rows or not columns or left < 0:
            continue
        value = grid[rows[0]][columns[0]]
        for row in rows:
            for column in columns:
                grid[row][column] = value


def _text(cell: Any, exact: bool) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
        )
    if isinstance(value, float):
        if isinstance(cell.number_format, str) and cell.number_format.endswith("%"):
            return f"{value * 100:.10g}%"
        return f"{value:.15g}"
    return str(value).replace("\r", "") if exact else clean(str(value))
