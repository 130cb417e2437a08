"""What `--pack` and `--venue` name: the path of an artefact, built into a cache when it is not there yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from models.errors import KnowledgeError

KEPT = 6
"""Artefacts that stay in the cache; the oldest beyond are removed."""
_PACKS = Path(__file__).parent.parent / "packs"


def shipped_packs() -> dict[str, Path]:
    """The packs that come with Yingbin: id → folder."""
    return {path.parent.name: path.parent for path in sorted(_PACKS.glob("*/pack.yaml"))}


def resolve_knowledge(
    pack: Path | None, venue: str | None, cache: Path, progress: Callable[[str, float], None] | None = None
) -> Path:
    """The artefact that is meant: a file as it is; a folder, a venue or everything shipped built into `cache`.

    `pack` goes before `venue`. What was built stays valid until a file of the packs, or the way they are built,
    changes. Raises KnowledgeError: `missing`, `unknown_venue`, and everything that building raises.
    """
    if pack is not None and pack.is_file():
        return pack
    folders = _folders(pack, venue)
    from models.knowledge.source import content_hash, required_folders

    closure = required_folders(folders, (_PACKS,))
    key = hashlib.sha256(f"{content_hash(closure)} {_recipe()}".encode()).hexdigest()[:24]
    found = cache / f"{'+'.join(folder.name for folder in folders)}-{key}.zip"
    if found.is_file():
        return found
    from models.knowledge.build import build_knowledge

    build_knowledge(folders, found, progress)
    _prune(cache, found)
    return found


def _folders(pack: Path | None, venue: str | None) -> Sequence[Path]:
    shipped = shipped_packs()
    if pack is not None:
        if not pack.is_dir():
            raise KnowledgeError(
                "missing", f"there is no pack at {pack}: give a pack's folder or an artefact"
            )
        return [pack]
    if venue is not None:
        if venue not in shipped:
            raise KnowledgeError("unknown_venue", f"there is no venue `{venue}`: choose {', '.join(shipped)}")
        return [shipped[venue]]
    if not shipped:
        raise KnowledgeError("missing", f"no packs were installed in {_PACKS}: give --pack")
    return list(shipped.values())


@cache
def _recipe() -> str:
    """A hash over the code that builds: another recipe, another artefact."""
    digest = hashlib.sha256()
    for package in ("models.intent", "models.knowledge", "models.speech"):
        for item in sorted(resources.files(package).iterdir(), key=lambda item: item.name):
            if item.name.endswith((".py", ".yaml", ".tsv")):
                digest.update(item.read_bytes())
    return digest.hexdigest()


def _prune(cache: Path, keep: Path) -> None:
    others = sorted(
        (p for p in cache.glob("*.zip") if p != keep), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for path in others[KEPT - 1 :]:
        path.unlink(missing_ok=True)
