"""The main job by touch alone: without a microphone, a loudspeaker or a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk_app.ui.fonts import FontFiles
from tests.kiosk_app.ui.conftest import ROOT, fonts

__all__ = ["fonts"]


def test_a_finger_finds_an_answer_a_person_and_the_way_out(
    fonts: FontFiles, gov_artefact: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["timeout", "120", sys.executable, "-m", "tests.e2e.touching", str(tmp_path), str(gov_artefact)],
        cwd=ROOT,
        env=dict(os.environ, SDL_VIDEODRIVER="offscreen"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "error" not in report, report
    seen = [(phase, texts) for phase, *texts in report["seen"]]
    assert [phase for phase, _ in seen] == [
        "idle", "clarifying", "answering", "handover", "answering", "farewell", "idle"
    ]  # fmt: skip
    home, _, answer, person, again, goodbye, after = (texts for _, texts in seen)
    assert "身份证补领" in answer and "要带什么" in answer
    assert not any("说话" in text for text in home), "nobody hears what is said"
    assert any("服务台" in text for text in person), "without a network the service desk is named"
    assert set(answer) <= {*again, "停止", "再听一遍"}, "back is the answer as it was"
    assert "满意" in goodbye
    assert [text for text in after if ":" not in text] == [text for text in home if ":" not in text]
