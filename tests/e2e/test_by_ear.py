"""A whole visit by keypad and headphones alone: real keys of a real window, a real voice, a real loudspeaker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.audio_server import AudioServer

STATIONS = (
    "您好，这里可以用耳朵听",
    "身份证",
    "按2听下一项",
    "第1项",
    "这里是首页",
    "请到咨询台",
    "办好了",
    "评价",
    "满意",
)


@pytest.mark.timeout(120)
def test_a_visit_by_keys_and_ears_from_the_welcome_to_the_goodbye(
    tmp_path: Path, audio: AudioServer, artefact: Path
) -> None:
    with audio.recording(tmp_path / "heard.wav") as recording:
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.by_ear", str(tmp_path), str(artefact)],
            env=dict(os.environ, SDL_VIDEODRIVER="offscreen"),
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "error" not in report, report["error"]
    said = iter(report["said"])
    for station in STATIONS:
        assert any(station in text for text in said), f"{station} was not said in its turn: {report['said']}"
    with wave.open(str(recording)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    loud = np.abs(sound.astype(np.int32)) > 300
    assert loud.sum() > 16_000 // 2, "hardly anything came out of the loudspeaker"
