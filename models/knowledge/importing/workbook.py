"""A pack's matters as a workbook that an office worker edits, and its cells read back to the letter.

A row is a matter, a column a key of the matter file; each heading ends with the key in square brackets, by which
the importer knows the column. A list has one item a line; a line break inside an item is written ↵. What has more
shape than that (slots) stands in its cell as YAML.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from models.errors import KnowledgeError
from models.facets import LIST_FACETS, TOLD_FACETS
from models.knowledge.document import Document, parse_document
from models.knowledge.explain import bare
from models.knowledge.importing.found import Found
from models.knowledge.importing.vocabulary import note, notes
from models.knowledge.pack_yaml import dump
from models.knowledge.schema import LANGUAGES, MatterFile

MAX_CELL = 32_767
"""Characters that a cell of an XLSX file can hold."""
_BREAK = "↵"
_LISTS = (*LIST_FACETS, "examples", "windows")


def columns() -> list[str]:
    """The keys of a matter file in order: `id`, `title.zh`, …, `facets.fee.en`, …, `slots`."""
    return list(_keys(MatterFile))


def _keys(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = f"{before}{field.alias or name}"
        annotation = bare(field.annotation)
        if typing.get_origin(annotation) is dict:
            yield from (f"{key}.{language}" for language in LANGUAGES)
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _keys(annotation, f"{key}.")
        else:
            yield key


def write_workbook(matters: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Write matter files (as plain data) to an XLSX file.

    Raises KnowledgeError: `packages_missing`, `too_large` (a cell cannot hold a text), `cannot_write`.
    """
    try:
        import openpyxl
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
    except ModuleNotFoundError as error:
        raise KnowledgeError(
            "packages_missing", f"writing a workbook takes {error.name}: pip install 'yingbin[train]'"
        ) from error
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "matters"
    keys = columns()
    rows = [[_heading(key) for key in keys], *([_cell(matter, key) for key in keys] for matter in matters)]
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            if text:
                cell.value = text
                cell.data_type = "s"  # a text that begins with = is no formula
            cell.number_format = "@"  # text: so that 3-5 stays 3-5 when somebody types it
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for place, key in enumerate(keys, 1):
        stem = key.removesuffix(".zh").removesuffix(".en").removeprefix("facets.")
        sheet.column_dimensions[get_column_letter(place)].width = (
            40 if stem in (*_LISTS, "answer", "slots") else 24
        )
    sheet.freeze_panes = "C2"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        book.save(out)
    except OSError as error:
        raise KnowledgeError(
            "cannot_write",
            f"{out} cannot be written ({error.strerror}): close it in Excel, or choose another place",
        ) from error


def _heading(key: str) -> str:
    stem, _, lang = key.rpartition(".")
    name = (stem if lang in LANGUAGES else key).removeprefix("facets.")
    zh, en = notes()[f"column.{name}"]
    language = f" {notes()[f'language.{lang}'][0]}" if lang in LANGUAGES else ""
    return f"{zh} {en}{language}\n[{key}]"


def _cell(matter: Mapping[str, Any], key: str) -> str:
    value: Any = matter
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if not value:
        return ""
    if isinstance(value, str):
        text = value.strip().replace("\n", _BREAK)
    elif all(isinstance(item, str) for item in value):
        text = "\n".join(item.strip().replace("\n", _BREAK) for item in value)
    else:
        text = dump(value).strip()
    if len(text) > MAX_CELL:
        raise KnowledgeError(
            "too_large", f"`{key}` of {matter.get('id')} has {len(text)} characters, a cell holds {MAX_CELL}"
        )
    return text


def take_exact(found: Found, data: dict[str, Any], broken: list[str]) -> None:
    """Fill matter data from the cells of an exported workbook; an empty cell is None: the value is taken away.

    What is wrong with cells that cannot be read goes into `broken`, and their values stay as they are.
    """
    for label, pieces in found.values.items():
        if label.field == "id" or not label.exact:
            continue
        text = pieces[0].text if pieces else ""
        *path, last = f"{label.field}.{label.lang}".split(".") if label.lang else label.field.split(".")
        holder = data
        for part in (["facets"] if label.field in TOLD_FACETS else []) + path:
            holder = holder.setdefault(part, {})
        try:
            holder[last] = _value(label.field, text)
        except ValueError as error:
            broken.append(f"{label.field}: {note('cell', text=error)}")


def _value(field: str, text: str) -> Any:
    if not text.strip():
        return None
    if field in _LISTS:
        return [line.strip().replace(_BREAK, "\n") for line in text.split("\n") if line.strip()]
    if field in ("slots",):
        document = Document("slots")
        parse_document(document, text)
        if document.problems or not isinstance(document.value, list):
            why = document.problems[0].message if document.problems else text[:60]
            raise ValueError(why)
        return document.value
    return text.strip().replace(_BREAK, "\n")
