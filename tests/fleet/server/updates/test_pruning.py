"""What a kiosk is meant to have is never removed, whatever its age."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet.server.knowledge import Library
from fleet.server.store import Store
from fleet.server.updates.pruning import prune
from fleet.server.updates.repository import Repository
from tests.fleet.conftest import label_of_bytes


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def test_what_a_kiosk_shall_have_stays_however_old(store: Store, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "updates")
    library = Library(store, repository, "main", Ed25519PrivateKey.generate, label_of_bytes)
    for kiosk in ("hall-1", "hall-2"):
        store.add_kiosk(kiosk)
    first, second, third = (library.add([b"x" * size]) for size in (1, 2, 3))
    library.publish(first, ["hall-1"])
    library.publish(second)
    library.publish(first, ["hall-2"])
    library.publish(third, ["hall-1"])
    assert prune(store, repository, keep=1) == [second.path]
    assert set(repository.state().targets.signed.targets) == {first.path, third.path}
    desired = library.desired("hall-2")
    assert desired is not None
    assert desired.targets["knowledge"] == first
