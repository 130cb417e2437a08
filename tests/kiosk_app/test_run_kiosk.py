"""``kiosk run`` without a screen: it stops on a signal, and a broken configuration means safe mode."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from kiosk_app.cli import run_kiosk
from kiosk_app.config import KioskConfig, KnowledgeConfig, MicrophoneConfig, ScreenConfig, SpeakerConfig
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.updating.start import begin
from kiosk_app.updating.update import Update
from models.assets.stamp import sha256_of


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
    monkeypatch.setattr(
        run_kiosk, "serve", lambda settings, problem, source, begun: served.append((settings, problem))
    )
    file = tmp_path / "kiosk.toml"
    file.write_text('[camera]\nenabeld = true\n[fleet]\nidentity = "/etc/identity"\n', encoding="utf-8")
    run_kiosk.run(file)
    settings, problem = served[0]
    assert problem == f"{file}:2: camera.enabeld: unknown key; did you mean 'enabled'?"
    assert settings.fleet.identity == Path("/etc/identity")
    assert capsys.readouterr().err.splitlines() == [problem, "starting in safe mode"]


_TWICE = """
import os, sys
from pathlib import Path
from kiosk_app.cli import run_kiosk
from kiosk_app.config import KioskConfig

starts = Path(sys.argv[1])
with starts.open("a") as file:
    print(os.getpid(), file=file)
if len(starts.read_text().splitlines()) == 2:
    sys.exit(7)
settings = KioskConfig.model_validate({
    "data_dir": sys.argv[2], "screen": {"backend": "none"}, "microphone": {"backend": "none"},
    "speaker": {"backend": "none"}, "knowledge": {"venue": None, "pack": sys.argv[3]},
})
assert run_kiosk.serve(settings, ready=lambda kiosk: kiosk.begin_again())
run_kiosk._begin_again()
"""


def test_the_program_starts_itself_again_where_nobody_else_does(tmp_path: Path, gov_artefact: Path) -> None:
    program, starts = tmp_path / "twice.py", tmp_path / "starts"
    program.write_text(_TWICE, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    command = [sys.executable, str(program), str(starts), str(tmp_path / "home"), str(gov_artefact)]
    done = subprocess.run(command, env=environment, timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr
    first, second = starts.read_text(encoding="ascii").split()
    assert first == second, "the same process, so whoever waits for it goes on waiting"


_BROKEN_BEHIND = """
import sys, threading
from kiosk_app.cli import run_kiosk
from kiosk_app.config import KioskConfig

def ready(kiosk):
    raise ArithmeticError("two and two")

settings = KioskConfig.model_validate({
    "data_dir": sys.argv[1], "screen": {"panel": "1280x800", "fullscreen": False}, "microphone": {"backend": "none"},
    "speaker": {"backend": "none"}, "knowledge": {"venue": None, "pack": sys.argv[2]},
})
try:
    run_kiosk.serve(settings, ready=ready)
except ArithmeticError as error:
    print(error, [thread.name for thread in threading.enumerate() if thread.name == "kiosk"])
"""


def test_what_breaks_behind_the_screen_is_raised_where_it_is_served(
    tmp_path: Path, gov_artefact: Path
) -> None:
    program = tmp_path / "broken.py"
    program.write_text(_BROKEN_BEHIND, encoding="utf-8")
    command = [sys.executable, str(program), str(tmp_path / "home"), str(gov_artefact)]
    environment = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run(command, env=environment, timeout=60, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "two and two []\n"), done.stderr


def test_systemd_starts_it_again_where_it_began_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    with pytest.raises(typer.Exit) as left:
        run_kiosk._begin_again()
    assert left.value.exit_code == run_kiosk.RESTART_CODE


def test_a_setting_of_the_centre_makes_it_start_again_between_visits(
    settings: KioskConfig, tmp_path: Path
) -> None:
    document = tmp_path / "centre.toml"
    document.write_text("[speaker]\nvolume = 0.5\n")
    update = Update(1, "config", "hall", "1", sha256_of(document), document)
    again = run_kiosk.serve(settings, ready=lambda kiosk: kiosk.updates.fetched(update))
    assert again, "it ended without wanting to be started again"
    assert begin(settings, None).config.speaker.volume == 0.5
