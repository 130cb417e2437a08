"""Which reader a file needs, told by what is in it: the name's ending may lie."""

from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path

from models.errors import KnowledgeError
from models.knowledge.importing.found import Block, Sheet

MAX_FILE_BYTES = 30_000_000
MAX_UNPACKED_BYTES = 150_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Parsed = list[Sheet] | list[Block]


def read_any(path: Path) -> Parsed:
    """The sheets of a spreadsheet, or the blocks of a document.

    Raises KnowledgeError: `missing`, `unreadable` (with what to do), or `packages_missing`.
    """
    raw = _bytes(path)
    if raw.startswith(_OLD_OFFICE):
        raise _unreadable(
            path, "it is in the old Office format (.doc, .xls) or has a password", "save it as .docx or .xlsx"
        )
    kind = _kind(path, raw)
    module = importlib.import_module(f"models.knowledge.importing.{kind}_file")
    try:
        return module.read(raw, path.name)
    except ModuleNotFoundError as error:
        raise KnowledgeError(
            "packages_missing",
            f"reading {path.name} takes the package {error.name}: install them with pip install 'yingbin[train]'",
        ) from error
    except KnowledgeError as error:
        raise KnowledgeError(error.code, f"{path}: {error.message}") from error
    except RecursionError as error:
        raise _unreadable(
            path, "it is nested too deeply", "save it again with the program it comes from"
        ) from error
    except Exception as error:  # each library has its own errors for a forged file
        why = f"it is damaged or no real {kind} file ({type(error).__name__})"
        raise _unreadable(path, why, "open it in its program and save it again") from error


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise KnowledgeError("missing", f"there is no file {path}: check the name")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise _unreadable(
                path, f"it has {size} bytes, more than {MAX_FILE_BYTES}", "split it, or take out pictures"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise KnowledgeError(
            "missing", f"{path} cannot be read ({error.strerror}): check the name and the permissions"
        ) from error
    if not raw.strip():
        raise _unreadable(path, "it is empty", "save it again")
    return raw


def _kind(path: Path, raw: bytes) -> str:
    """pdf, xlsx, docx, html, csv or text."""
    suffix = path.suffix.lower()
    if raw.startswith(b"%PDF-") or b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw.startswith(b"PK"):
        return _office(path, raw)
    start = raw.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1].replace(b"\0", b"")
    if suffix in (".html", ".htm", ".xhtml", ".mht") or (start == b"<" and suffix != ".csv"):
        return "html"
    if suffix in (".csv", ".tsv", ".xls", ".xlsx"):
        return "csv"
    if suffix in (".txt", ".text", ".md", ""):
        return "text"
    raise _unreadable(
        path, "it is none of CSV, XLSX, DOCX, PDF, HTML and plain text", "save it as one of them"
    )


def _office(path: Path, raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _unreadable(path, "it is damaged", "open it in its program and save it again") from error
    if (
        sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels")))
        > MAX_UNPACKED_BYTES
    ):
        raise _unreadable(path, f"it unpacks to more than {MAX_UNPACKED_BYTES} bytes", "split it")
    names = {info.filename for info in infos}
    for start, kind in (("xl/", "xlsx"), ("word/", "docx")):
        if any(name.startswith(start) for name in names):
            return kind
    raise _unreadable(path, "it is neither a Word nor an Excel file", "save it as .docx or .xlsx")


def _unreadable(path: Path, why: str, do: str) -> KnowledgeError:
    return KnowledgeError("unreadable", f"{path} cannot be imported: {why}; {do}")
