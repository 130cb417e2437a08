"""Small knowledge to install: sound ones in three versions, and one that fails its own questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk_app.updating.stock import Stock
from tests.models.knowledge.conftest import tiny_artefact

__all__ = ["stock", "tiny_artefact"]


@pytest.fixture(scope="session")
def stock(tiny_artefact: Path, tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """What the centre may send."""
    return Stock.of(tiny_artefact, tmp_path_factory.mktemp("stock"))
