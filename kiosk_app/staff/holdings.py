"""How much a folder holds."""

from __future__ import annotations

import os
from pathlib import Path


def size_of(folder: Path) -> int:
    """Bytes of all plain files below ``folder``; links are not followed, what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(Path(place) / name).st_size
            except OSError:
                continue
    return total
