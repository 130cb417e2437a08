"""A small pack, and the artefact that it builds into."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.knowledge import build_knowledge
from tests.models.knowledge.tiny import write_pack


@pytest.fixture
def tiny_pack(tmp_path: Path) -> Path:
    """A fresh folder of the small pack, to be broken at will."""
    return write_pack(tmp_path)


@pytest.fixture(scope="session")
def tiny_artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pack's artefact, built once."""
    folder = tmp_path_factory.mktemp("tiny")
    out = folder / "tiny.zip"
    build_knowledge([write_pack(folder)], out)
    return out
