"""The store's note on what it put there: sizes, times and hashes, so that a look tells damage from health.

A stamp guards against damage (a cut copy, a failing card), not against somebody who can write to the store.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Look = Literal["same", "touched", "damaged"]
"""``same``: as stamped; ``touched``: sizes right, times not, so the hashes must tell; else ``damaged``."""


class StampedFile(BaseModel):
    """One file as it was when it was verified."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    mtime_ns: int
    sha256: str


class Stamp(BaseModel):
    """One asset as it was when it was verified; files by their path below it, "" for a plain file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_sha256: str
    files: dict[str, StampedFile]

    def look(self, path: Path) -> Look:
        """Compare sizes and times without reading the files."""
        verdict: Look = "same"
        for relative, noted in self.files.items():
            try:
                found = (path / relative if relative else path).stat()
            except OSError:
                return "damaged"
            if found.st_size != noted.size:
                return "damaged"
            if found.st_mtime_ns != noted.mtime_ns:
                verdict = "touched"
        return verdict

    def matches(self, path: Path) -> bool:
        """Compare the full hashes."""
        if self.look(path) == "damaged":
            return False
        return all(
            sha256_of(path / relative if relative else path) == noted.sha256
            for relative, noted in self.files.items()
        )


def make_stamp(path: Path, source_sha256: str, hashes: dict[str, str]) -> Stamp:
    """Note the files below ``path`` (or ``path`` itself, as "") with hashes that were just checked."""
    files: dict[str, StampedFile] = {}
    for relative, digest in hashes.items():
        found = (path / relative if relative else path).stat()
        files[relative] = StampedFile(size=found.st_size, mtime_ns=found.st_mtime_ns, sha256=digest)
    return Stamp(source_sha256=source_sha256, files=files)


def read_stamp(path: Path, source_sha256: str) -> Stamp | None:
    """A stamp from disk; None when there is none, it is damaged, or it is of another release of the asset."""
    try:
        stamp = Stamp.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return stamp if stamp.source_sha256 == source_sha256 and stamp.files else None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
