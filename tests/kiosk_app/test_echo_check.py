"""The doctor's echo check on real devices: PyAudio on a private PulseAudio that hears itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kiosk_app.config import KioskConfig, MicrophoneConfig
from kiosk_app.duplex import duplex_of
from kiosk_app.echo_check import check_echo
from tests.bench.echo_rig import EchoRig


@pytest.mark.parametrize(
    ("loss_db", "cancelling", "state"), [(10.0, False, "warn"), (10.0, True, "ok")], ids=["bare", "webrtc"]
)
def test_the_canceller_earns_full_duplex(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loss_db: float, cancelling: bool, state: str
) -> None:
    for program in ("pulseaudio", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt-get install {program}")
    config = KioskConfig(data_dir=tmp_path)
    with EchoRig(loss_db, cancelling=cancelling) as rig:
        for name, value in rig.environment.items():
            monkeypatch.setenv(name, value)
        finding = check_echo(config)
        measured = duplex_of(config)
    assert finding.state == state, finding
    assert (measured is not None) == (state == "ok")
    if state == "warn":
        assert "--echo-cancel" in finding.fix
        softer = re.search(r"arrives (\d+) dB softer", finding.figure)
        assert softer is not None, finding.figure
        assert abs(int(softer[1]) - loss_db) <= 2


def test_a_kiosk_that_is_to_be_deaf_is_not_measured(tmp_path: Path) -> None:
    config = KioskConfig(data_dir=tmp_path, microphone=MicrophoneConfig(duplex="half"))
    assert check_echo(config).state == "skip"
    assert not (tmp_path / "echo.json").exists()
