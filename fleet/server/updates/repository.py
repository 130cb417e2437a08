"""The repository on disk: made once, added to, renewed, its keys replaced; by several processes, one at a time.

Every change is written in the order in which clients would miss it least: the file, then targets, snapshot and at last
``timestamp.json``, which alone puts it in force. A writer may be killed between any two.
"""
# python-tuf documents its classes here, but does not mark them as exported.
# pyright: reportPrivateImportUsage=false

import fcntl
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from fleet.protocol.tree import Kind, is_target_path, stored_path
from fleet.protocol.updates import Target
from fleet.server.errors import FleetError
from fleet.server.updates.files import make_private_folder, sweep, sync_folder, write_durably
from fleet.server.updates.keys import ROLES, Keys, Role
from fleet.server.updates.state import (
    LIFETIME,
    Now,
    State,
    T,
    read_root,
    read_state,
    root_versions,
    utc_now,
)

_VERSIONS_KEPT = 8  # of snapshot and targets, for clients in the middle of a refresh
_NAME_CHARACTERS = 80
_ABANDONED_S = 86_400.0


class Repository:
    """``folder`` has ``metadata`` and ``targets`` (the tree), ``keys`` and ``incoming``."""

    def __init__(self, folder: Path, keys: Path | None = None, now: Now = utc_now) -> None:
        """Open, or make with new keys. ``keys`` is a folder with keys that are kept elsewhere.

        Raises FleetError ``updates.disk`` or ``updates.damaged``.
        """
        self.tree = folder
        self.incoming = folder / "incoming"
        self._metadata = folder / "metadata"
        self._targets = folder / "targets"
        self._lock = folder / "lock"
        self._now = now
        self.keys = Keys(folder / "keys", keys)
        try:
            make_private_folder(folder)
            for inner in (self._metadata, self._targets, self.incoming):
                inner.mkdir(exist_ok=True)
        except OSError as error:
            raise FleetError("updates.disk", f"cannot use {folder}: {error.strerror}") from error
        with self._alone():
            if not root_versions(self._metadata):
                self._begin()

    @property
    def trusted_root(self) -> Path:
        """The newest root: what a kiosk gets with its identity."""
        return self._metadata / f"{root_versions(self._metadata)[-1]}.root.json"

    def state(self) -> State:
        """The metadata in force."""
        with self._alone():
            return read_state(self._metadata)

    def add(self, kind: Kind, name: str, version: str, source: Path, sha256: str, suffix: str) -> Target:
        """Take a file in, moved from ``source``, which lies in ``incoming``. What is there already needs no key.

        Raises FleetError ``updates.name``, ``updates.key_missing``, ``updates.disk``.
        """
        path = f"{kind}/{name[:_NAME_CHARACTERS]}-{version[:_NAME_CHARACTERS]}-{sha256[:8]}{suffix}"
        if not is_target_path(path):
            raise FleetError("updates.name", f"{path!r} cannot name a target: use letters, digits and _.+-")
        size = source.stat().st_size
        with self._alone():
            state = read_state(self._metadata)
            present = state.targets.signed.targets.get(path)
            if present is None:
                self.keys.signers("targets", state.root.signed)
            elif present.hashes["sha256"] != sha256:
                raise FleetError("updates.name", f"{path} is another file already; give it another version")
            self._store(source, stored_path(path, sha256))
            if present is None:
                changed = deepcopy(state.targets.signed)
                custom = {"kind": kind, "name": name, "version": version, "serial": _next_serial(changed)}
                changed.targets[path] = TargetFile(size, {"sha256": sha256}, path, {"custom": custom})
                self._commit(state, changed)
        return Target(name=name, version=version, sha256=sha256, path=path, size=size)

    def prune(self, needed: Collection[str], keep: int) -> list[str]:
        """Remove files that are not ``needed`` (their paths), nor among the newest ``keep`` of their kind and name.

        Files that are no longer signed for, of a prune that was cut short, go as well. The paths that were removed.
        Raises FleetError ``updates.key_missing``.
        """
        with self._alone():
            state = read_state(self._metadata)
            changed = deepcopy(state.targets.signed)
            removed = sorted(set(_older(changed, keep)) - set(needed))
            if removed:
                for path in removed:
                    del changed.targets[path]
                self._commit(state, changed)
            # After the metadata: what is signed for is always there.
            signed = {stored_path(path, target.hashes["sha256"]) for path, target in changed.targets.items()}
            for file in sorted(path for path in self._targets.rglob("*") if path.is_file()):
                if file.relative_to(self.tree).as_posix() not in signed:
                    file.unlink()
        return removed

    def renew(self, *roles: Role) -> None:
        """Write a role's metadata anew, with a whole lifetime before it. Raises FleetError ``updates.key_missing``."""
        with self._alone():
            state = read_state(self._metadata)
            if "root" in roles:
                self._write_root(deepcopy(state.root.signed), state.root.signed)
                state = read_state(self._metadata)
            if set(roles) - {"root"}:
                self._commit(state, state.targets.signed if "targets" in roles else None)

    def rotate(self, role: Role) -> int:
        """Replace a role's key; returns the version of the root that names the new one.

        Before that root is out, the role's metadata is signed with both keys, so that there is no moment at which a
        client that has one root finds metadata that only the other trusts. Raises FleetError ``updates.key_missing``.
        """
        with self._alone():
            state = read_state(self._metadata)
            old = state.root.signed
            self.keys.signers("root", old)
            successor = self.keys.make_next(role, old)
            if role != "root":
                self._commit(state, state.targets.signed if role == "targets" else None)
            changed = deepcopy(old)
            for keyid in list(changed.roles[role].keyids):
                changed.revoke_key(keyid, role)
            changed.add_key(successor.public_key, role)
            self._write_root(changed, old)
            self.keys.settle(changed)
            return changed.version

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, threads and processes; a lock dies with whoever held it."""
        with self._lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if root_versions(self._metadata):
                self.keys.settle(read_root(self._metadata).signed)
            sweep(self._metadata)
            self.keys.sweep()
            for left in self.incoming.iterdir():
                if left.stat().st_mtime < time.time() - _ABANDONED_S:
                    left.unlink()
            yield

    def _begin(self) -> None:
        root = Root(consistent_snapshot=True)
        for role in ROLES:
            root.add_key(self.keys.make(role).public_key, role)
        targets = self._signed("targets", Targets(), root)
        snapshot = self._signed("snapshot", Snapshot(meta={"targets.json": _described(1, targets)}), root)
        timestamp = self._signed("timestamp", Timestamp(snapshot_meta=_described(1, snapshot)), root)
        for name, content in (("1.targets", targets), ("1.snapshot", snapshot), ("timestamp", timestamp)):
            write_durably(self._metadata / f"{name}.json", content)
        # Last: with a root there is a repository.
        write_durably(self._metadata / "1.root.json", self._signed("root", root, root))

    def _store(self, source: Path, path: str) -> None:
        place = self.tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(0o644)
        shutil.move(source, place)
        sync_folder(place.parent)

    def _commit(self, state: State, targets: Targets | None) -> None:
        """Put new metadata in force; without ``targets`` those in force stay."""
        root, snapshot = state.root.signed, deepcopy(state.snapshot.signed)
        if targets is not None:
            targets = deepcopy(targets)
            targets.version = state.targets.signed.version + 1
            content = self._signed("targets", targets, root)
            write_durably(self._metadata / f"{targets.version}.targets.json", content)
            snapshot.meta["targets.json"] = _described(targets.version, content)
        snapshot.version += 1
        content = self._signed("snapshot", snapshot, root)
        write_durably(self._metadata / f"{snapshot.version}.snapshot.json", content)
        timestamp = deepcopy(state.timestamp.signed)
        timestamp.version += 1
        timestamp.snapshot_meta = _described(snapshot.version, content)
        write_durably(self._metadata / "timestamp.json", self._signed("timestamp", timestamp, root))
        self._forget(snapshot)

    def _write_root(self, root: Root, signed_by: Root) -> None:
        root.version = signed_by.version + 1
        write_durably(self._metadata / f"{root.version}.root.json", self._signed("root", root, signed_by))

    def _signed(self, role: Role, signed: T, root: Root) -> bytes:
        signed.expires = self._now() + LIFETIME[role]
        metadata = Metadata(signed)
        for signer in self.keys.signers(role, root):
            metadata.sign(signer, append=True)
        return metadata.to_bytes()

    def _forget(self, snapshot: Snapshot) -> None:
        newest = {"snapshot": snapshot.version, "targets": snapshot.meta["targets.json"].version}
        for role, version in newest.items():
            for path in self._metadata.glob(f"*.{role}.json"):
                if int(path.name.split(".")[0]) <= version - _VERSIONS_KEPT:
                    path.unlink()


def _next_serial(targets: Targets) -> int:
    return max((_custom(target)["serial"] for target in targets.targets.values()), default=0) + 1


def _older(targets: Targets, keep: int) -> Iterator[str]:
    """All but the newest ``keep`` of each kind and name."""
    named: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for path, target in targets.targets.items():
        custom = _custom(target)
        named.setdefault((custom["kind"], custom["name"]), []).append((custom["serial"], path))
    for found in named.values():
        yield from (path for _, path in sorted(found, reverse=True)[keep:])


def _custom(target: TargetFile) -> dict[str, Any]:
    return target.unrecognized_fields["custom"]


def _described(version: int, content: bytes) -> MetaFile:
    return MetaFile.from_data(version, content, ["sha256"])
