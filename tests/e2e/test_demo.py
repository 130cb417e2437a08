"""The demonstration itself: the whole system, screen and all, and a citizen who visits it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCREENS = {
    "attract", "greeting", "listening", "answer", "topic", "topic-answer", "english", "elder", "elder-contrast",
    "handover", "handover-accepted", "farewell", "after",
}  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("needs_programs")
def test_the_demonstration_ends_well_and_leaves_what_it_promises(tmp_path: Path, artefact: Path) -> None:
    out = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk_app.demo", "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert [answer["question"] for answer in report["answers"] if not answer["right"]] == []
    assert len(report["answers"]) == 5
    assert all(value is not None for value in report["medians_ms"].values())
    names = {path.stem.split("-", 1)[1] for path in (out / "screens").glob("*.png")}
    assert names == SCREENS
    assert (out / "fleet.png").stat().st_size > 10_000
    assert (out / "loudspeaker.wav").stat().st_size > 16_000 * 2 * 10
    assert "听到" in (out / "transcript.md").read_text(encoding="utf-8")
    assert not done.stderr.strip(), f"noise on the terminal: {done.stderr}"
