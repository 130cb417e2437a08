"""Drafts on disk: `drafts/<id>.yaml` beside `matters/`, a matter file with a block `draft:` at its top.

Two things keep a draft from the citizens: nothing reads `drafts/`, and a file with a `draft:` block is no matter.
Approving checks the matter as if it stood in the pack, takes the block away and moves the file to `matters/`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from models.errors import KnowledgeError
from models.knowledge.document import Document, read_document
from models.knowledge.explain import DRAFT, check_shape, suggest
from models.knowledge.importing.drafts import Draft
from models.knowledge.importing.vocabulary import notes
from models.knowledge.pack_yaml import dump
from models.knowledge.problems import Problem
from models.knowledge.schema import MatterFile
from models.knowledge.source import DRAFTS, Part, read_packs
from models.knowledge.validate import SHIPPED, check_sources


def draft_path(pack: Path, id_: str) -> Path:
    """Where the draft of a matter lies."""
    return pack / DRAFTS / f"{id_}.yaml"


def write_draft(path: Path, draft: Draft) -> None:
    """Write a draft in one step. Raises KnowledgeError `cannot_write`."""
    zh, en = notes()["head"]
    block = {
        "from": draft.origins,
        "gaps": draft.gaps,
        "changes": draft.changes,
        "unplaced": draft.unplaced,
    }
    head = "".join(f"  # {line}\n" for line in (zh, en))
    told = dump({DRAFT: {key: value for key, value in block.items() if value}})
    first, _, rest = told.partition("\n")
    _write(path, f"{first}\n{head}{rest}\n{dump(draft.data)}")


def list_drafts(pack: Path) -> list[Path]:
    """The drafts of a pack, sorted."""
    return sorted(path for path in (pack / DRAFTS).glob("*.yaml") if path.is_file())


def approve(pack: Path, id_: str, as_id: str | None = None) -> tuple[Path | None, list[Problem]]:
    """Make a draft a matter of its pack; with `as_id` under another id.

    Returns the matter's file, or None and the problems, with the draft's lines, that are still in the way.
    Raises KnowledgeError: `missing` (no such draft), `exists` (as_id is taken), `cannot_write`.
    """
    path = draft_path(pack, id_)
    if not path.is_file():
        known = [draft.stem for draft in list_drafts(pack)]
        near = suggest(id_, known) or (f"; there are: {', '.join(known[:8])}" if known else "")
        raise KnowledgeError("missing", f"there is no draft of `{id_}` in {pack / DRAFTS}{near}")
    target = as_id or id_
    file = pack / "matters" / f"{target}.yaml"
    if as_id and file.exists():
        raise KnowledgeError(
            "exists", f"{file} is there: copy what is new from {path} into it, then delete the draft"
        )
    document = read_document(path)
    problems = _problems(pack, document, id_, target)
    if problems:
        return None, problems
    _write(file, _without_block(path, document, id_, target))
    _remove(path)
    return file, []


def _problems(pack: Path, document: Document, id_: str, target: str) -> list[Problem]:
    """What is wrong with the pack once this draft stands in it, as far as it is the draft's."""
    if isinstance(document.value, dict):
        document.value.pop(DRAFT, None)
        if document.value.get("id") == id_:
            document.value["id"] = target
    part = Part(document, check_shape(document, MatterFile))
    if part.content is None:
        return sorted(set(document.problems))
    sources = read_packs([pack], (SHIPPED,))
    own = sources[0]
    own.matters = [other for other in own.matters if Path(other.document.file).name != f"{target}.yaml"]
    own.matters.append(part)
    real, document.file = document.file, str(Path(document.file).with_name(f"{target}.yaml"))
    named = document.file
    found = check_sources(sources)
    return [Problem(real, problem.line, problem.message) for problem in found if problem.file == named]


def _without_block(path: Path, document: Document, id_: str, target: str) -> str:
    """The file's text without its `draft:` block: what a person wrote, comments too, stays as it is."""
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    start = document.lines.get((DRAFT,))
    tops = sorted(line for at, line in document.lines.items() if len(at) == 1)
    if start is not None:
        end = next((line for line in tops if line > start), len(lines) + 1)
        lines[start - 1 : end - 1] = []
    if target != id_:
        lines = [f"id: {target}\n" if line.startswith("id:") else line for line in lines]
    return "".join(lines).lstrip("\n")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise KnowledgeError(
            "cannot_write", f"{path} cannot be written ({error.strerror}): choose another folder or make room"
        ) from error


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise KnowledgeError(
            "cannot_write", f"{path} is approved but cannot be removed ({error.strerror}): delete it"
        ) from error
