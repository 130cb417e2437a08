"""A kiosk's updates without its link: the real client, worker and report, over whatever transport a test has."""

# pyright: reportPrivateImportUsage=false

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile

from fleet.device.events import AgentEvent, TargetFailed, TargetFetched
from fleet.device.ledger import Ledger
from fleet.device.state import TargetState
from fleet.device.updates.client import UpdateClient
from fleet.device.updates.jobs import JobNotes
from fleet.device.updates.transports import Folder, Stream, Transport
from fleet.device.updates.worker import UpdateWorker
from fleet.protocol.messages import TargetName
from fleet.protocol.updates import Desired, Target, TargetReport
from fleet.server.updates.incoming import incoming
from fleet.server.updates.keys import Role
from fleet.server.updates.repository import Repository
from tests.fleet.waiting import wait_until


def add(repository: Repository, content: bytes, version: str = "1", name: str = "gov") -> Target:
    """Publish bytes as a knowledge pack."""
    with incoming(repository, [content]) as taken:
        return taken.enter(repository, "knowledge", name, version)


class UpdateKiosk:
    """What it has and says; ``tree`` is what whoever stands between shows it."""

    def __init__(
        self,
        folder: Path,
        trusted_root: Path,
        transports: Sequence[Transport],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.events: list[AgentEvent] = []
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.state = TargetState(self.ledger, JobNotes(), self.events.append, lambda: None)
        self.client = UpdateClient(folder / "updates", trusted_root, now)
        self.worker = UpdateWorker(self.client, transports, transports, self.state)
        self.state.pursue = self.worker.want

    def want(self, rev: int, target: Target) -> None:
        """The centre's word."""
        self.state.want(Desired(tenant="main", kiosk="hall-1", rev=rev, targets={"knowledge": target}))

    def use(self, target: Target) -> None:
        """Fetch a target and take it into service, as a kiosk does."""
        rev = self.state.desired_rev + 1
        self.want(rev, target)
        self.settled(rev)
        event = self.of(TargetFetched)[-1]
        assert hashlib.sha256(event.path.read_bytes()).hexdigest() == target.sha256
        name = TargetName(name=target.name, version=target.version, sha256=target.sha256)
        self.state.report("knowledge", name, "active", "")

    def settled(self, rev: int) -> TargetReport:
        """Wait for what became of a revision."""

        def told() -> bool:
            report = self.state.reported.results.get("knowledge")
            done = report is not None and report.result in ("fetched", "failed")
            return done and any(getattr(event, "rev", 0) == rev for event in self.events)

        wait_until(told, f"word of revision {rev}", 30)
        return self.state.reported.results["knowledge"]

    def of(self, kind: type) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def failures(self) -> list[TargetFailed]:
        """What could not be had."""
        return self.of(TargetFailed)

    def stop(self) -> None:
        """End the thread, close the file."""
        self.worker.stop()
        self.ledger.close()


class Attacker:
    """Stands between: shows the kiosk ``tree``, a copy of the centre's that may be bent; may have stolen keys."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.tree = folder
        self._repository = repository
        self.copy()

    def copy(self) -> None:
        """Show what the centre has now."""
        for part in ("metadata", "targets"):
            shutil.rmtree(self.tree / part, ignore_errors=True)
            shutil.copytree(self._repository.tree / part, self.tree / part)

    def keep(self, folder: Path) -> Path:
        """Keep what is shown now for later."""
        shutil.copytree(self.tree, folder)
        return folder

    def read(self, name: str) -> Metadata[Any]:
        """The metadata of a name such as ``3.targets``."""
        return Metadata[Any].from_bytes((self.tree / "metadata" / f"{name}.json").read_bytes())

    def newest(self, role: Role) -> str:
        """The name of a role's metadata in force."""
        if role == "timestamp":
            return "timestamp"
        paths = (self.tree / "metadata").glob(f"*.{role}.json")
        return f"{max(int(path.name.split('.')[0]) for path in paths)}.{role}"

    def stolen(self, role: Role) -> list[CryptoSigner]:
        """The centre's own keys of a role."""
        return self._repository.keys.signers(role, self._repository.state().root.signed)

    def write(self, name: str, metadata: Metadata[Any], signers: Sequence[CryptoSigner]) -> bytes:
        """Show metadata under a name, signed by ``signers`` and nobody else."""
        metadata.signatures.clear()
        for signer in signers:
            metadata.sign(signer, append=True)
        content = metadata.to_bytes()
        (self.tree / "metadata" / f"{name}.json").write_bytes(content)
        return content

    def describe(self, role: Role, version: int, content: bytes) -> None:
        """With the stolen online keys, have snapshot and timestamp name other metadata of a role."""
        described = MetaFile.from_data(version, content, ["sha256"])
        if role == "targets":
            snapshot = self.read(self.newest("snapshot"))
            snapshot.signed.meta["targets.json"] = described
            snapshot.signed.version += 1
            content = self.write(f"{snapshot.signed.version}.snapshot", snapshot, self.stolen("snapshot"))
            described = MetaFile.from_data(snapshot.signed.version, content, ["sha256"])
        timestamp = self.read("timestamp")
        timestamp.signed.snapshot_meta = described
        timestamp.signed.version += 1
        self.write("timestamp", timestamp, self.stolen("timestamp"))


class Endless:
    """A transport that never ends one file of an otherwise honest folder."""

    def __init__(self, tree: Path, endless: str) -> None:
        self._folder = Folder(tree)
        self._endless = endless
        self.sent = 0

    @property
    def name(self) -> str:
        """See Transport."""
        return "an endless one"

    def open(self, path: str, offset: int) -> Stream:
        """See Transport."""
        if self._endless not in path:
            return self._folder.open(path, offset)
        return Stream(offset, self._for_ever())

    def _for_ever(self) -> Iterator[bytes]:
        while True:
            self.sent += 65_536
            yield bytes(65_536)
