"""A store in a file, for tests that need no broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.server.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(f"sqlite:///{tmp_path / 'fleet.sqlite'}")
    yield opened
    opened.close()
