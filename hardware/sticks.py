"""A USB stick that a technician has plugged in: found among what is mounted, and written so that it can be pulled out.

What is on a stick is a stranger's: nothing of it is read or followed, and only new files are made on it.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import HardwareError

_MOUNTS, _SYS = Path("/proc/self/mounts"), Path("/sys")
_SYSTEM = ("/", "/boot", "/boot/firmware", "/boot/efi", "/usr", "/var", "/home", "/etc", "/opt")
_SPARE_BYTES = 1_000_000
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Stick:
    """A removable file system: the device it is on and where it is mounted."""

    device: str
    folder: Path
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class _Mount:
    disk: str
    device: str
    folder: Path
    options: frozenset[str]


def find_stick(home: Path, mounts: Path = _MOUNTS, sys: Path = _SYS) -> Stick:
    """The stick that is mounted; of several the one that can be written and was mounted last.

    A disk counts when the kernel calls it removable or it hangs on USB, and neither the system nor ``home`` is on it.

    Raises:
        HardwareError: ``stick.none``, or ``stick.unmounted`` when one is there that nobody has mounted.
    """
    found = _mounted(mounts, sys)
    system = {mount.disk for mount in found if str(mount.folder) in _SYSTEM}
    system |= {_disk_under(sys, place) for place in (Path("/"), home)}
    sticks = [
        Stick(mount.device, mount.folder, "ro" in mount.options)
        for mount in reversed(found)
        if mount.disk not in system and _is_removable(sys, mount.disk)
    ]
    if sticks:
        return next((stick for stick in sticks if not stick.read_only), sticks[0])
    mounted = {mount.disk for mount in found}
    others = [disk for disk in _disks(sys) if disk not in mounted | system]
    if any(_is_removable(sys, disk) and _has_medium(sys, disk) for disk in others):
        raise HardwareError(
            "stick.unmounted", "a stick is plugged in, but the system does not mount it: see docs/staff.md"
        )
    raise HardwareError("stick.none", "there is no USB stick: plug one in and try again")


def write_to(stick: Stick, files: Sequence[tuple[str, bytes]]) -> None:
    """Write new files into the stick's own folder; when this returns, the stick can be pulled out.

    Raises:
        HardwareError: ``stick.read_only``, ``stick.full``, ``stick.exists``, ``stick.lost``; what was begun is removed.
    """
    if stick.read_only:
        raise HardwareError("stick.read_only", "the stick is write-protected")
    made: list[str] = []
    folder = -1
    try:
        folder = os.open(stick.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        _make_sure_of_room(folder, sum(len(data) for _, data in files))
        for name, data in files:
            _write(folder, name, data, made)
        os.fsync(folder)
    except OSError as error:
        _remove(folder, made)
        raise _told(error) from error
    except HardwareError:
        _remove(folder, made)
        raise
    finally:
        if folder >= 0:
            os.close(folder)


def _write(folder: int, name: str, data: bytes, made: list[str]) -> None:
    """One new file, on the stick itself when this returns, and the same when it is read again."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    made.append(name)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.lseek(descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(descriptor), "rb") as file:
            if file.read() != data:
                raise HardwareError(
                    "stick.lost", "the stick gives back other data than was written: use another"
                )
    finally:
        os.close(descriptor)


def _make_sure_of_room(folder: int, wanted: int) -> None:
    room = os.fstatvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < wanted + _SPARE_BYTES:
        needed = (wanted + _SPARE_BYTES) / 1e6
        raise HardwareError("stick.full", f"{free / 1e6:.1f} MB are free, {needed:.1f} MB are needed")


def _remove(folder: int, names: list[str]) -> None:
    for name in names:
        try:
            os.unlink(name, dir_fd=folder)
        except OSError:
            return  # it is gone with the stick


def _told(error: OSError) -> HardwareError:
    said = error.strerror or "unknown"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return HardwareError("stick.read_only", f"the stick cannot be written: {said}")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return HardwareError("stick.full", f"the stick is full: {said}")
    if error.errno in (errno.EEXIST, errno.ELOOP):
        return HardwareError("stick.exists", f"such a file is on the stick already: {said}")
    return HardwareError("stick.lost", f"the stick does not answer: {said}")


def _mounted(mounts: Path, sys: Path) -> list[_Mount]:
    """What is mounted of block devices, in the order in which it was."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for fields in (line.split(" ") for line in lines):
        if len(fields) < 4 or not fields[0].startswith("/dev/"):
            continue
        device, folder = _plain(fields[0]), Path(_plain(fields[1]))
        disk = _disk_of(sys, Path(device).name)
        if disk:
            found.append(_Mount(disk, device, folder, frozenset(fields[3].split(","))))
    return found


def _plain(escaped: str) -> str:
    """The kernel writes blanks and the like as octal numbers."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 8)), escaped)


def _disk_of(sys: Path, name: str) -> str:
    """The disk of a partition, or the disk itself; empty for what is none."""
    entry = sys / "class" / "block" / name
    if not re.fullmatch(r"[\w.-]+", name) or not entry.exists():
        return ""
    return entry.resolve().parent.name if (entry / "partition").exists() else name


def _disk_under(sys: Path, place: Path) -> str:
    """The disk that a folder is on, by its number: the root is often called ``/dev/root``, which is no device."""
    try:
        number = place.stat().st_dev
    except OSError:
        return ""
    entry = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return _disk_of(sys, entry.resolve().name) if entry.exists() else ""


def _disks(sys: Path) -> list[str]:
    try:
        return sorted(path.name for path in (sys / "block").iterdir())
    except OSError:
        return []


def _is_removable(sys: Path, disk: str) -> bool:
    entry = sys / "block" / disk
    return _read(entry / "removable") == "1" or re.search(r"/usb\d+/", str(entry.resolve())) is not None


def _has_medium(sys: Path, disk: str) -> bool:
    return disk.startswith(("sd", "mmcblk", "nvme")) and _read(sys / "block" / disk / "size") not in ("", "0")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
