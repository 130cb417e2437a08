"""What tests of several packages share: the shipped knowledge, built at most once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from models.knowledge import Knowledge


settings.register_profile("suite", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("suite")


@pytest.fixture(scope="session")
def gov_artefact() -> Path:
    """The shipped gov pack, built."""
    from kiosk_app.config import home_folder
    from models.knowledge import resolve_knowledge

    return resolve_knowledge(None, "gov", home_folder() / "packs")


@pytest.fixture(scope="session")
def gov(gov_artefact: Path) -> Knowledge:
    """The shipped gov pack, loaded."""
    from models.knowledge import load_knowledge

    return load_knowledge(gov_artefact)
