"""Knowledge for talks: the small pack of this folder, and the shipped packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.knowledge import Knowledge, build_knowledge, load_knowledge

COUNTER = Path(__file__).parent / "counter"


@pytest.fixture(scope="session")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The small pack with slots, built."""
    out = tmp_path_factory.mktemp("packs") / "counter.zip"
    build_knowledge([COUNTER], out)
    return load_knowledge(out)


@pytest.fixture(scope="session")
def bank() -> Knowledge:
    """The shipped bank pack, loaded."""
    from kiosk_app.config import home_folder
    from models.knowledge import resolve_knowledge

    return load_knowledge(resolve_knowledge(None, "bank", home_folder() / "packs"))
