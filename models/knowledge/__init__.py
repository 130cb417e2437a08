"""Knowledge packs: YAML folders for people, artefacts for kiosks.

`load_knowledge` and `resolve_knowledge` are all that a kiosk needs; building takes the packages of `[train]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import KnowledgeError
from models.knowledge.knowledge import Knowledge, load_knowledge
from models.knowledge.problems import Problem
from models.knowledge.resolve import resolve_knowledge, shipped_packs

if TYPE_CHECKING:
    from models.knowledge.build import BuildReport

__all__ = [
    "Knowledge",
    "KnowledgeError",
    "Problem",
    "build_knowledge",
    "load_knowledge",
    "resolve_knowledge",
    "shipped_packs",
    "validate_packs",
]


def build_knowledge(
    pack_dirs: Sequence[Path], out: Path, progress: Callable[[str, float], None] | None = None
) -> BuildReport:
    """Build one artefact from pack folders; see `models.knowledge.build`."""
    from models.knowledge.build import build_knowledge as build

    return build(pack_dirs, out, progress)


def validate_packs(pack_dirs: Sequence[Path]) -> list[Problem]:
    """All problems of pack folders; see `models.knowledge.validate`."""
    from models.knowledge.validate import validate_packs as validate

    return validate(pack_dirs)
