"""Room on the centre's disk: old files that no kiosk is meant to have."""

from sqlalchemy import select

from fleet.server import tables
from fleet.server.store import Store
from fleet.server.updates.repository import Repository


def prune(store: Store, repository: Repository, keep: int) -> list[str]:
    """Remove files that no kiosk shall have and that are not among the newest ``keep`` of their kind and name.

    The paths that were removed. Raises FleetError ``updates.key_missing``.
    """
    with store.reading() as tx:
        wished = list(tx.execute(select(tables.wish.c.path).distinct()).scalars())
    return repository.prune(wished, keep)
