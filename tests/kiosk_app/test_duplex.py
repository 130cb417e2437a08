"""When the kiosk may be interrupted by voice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk_app.config import KioskConfig, MicrophoneConfig, SpeakerConfig
from kiosk_app.duplex import REQUIRED_LOSS_DB, VALID_FOR, duplex_of, keep, kept
from kiosk_app.echo_check import finding_of
from voice.echo import EchoFigures

GOOD = EchoFigures(REQUIRED_LOSS_DB + 5, at_least=False, delay_s=0.08, noise_dbfs=-60.0)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def config(home: Path, duplex: str = "auto", microphone: str = "mic", speaker: str = "box") -> KioskConfig:
    return KioskConfig(
        data_dir=home,
        microphone=MicrophoneConfig(device=microphone, duplex=duplex),  # type: ignore[arg-type]
        speaker=SpeakerConfig(device=speaker),
    )


def test_without_a_measurement_it_is_deaf_while_it_speaks(tmp_path: Path) -> None:
    assert duplex_of(config(tmp_path), NOW) is None
    assert duplex_of(KioskConfig(data_dir=tmp_path), NOW) is None


def test_a_measurement_that_suffices_is_used_and_only_by_auto(tmp_path: Path) -> None:
    keep(GOOD, config(tmp_path), NOW)
    measured = duplex_of(config(tmp_path), NOW)
    assert measured is not None
    assert (measured.loss_db, measured.delay_ms) == (REQUIRED_LOSS_DB + 5, 80)
    assert duplex_of(config(tmp_path, "half"), NOW) is None


@pytest.mark.parametrize(
    "figures",
    [
        EchoFigures(REQUIRED_LOSS_DB - 1, at_least=False, delay_s=0.08, noise_dbfs=-60.0),
        EchoFigures(REQUIRED_LOSS_DB - 1, at_least=True, delay_s=0.08, noise_dbfs=-40.0),
        EchoFigures(60.0, at_least=True, delay_s=None, noise_dbfs=-60.0),
    ],
    ids=["too little loss", "a noisy room", "the loudspeaker was off"],
)
def test_what_does_not_suffice_is_not_used_and_has_a_fix(tmp_path: Path, figures: EchoFigures) -> None:
    keep(figures, config(tmp_path), NOW)
    assert duplex_of(config(tmp_path), NOW) is None
    finding = finding_of(figures)
    assert finding.state == "warn"
    assert "deaf while it speaks" in finding.figure
    assert finding.fix


def test_what_suffices_is_told_with_its_figures() -> None:
    finding = finding_of(GOOD)
    assert finding.state == "ok"
    assert "30 dB" in finding.figure
    assert "80 ms" in finding.figure


@pytest.mark.parametrize("age", [VALID_FOR + timedelta(days=1), timedelta(days=-1)])
def test_an_old_measurement_or_one_of_the_future_is_not_used(tmp_path: Path, age: timedelta) -> None:
    keep(GOOD, config(tmp_path), NOW - age)
    assert duplex_of(config(tmp_path), NOW) is None


@pytest.mark.parametrize("other", [{"microphone": "usb"}, {"speaker": "hdmi"}])
def test_other_devices_need_their_own_measurement(tmp_path: Path, other: dict[str, str]) -> None:
    keep(GOOD, config(tmp_path), NOW)
    assert duplex_of(config(tmp_path, **other), NOW) is None


def test_a_site_may_insist_on_full_duplex(tmp_path: Path) -> None:
    insisted = duplex_of(config(tmp_path, "full"), NOW)
    assert insisted is not None
    assert insisted.loss_db == REQUIRED_LOSS_DB


@pytest.mark.parametrize("content", ["", "{", '{"version": 2}', '{"version": 1, "loss_db": "much"}'])
def test_a_damaged_file_is_no_measurement(tmp_path: Path, content: str) -> None:
    (tmp_path / "echo.json").write_text(content)
    assert kept(tmp_path) is None
    assert duplex_of(config(tmp_path), NOW) is None


def test_without_ears_or_a_voice_there_is_nothing_to_interrupt(tmp_path: Path) -> None:
    keep(GOOD, config(tmp_path), NOW)
    off = KioskConfig(data_dir=tmp_path, speaker=SpeakerConfig(backend="none", device="box"))
    assert duplex_of(off, NOW) is None
