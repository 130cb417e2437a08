"""How long the kiosk takes to open, and the memory it then needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kiosk_app.bench.figure import Figure
from kiosk_app.errors import BenchError

_TIMEOUT_S = 180.0


def opening_figures(config_file: Path | None) -> list[Figure]:
    """A kiosk opened in a fresh process. Raises BenchError when it does not open."""
    options = ["--config", str(config_file)] if config_file else []
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk_app.bench.opening", *options],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(
            f"the kiosk did not open in a process of its own: {error}; run: kiosk doctor"
        ) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise BenchError(f"the kiosk did not open in a process of its own: {reason}; run: kiosk doctor")
    told = json.loads(done.stdout)
    return [
        Figure(
            "opening_s",
            round(told["seconds"], 2),
            "s",
            "process start until it listens, files as the disk has them",
        ),
        Figure(
            "memory_mb",
            round(told["megabytes"], 1),
            "MB",
            "open and listening, without screen, camera and the processes of sound devices",
        ),
    ]
