"""The ``kiosk`` command, as a program of its own and within this process."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from kiosk_app.cli.root import run

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


def told(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    """Run a command within this process: status, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(arguments)
    finally:
        sys.stdin = before
    return status, out.getvalue(), err.getvalue()
