"""What tests of several packages share: the shipped knowledge, built at most once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from models.knowledge import Knowledge


ROOT = Path(__file__).parent

settings.register_profile("suite", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("suite")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a costly fixture: where tests run on several cores, one file stays on one of them."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(ROOT).as_posix()))


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
