"""Copies the tree onto a stick: for halls without a network."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fleet.protocol.tree import open_in_tree, stored_path
from fleet.server.errors import FleetError
from fleet.server.updates.files import sync_folder, write_durably
from fleet.server.updates.repository import Repository
from fleet.server.updates.state import root_versions


@dataclass(frozen=True, slots=True)
class Exported:
    """What lies on the stick now, and until when kiosks take it (ISO 8601)."""

    targets: tuple[str, ...]
    size: int
    expires: str


def export(repository: Repository, out: Path, wanted: Sequence[str] = ()) -> Exported:
    """Write all metadata in force and the files of the targets named (none: all) to ``out``.

    Raises FleetError ``target.unknown`` or ``updates.disk``.
    """
    state = repository.state()
    known = state.targets.signed.targets
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise FleetError("target.unknown", f"there is no target {unknown[0]!r}; see kiosk-fleet updates show")
    chosen = sorted(wanted or known)
    files = [stored_path(path, known[path].hashes["sha256"]) for path in chosen]
    versions = root_versions(repository.tree / "metadata")
    metadata = [
        *(f"metadata/{version}.root.json" for version in versions),
        f"metadata/{state.targets.signed.version}.targets.json",
        f"metadata/{state.snapshot.signed.version}.snapshot.json",
        "metadata/timestamp.json",
    ]
    try:
        for path in files:
            _copy(repository.tree, path, out)
        for path in metadata:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            with open_in_tree(repository.tree, path) as file:
                write_durably(out / path, file.read())
    except OSError as error:
        raise FleetError(
            "updates.disk", f"cannot write the updates to {out}: {error.strerror}; is there room on it?"
        ) from error
    expires = min(state.expires(role) for role in ("timestamp", "snapshot", "targets", "root"))
    return Exported(
        tuple(chosen), sum(known[path].length for path in chosen), f"{expires:%Y-%m-%dT%H:%M:%SZ}"
    )


def _copy(tree: Path, path: str, out: Path) -> None:
    place = out / path
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(".writing")
    try:
        with open_in_tree(tree, path) as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(place.parent)
