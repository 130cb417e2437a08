"""The ``kiosk`` command as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def kiosk(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run it; ``given`` is its standard input."""
    done = subprocess.run(
        [sys.executable, "-c", "from kiosk_app.cli import main; main()", *arguments],
        input=given,
        capture_output=True,
        cwd=ROOT,
        timeout=100,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
