"""``kiosk run`` without a screen: it stops on a signal, and a broken configuration means safe mode."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.cli import run_kiosk
from kiosk_app.config import KioskConfig, KnowledgeConfig, MicrophoneConfig, ScreenConfig, SpeakerConfig
from kiosk_app.runtime.kiosk import Kiosk


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The handlers of whoever runs the tests, put back afterwards."""
    saved = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in saved.items():
        signal.signal(number, handler)


@pytest.fixture
def settings(tmp_path: Path, gov_artefact: Path) -> KioskConfig:
    """A kiosk without screen, ears and voice."""
    return KioskConfig(
        data_dir=tmp_path / "home",
        screen=ScreenConfig(backend="none"),
        microphone=MicrophoneConfig(backend="none"),
        speaker=SpeakerConfig(backend="none"),
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_stop_and_leaves_nothing(
    settings: KioskConfig, number: signal.Signals
) -> None:
    before = set(threading.enumerate())
    started: list[Kiosk] = []

    def ready(kiosk: Kiosk) -> None:
        started.append(kiosk)
        os.kill(os.getpid(), number)

    run_kiosk.serve(settings, ready=ready)
    assert len(started) == 1
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_it_stops_its_parts_when_what_is_done_with_it_fails(settings: KioskConfig) -> None:
    before = set(threading.enumerate())

    def ready(kiosk: Kiosk) -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        run_kiosk.serve(settings, ready=ready)
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


def test_a_broken_configuration_starts_in_safe_mode_with_its_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[tuple[KioskConfig, str]] = []
    monkeypatch.setattr(run_kiosk, "serve", lambda settings, problem: served.append((settings, problem)))
    file = tmp_path / "kiosk.toml"
    file.write_text('[camera]\nenabeld = true\n[fleet]\nenabled = true\nkiosk = "hall-7"\n', encoding="utf-8")
    run_kiosk.run(file)
    settings, problem = served[0]
    assert problem == f"{file}:2: camera.enabeld: unknown key; did you mean 'enabled'?"
    assert settings.fleet.kiosk == "hall-7"
    assert capsys.readouterr().err.splitlines() == [problem, "starting in safe mode"]
