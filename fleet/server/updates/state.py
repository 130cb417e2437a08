"""The repository's metadata as it stands on disk, found the way a client finds it.

What counts is what ``timestamp.json`` leads to: a version that a publisher wrote and then was killed over is referenced
by nothing, has been seen by nobody, and is simply written again.
"""
# python-tuf documents its classes here, but does not mark them as exported.
# pyright: reportPrivateImportUsage=false

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from fleet.server.errors import FleetError
from fleet.server.updates.keys import Role

Now = Callable[[], datetime]
LIFETIME: dict[Role, timedelta] = {
    "root": timedelta(days=730),
    "targets": timedelta(days=365),
    "snapshot": timedelta(days=7),
    "timestamp": timedelta(days=7),
}
RENEW_BEFORE: dict[Role, timedelta] = {
    "root": timedelta(days=60),
    "targets": timedelta(days=30),
    "snapshot": timedelta(days=6),
    "timestamp": timedelta(days=6),
}
"""How long before its end a role's metadata is renewed, or renewing it is asked for."""

T = TypeVar("T", Root, Targets, Snapshot, Timestamp)


def utc_now() -> datetime:
    """The clock, as TUF wants it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class State:
    """The metadata in force."""

    root: Metadata[Root]
    targets: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]

    def expires(self, role: Role) -> datetime:
        """When a role's metadata lapses."""
        return getattr(self, role).signed.expires

    def version(self, role: Role) -> int:
        """The version of a role's metadata in force."""
        return getattr(self, role).signed.version


def root_versions(metadata: Path) -> list[int]:
    """The versions of root there are, rising."""
    found = (path.name.split(".")[0] for path in metadata.glob("*.root.json"))
    return sorted(int(version) for version in found if version.isdigit())


def read_root(metadata: Path) -> Metadata[Root]:
    """The newest root. Raises FleetError ``updates.damaged``."""
    versions = root_versions(metadata)
    if not versions:
        raise FleetError("updates.damaged", f"there is no root in {metadata}; restore the folder from a copy")
    return _read(metadata / f"{versions[-1]}.root.json", Root)


def read_state(metadata: Path) -> State:
    """Everything in force. Raises FleetError ``updates.damaged``."""
    timestamp = _read(metadata / "timestamp.json", Timestamp)
    snapshot = _read(metadata / f"{timestamp.signed.snapshot_meta.version}.snapshot.json", Snapshot)
    targets = _read(metadata / f"{snapshot.signed.meta['targets.json'].version}.targets.json", Targets)
    return State(read_root(metadata), targets, snapshot, timestamp)


def _read(path: Path, kind: type[T]) -> Metadata[T]:
    try:
        read = Metadata[T].from_bytes(path.read_bytes())
    except (OSError, RepositoryError) as error:
        raise FleetError(
            "updates.damaged", f"{path} cannot be read ({type(error).__name__}); restore it from a copy"
        ) from error
    if not isinstance(read.signed, kind):
        raise FleetError("updates.damaged", f"{path} is of another role; restore it from a copy")
    return read
