"""Speech that was rendered ahead, on disk: bounded, whole or absent, the same after a restart.

One file a sentence, named by its key, written beside its place and moved there. A file begins with the SHA-256 of
the rest: one that was damaged is removed and counts as absent, it is never played.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from voice.errors import SoundFileError
from voice.sound_codec import decoded, encoded

logger = logging.getLogger(__name__)

_MAGIC = b"YBSPEECH1\n"
_HEADER = len(_MAGIC) + hashlib.sha256().digest_size
_SUFFIX = ".speech"
_NAME = re.compile(r"[0-9a-f]{64}")
_TOUCH_S = 86_400.0
"""A file's time of use is written at most once a day: cards wear out by writing."""


@dataclass(slots=True)
class _Entry:
    size: int
    used: float


def speech_key(fingerprint: str) -> str:
    """The name of a sentence's sound: SHA-256 over everything that decides how it sounds."""
    return hashlib.sha256(fingerprint.encode()).hexdigest()


class SpeechCache:
    """Sound by key, for several threads.

    What is used least goes first when there is no room; what keep() named goes last.

    Args:
        folder: made when something is stored first.
        max_bytes: of all files together.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._kept: frozenset[str] = frozenset()
        self._scan()

    @property
    def bytes(self) -> int:
        """Of all files together."""
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keep(self, keys: Collection[str]) -> None:
        """What is wanted now: never removed to make room, while everything else is."""
        with self._lock:
            self._kept = frozenset(keys)

    def get(self, key: str, rate: int) -> bytes | None:
        """The sound (mono s16le at ``rate`` Hz), or None when it is not there or was damaged."""
        with self._lock:
            if key not in self._entries:
                return None
        path = self._path(key)
        try:
            data = path.read_bytes()
            pcm = decoded(_checked(data), rate)
        except (OSError, SoundFileError) as error:
            logger.warning("speech %s is damaged and is made again: %s", path.name, error)
            self._remove(key)
            return None
        self._touch(key)
        return pcm

    def put(self, key: str, pcm: bytes, rate: int) -> bool:
        """Keep a sound (mono s16le); False when there is no room beside what is wanted, or no disk to write to."""
        if not _NAME.fullmatch(key):
            raise ValueError(f"{key!r} is no key; use speech_key()")
        payload = encoded(pcm, rate)
        data = _MAGIC + hashlib.sha256(payload).digest() + payload
        if not self._make_room(key, len(data)):
            return False
        try:
            self._write(self._path(key), data)
        except OSError as error:
            logger.warning("speech cannot be kept in %s: %s", self._folder, error)
            return False
        with self._lock:
            self._entries[key] = _Entry(len(data), time.time())
        return True

    def clear(self) -> None:
        """Remove everything. Raises OSError."""
        for key in tuple(self._entries):
            self._remove(key)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{_SUFFIX}"

    def _scan(self) -> None:
        for path in self._folder.glob("??/*"):
            if path.suffix != _SUFFIX or not _NAME.fullmatch(path.stem):
                path.unlink(missing_ok=True)  # half written when the power went
                continue
            told = path.stat()
            self._entries[path.stem] = _Entry(told.st_size, told.st_mtime)

    def _make_room(self, key: str, size: int) -> bool:
        with self._lock:
            total = sum(entry.size for name, entry in self._entries.items() if name != key)
            if total + size <= self._max_bytes:
                return True
            others = sorted(
                (name for name in self._entries if name not in self._kept and name != key),
                key=lambda name: self._entries[name].used,
            )
            leaving: list[str] = []
            while others and total + size > self._max_bytes:
                leaving.append(others.pop(0))
                total -= self._entries[leaving[-1]].size
            if total + size > self._max_bytes:
                return False
        for name in leaving:
            self._remove(name)
        return True

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _touch(self, key: str) -> None:
        with self._lock:
            entry = self._entries.get(key)
            now = time.time()
            if entry is None or now - entry.used < _TOUCH_S:
                return
            entry.used = now
        try:
            os.utime(self._path(key))
        except OSError as error:
            logger.debug("the time of use of %s is not kept: %s", key, error)

    def _remove(self, key: str) -> None:
        with self._lock:
            self._entries.pop(key, None)
        self._path(key).unlink(missing_ok=True)


def _checked(data: bytes) -> bytes:
    payload = data[_HEADER:]
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : _HEADER] != hashlib.sha256(payload).digest():
        raise SoundFileError("sound_damaged", "its content is not what was written")
    return payload
