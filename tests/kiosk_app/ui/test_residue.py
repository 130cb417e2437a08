"""After a visit nothing of it is left in widgets, objects, logs, files or caches of a kiosk with a window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk_app.ui.fonts import FontFiles
from tests.kiosk_app.ui.conftest import ROOT

LAST_SHOWN = "梅红祝"
"""What a member of staff wrote, backwards; it is on the screen when the visit is looked into."""


def test_nothing_that_was_said_typed_or_shown_outlives_the_visit(
    fonts: FontFiles, gov_artefact: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            "timeout",
            "200",
            sys.executable,
            "-m",
            "tests.kiosk_app.ui.residue_driver",
            str(tmp_path),
            str(gov_artefact),
        ],
        cwd=ROOT,
        env=dict(os.environ, SDL_VIDEODRIVER="offscreen", TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "error" not in report, report.get("error")
    assert report["seen_during"][LAST_SHOWN] > 0, "the search finds nothing even during the visit"
    assert report["logged"] > 10, "nothing was logged, so the log proves nothing"
    assert report["found"] == {"memory": {}, "files": {}, "log": []}
