"""From spreadsheets and documents to drafts of matters, which a person checks and approves.

Nothing is made up: what a file does not say is named as a gap, what fits nowhere is kept for the person to place.
Drafts lie in `drafts/` of a pack, where nothing that builds or loads packs looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import KnowledgeError
from models.knowledge.document import read_document
from models.knowledge.importing.draft_files import draft_path, write_draft
from models.knowledge.importing.drafts import Draft, make_drafts
from models.knowledge.importing.found import Block, Found, Sheet
from models.knowledge.importing.from_blocks import read_blocks
from models.knowledge.importing.from_sheets import read_sheets
from models.knowledge.importing.readers import read_any
from models.knowledge.importing.workbook import write_workbook
from models.knowledge.problems import Problem
from models.knowledge.schema import LANGUAGES
from models.knowledge.source import DRAFTS, pack_files

__all__ = ["DRAFTS", "ImportReport", "Imported", "export_pack", "import_files"]


@dataclass(frozen=True, slots=True)
class Imported:
    """One draft: its file, and the draft itself. `kept` when a draft of that id was there and was left alone."""

    path: Path
    draft: Draft
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import made, what it found unchanged (ids), what it passed over, and which files it could not read."""

    drafts: tuple[Imported, ...]
    unchanged: tuple[str, ...]
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...]


def import_files(
    files: Sequence[Path],
    out: Path,
    force: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> ImportReport:
    """Import files as drafts into `out`/drafts.

    Matters that the pack in `out` has are taken as the base of their draft. A draft that is there already is left
    alone unless `force`: somebody may be working on it. A file that cannot be read is one of the problems, the others
    are imported. Raises KnowledgeError: `invalid` (the pack in `out`), `packages_missing`, `cannot_write`.
    """
    tell = progress or (lambda _what, _share: None)
    founds: list[Found] = []
    remarks: list[str] = []
    problems: list[Problem] = []
    existing = _existing(out)
    for number, path in enumerate(files):
        tell(path.name, number / len(files))
        try:
            parsed = read_any(path)
        except KnowledgeError as error:
            if error.code == "packages_missing":
                raise
            problems.append(Problem(str(path), 1, error.message))
            continue
        sheets = [item for item in parsed if isinstance(item, Sheet)]
        blocks = [item for item in parsed if isinstance(item, Block)]
        reading = read_sheets(sheets) if sheets else read_blocks(blocks, path.name)
        founds += reading.matters
        remarks += reading.remarks
    drafts, unchanged = make_drafts(founds, _languages(out), existing)
    written = []
    for draft in drafts:
        path = draft_path(out, draft.id)
        kept = path.exists() and not force
        if not kept:
            write_draft(path, draft)
        written.append(Imported(path, draft, kept))
    tell("done", 1.0)
    return ImportReport(tuple(written), tuple(unchanged), tuple(remarks), tuple(problems))


def export_pack(folder: Path, out: Path) -> int:
    """Write the matters of a pack folder to a workbook; returns how many. Raises KnowledgeError."""
    matters = _existing(folder)
    write_workbook([matters[id_] for id_ in sorted(matters)], out)
    return len(matters)


def _languages(out: Path) -> Sequence[str]:
    """The languages of the pack in this folder; all of them when there is none yet."""
    if not (out / "pack.yaml").is_file():
        return LANGUAGES
    value = read_document(out / "pack.yaml").value
    told = value.get("languages") if isinstance(value, dict) else None
    return [lang for lang in LANGUAGES if lang in told] or LANGUAGES if isinstance(told, list) else LANGUAGES


def _existing(out: Path) -> dict[str, dict[str, Any]]:
    """The matter files of the pack in this folder, by id. One that cannot be read stops the import."""
    found: dict[str, dict[str, Any]] = {}
    for path in pack_files(out):
        if path.parent == out:
            continue
        document = read_document(path)
        if document.problems:
            raise KnowledgeError("invalid", f"{document.problems[0]}", document.problems)
        if isinstance(document.value, dict) and isinstance(document.value.get("id"), str):
            found[document.value["id"]] = _stripped(document.value)
    return found


def _stripped(value: Any) -> Any:
    """The value as the schema takes it: without spaces around its texts."""
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value.strip() if isinstance(value, str) else value
