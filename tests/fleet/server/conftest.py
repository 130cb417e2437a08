"""A store, for tests that need no broker."""

from collections.abc import Iterator

import pytest

from fleet.server.store import Store


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store, once of each kind of database."""
    opened = Store(database)
    yield opened
    opened.close()
