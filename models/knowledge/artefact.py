"""The file that carries knowledge: a zip with a manifest, the same bytes for the same content.

An artefact comes from elsewhere, so reading one trusts nothing: only the members we know, each under its own
limit however small it is packed, each with the SHA-256 that the manifest says. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from models.errors import KnowledgeError
from models.knowledge.content import PackName

FORMAT = 1
MAX_ARTEFACT_BYTES = 128_000_000
MAX_BYTES: Mapping[str, int] = {
    "content.json": 16_000_000,
    "encoder.onnx": 64_000_000,
    "intent.bin": 32_000_000,
    "intent.json": 2_000_000,
    "intent.onnx": 64_000_000,
    "recordings.bin": 64_000_000,
    "report.json": 2_000_000,
    "speech.fst": 32_000_000,
    "speech.tsv": 8_000_000,
}
"""The members beside the manifest, and how large each may be when unpacked."""
MAX_UNPACKED_BYTES = 192_000_000
"""All members together: what a kiosk with 2 GB of memory can hold beside the knowledge in use."""
_MOST_ENTRIES = 256
_ENTRY = b"PK\x01\x02"  # begins an entry of a zip's directory: APPNOTE.TXT 4.3.12
RECORDINGS = "recordings.bin"
"""Recorded speech, one FLAC after another."""
OPTIONAL = frozenset({"encoder.onnx", RECORDINGS, "speech.fst", "speech.tsv"})
"""Of those, the members that not every artefact has: an encoder of its own, recorded speech, the recogniser's words
and grammar."""
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of one member."""

    size: int
    sha256: str

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Manifest:
    """manifest.json: what the artefact is and what it holds."""

    format: int
    id: str
    version: str
    packs: tuple[PackName, ...]
    members: dict[str, Member]

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Artefact:
    """An artefact that was read: the SHA-256 of the whole file, the manifest, the members' bytes."""

    sha256: str
    manifest: Manifest
    members: Mapping[str, bytes]


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def write_artefact(
    out: Path, id_: str, version: str, packs: tuple[PackName, ...], members: Mapping[str, bytes]
) -> str:
    """Write an artefact in one step: readers see the old file or the new one. Returns its SHA-256."""
    told = {name: Member(len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in sorted(members.items())}
    manifest = _MANIFEST.dump_python(Manifest(FORMAT, id_, version, packs, told), mode="json")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        first = {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode()}
        for name, raw in (first | dict(sorted(members.items()))).items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, raw, compresslevel=6)
    raw = buffer.getvalue()
    _replace(out, raw)
    return hashlib.sha256(raw).hexdigest()


def _replace(out: Path, raw: bytes) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise KnowledgeError(
            "cannot_write", f"{out} cannot be written ({error.strerror}): choose another place or make room"
        ) from error


def read_artefact(path: Path) -> Artefact:
    """Read and check an artefact; raises KnowledgeError with the code `missing`, `format` or `damaged`."""
    try:
        if path.stat().st_size > MAX_ARTEFACT_BYTES:
            raise _damaged(path, f"it has more than {MAX_ARTEFACT_BYTES} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise KnowledgeError(
            "missing", f"{path} cannot be read ({error.strerror}): give a file that `kiosk pack build` made"
        ) from error
    if raw.count(_ENTRY) > _MOST_ENTRIES:
        # zipfile would make an object of each before anybody could look at them. By chance, packed bytes have few.
        raise _damaged(path, f"it holds more than {_MOST_ENTRIES} members")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read(path, raw, archive)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error
    except (RuntimeError, ValueError, OverflowError, OSError) as error:  # encrypted, absurd offsets
        raise _damaged(path, str(error)) from error


def _read(path: Path, raw: bytes, archive: zipfile.ZipFile) -> Artefact:
    names = archive.namelist()
    strange = sorted(set(names) - {MANIFEST, *MAX_BYTES})
    if strange:
        raise _damaged(path, f"it holds {strange[0]!r:.60}, which is none of ours")
    absent = sorted({MANIFEST, *MAX_BYTES} - OPTIONAL - set(names))
    if absent:
        raise _damaged(path, f"it holds no {absent[0]}")
    if len(names) != len(set(names)):
        raise _damaged(path, "it holds a member twice")
    try:
        manifest = _MANIFEST.validate_json(_member(path, archive, MANIFEST, MAX_MANIFEST_BYTES))
    except ValidationError as error:
        raise _damaged(path, f"its manifest is wrong: {error.errors()[0]['msg']}") from error
    if manifest.format != FORMAT:
        raise KnowledgeError(
            "format", f"{path} has format {manifest.format}, this program reads {FORMAT}: build it again"
        )
    if {MANIFEST, *manifest.members} != set(names):
        raise _damaged(path, "its manifest does not list its members")
    if sum(archive.getinfo(name).file_size for name in manifest.members) > MAX_UNPACKED_BYTES:
        raise _damaged(path, f"its members unpack to more than {MAX_UNPACKED_BYTES} bytes together")
    members: dict[str, bytes] = {}
    for name, told in manifest.members.items():
        member = _member(path, archive, name, MAX_BYTES[name])
        if len(member) != told.size or hashlib.sha256(member).hexdigest() != told.sha256:
            raise _damaged(path, f"{name} is not what the manifest says")
        members[name] = member
    return Artefact(hashlib.sha256(raw).hexdigest(), manifest, members)


def _member(path: Path, archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    if archive.getinfo(name).file_size > limit:
        raise _damaged(path, f"{name} unpacks to more than {limit} bytes")
    with archive.open(name) as file:
        member = file.read(limit + 1)
    if len(member) > limit:
        raise _damaged(path, f"{name} unpacks to more than {limit} bytes")
    return member


def _damaged(path: Path, why: str) -> KnowledgeError:
    return KnowledgeError("damaged", f"{path} is no sound knowledge artefact: {why}; build or copy it again")
