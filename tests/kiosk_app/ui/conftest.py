"""Starts one real off-screen window per panel and keeps what it reports for the session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.ui.errors import FontMissingError
from kiosk_app.ui.fonts import FontFiles, font_files

ROOT = Path(__file__).parents[3]

LONGEST_S = 600
"""Time for all screens of a panel, on a machine that has other things to do."""

Report = dict[str, Any]


@pytest.fixture(scope="session")
def fonts() -> FontFiles:
    """The two weights of the simplified face."""
    try:
        return font_files()
    except FontMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def report_of(fonts: FontFiles, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Report]:
    """The report of the driver for a panel; the portrait one also touches everything."""
    folder = tmp_path_factory.mktemp("screens")

    @cache
    def drive(panel: str) -> subprocess.CompletedProcess[str]:
        """Once a panel, also when it fails."""
        parts = ["touch"] if panel == "1080x1920" else []
        return subprocess.run(
            [
                "timeout",
                str(LONGEST_S),
                sys.executable,
                "-m",
                "tests.kiosk_app.ui.driver",
                panel,
                str(folder),
                *parts,
            ],
            cwd=ROOT,
            env=dict(os.environ, SDL_VIDEODRIVER="offscreen"),
            capture_output=True,
            text=True,
            check=False,
        )

    def report(panel: str) -> Report:
        done = drive(panel)
        assert done.returncode == 0, done.stderr
        result: Report = json.loads(done.stdout)
        assert "error" not in result, result.get("error")
        assert done.stderr == "", "the toolkit is not quiet"
        return result

    return report
