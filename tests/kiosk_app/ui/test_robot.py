"""Whoever touches anything for half an hour finds no dead end, a person in one touch and the way home in two."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kiosk_app.ui.fonts import FontFiles
from tests.kiosk_app.ui.conftest import ROOT

VISITORS = 2
"""More of them, at every panel: ``python -m tests.kiosk_app.ui.robot_driver PANEL VISITORS``, kept in
docs/measurements/touchscreen.md."""


@pytest.mark.usefixtures("gov_artefact")
def test_who_touches_anything_is_never_lost(fonts: FontFiles) -> None:
    command = [sys.executable, "-m", "tests.kiosk_app.ui.robot_driver", "1280x800", str(VISITORS)]
    done = subprocess.run(
        ["timeout", "300", *command],
        cwd=ROOT,
        env=dict(os.environ, SDL_VIDEODRIVER="offscreen"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "error" not in report, report.get("error")
    assert report["virtual_s"] >= VISITORS * 1800
    assert report["furthest_home"] <= 2
    assert {"attract", "answer", "farewell"} <= set(report["screens"]), "they hardly saw anything"
