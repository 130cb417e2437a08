"""A file on its way into the repository: bounded, hashed, on disk, and gone again if nobody takes it."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from fleet.protocol.tree import Kind
from fleet.protocol.updates import MAX_TARGET_BYTES, Target
from fleet.server.errors import FleetError
from fleet.server.updates.repository import Repository

_SUFFIX: dict[Kind, str] = {"knowledge": ".ybk", "model": ".model", "config": ".toml"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A whole file that has no name yet."""

    path: Path
    sha256: str
    size: int

    def enter(self, repository: Repository, kind: Kind, name: str, version: str) -> Target:
        """Sign for it under a name. Raises FleetError ``pack.invalid``, or as ``Repository.add``."""
        try:
            # Before anything is signed: what cannot go over the wire helps no kiosk.
            Target(name=name, version=version, sha256=self.sha256, size=self.size, path=f"{kind}/checked")
        except ValidationError as error:
            where = ", ".join(str(item["loc"][0]) for item in error.errors())
            raise FleetError("pack.invalid", f"the file's {where} cannot go over the wire") from None
        return repository.add(kind, name, version, self.path, self.sha256, _SUFFIX[kind])


@contextmanager
def incoming(repository: Repository, pieces: Iterable[bytes]) -> Iterator[Incoming]:
    """Write ``pieces`` down beside the repository. Raises FleetError ``pack.size``."""
    handle, name = tempfile.mkstemp(dir=repository.incoming)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > MAX_TARGET_BYTES:
                    raise FleetError("pack.size", f"the file is larger than {MAX_TARGET_BYTES >> 20} MB")
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise FleetError("pack.size", "the file is empty")
        yield Incoming(Path(name), digest.hexdigest(), size)
    finally:
        Path(name).unlink(missing_ok=True)
