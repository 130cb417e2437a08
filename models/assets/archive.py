"""Unpacking a model's zip archive without trusting it."""

from __future__ import annotations

import errno
import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from models.assets.errors import AssetError
from models.assets.source import cannot_write

_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an archive may become. Small Vosk models have 15 files and unpack to 70 MB."""

    files: int = 200
    total_bytes: int = 400 * 2**20
    ratio: float = 100.0


def unpack(
    archive: Path,
    folder: Path,
    bounds: Bounds | None = None,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    """Unpack an archive with one top folder into ``folder`` (made here); SHA-256 of each file by its path.

    ``progress`` is called after each block that was written.

    Raises ``AssetError`` (``assets.bad_archive``) for paths that lead out, links, more files or bytes than
    ``bounds`` allow, checksums that do not match and archives that are none.
    """
    limits = bounds or Bounds()
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(opened, limits, archive.stat().st_size)
            return _extract(opened, members, folder, limits, progress)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise _refused(archive.name, str(error)) from error
    except OSError as error:
        if error.errno == errno.EINVAL:
            # The archive's directory points before its beginning.
            raise _refused(archive.name, "its directory is damaged") from error
        raise cannot_write(folder, error) from error


def _members(
    opened: zipfile.ZipFile, limits: Bounds, packed: int
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The files in the archive and where each goes below the top folder."""
    name = Path(opened.filename or "archive").name
    infos = [info for info in opened.infolist() if not info.filename.endswith("/")]
    if not infos or len(infos) > limits.files:
        raise _refused(name, f"it holds {len(infos)} files; 1 to {limits.files} are allowed")
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes or total > packed * limits.ratio:
        raise _refused(name, f"it would unpack to {total} bytes")
    members = [(info, _safe_path(name, info)) for info in infos]
    if len({path.parts[0] for _, path in members}) != 1:
        raise _refused(name, "it has more than one folder at the top")
    if len({path for _, path in members}) != len(members):
        raise _refused(name, "it holds a file twice")
    return [(info, PurePosixPath(*path.parts[1:])) for info, path in members]


def _safe_path(archive: str, info: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(info.filename)
    odd = "\\" in info.filename or ":" in info.filename or "\0" in info.orig_filename
    if odd or path.is_absolute() or ".." in path.parts or len(path.parts) < 2:
        raise _refused(archive, f"it holds the path {info.filename!r}")
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(archive, f"{info.filename!r} is encrypted or packed in an unusual way")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _refused(archive, f"{info.filename!r} is no ordinary file")
    return path


def _extract(
    opened: zipfile.ZipFile,
    members: list[tuple[zipfile.ZipInfo, PurePosixPath]],
    folder: Path,
    limits: Bounds,
    progress: Callable[[], None],
) -> dict[str, str]:
    hashes: dict[str, str] = {}
    written = 0
    for info, relative in members:
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with opened.open(info) as source, target.open("xb") as sink:
            while block := source.read(_BLOCK):
                written += len(block)
                # The sizes in the directory of the archive may lie; what comes out does not.
                if written > limits.total_bytes:
                    raise _refused(
                        archive_name(opened), f"it unpacks to more than {limits.total_bytes} bytes"
                    )
                digest.update(block)
                sink.write(block)
                progress()
        hashes[relative.as_posix()] = digest.hexdigest()
    return hashes


def archive_name(opened: zipfile.ZipFile) -> str:
    """The archive's file name, for messages."""
    return Path(opened.filename or "archive").name


def remove(path: Path) -> None:
    """Remove a file or a whole folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _refused(archive: str, why: str) -> AssetError:
    return AssetError("assets.bad_archive", f"{archive} is refused: {why}; delete it and fetch it again")
