"""The end of the kiosk's own log, for whoever looks into a fault from afar: redacted line by line, and bounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

MOST_BYTES = 512 * 1024
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def excerpt(
    files: Sequence[Path],
    lines: int,
    minutes: int | None,
    redacted: Callable[[str], str],
    now: datetime | None = None,
) -> str:
    """The last ``lines`` of ``files`` (the oldest first), none older than ``minutes``.

    ``now`` is local time, as the log's own stamps are. Raises OSError.
    """
    found: list[str] = []
    for path in reversed(files):
        text = path.read_text(encoding="utf-8", errors="backslashreplace")
        found = [*text.splitlines(keepends=True)[-(lines - len(found)) :], *found]
        if len(found) >= lines:
            break
    if minutes is not None:
        found = _since(found, (now or datetime.now()) - timedelta(minutes=minutes))
    return _bounded(redacted("".join(found)))


def _since(lines: list[str], since: datetime) -> list[str]:
    """A line without a stamp belongs to the one before it."""
    first = since.strftime("%Y-%m-%d %H:%M:%S")
    for index, line in enumerate(lines):
        stamp = _STAMP.match(line)
        if stamp is not None and stamp[0] >= first:
            return lines[index:]
    return []


def _bounded(text: str) -> str:
    """Without its beginning where it is too long."""
    data = text.encode()
    if len(data) <= MOST_BYTES:
        return text
    kept = data[-MOST_BYTES:]
    return kept[kept.find(b"\n") + 1 :].decode(errors="replace")
