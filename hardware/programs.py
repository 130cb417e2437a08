"""Asking small system programs that may not be there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def answer_of(program: str, *arguments: str, timeout_s: float = 5.0) -> str | None:
    """What a program prints, without blanks around it; None when it is absent, fails or takes too long."""
    path = program if Path(program).is_absolute() else shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
