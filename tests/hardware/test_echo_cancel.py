"""The sound server's echo canceller, set up and, with a real PulseAudio, loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from hardware.echo_cancel import LOUDSPEAKER, MICROPHONE, echo_cancel_file, install_echo_cancel
from hardware.errors import HardwareError
from hardware.sound_server import installed_server, sound_server
from tests.bench.echo_rig import EchoRig


def pactl(folder: Path, answer: str, code: int = 0) -> str:
    """A pactl that gives this answer."""
    program = folder / "pactl"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit {code}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("name", "kind"), [("pulseaudio", "pulseaudio"), ("PulseAudio (on PipeWire 0.3.65)", "pipewire")]
)
def test_the_running_server_is_told_with_its_devices(tmp_path: Path, name: str, kind: str) -> None:
    told = {"server_name": name, "default_source_name": "m", "default_sink_name": "s"}
    server = sound_server(pactl(tmp_path, json.dumps(told)))
    assert server is not None
    assert (server.kind, server.microphone, server.loudspeaker) == (kind, "m", "s")
    assert installed_server(str(tmp_path / "pactl")) == kind


@pytest.mark.parametrize(("answer", "code"), [("", 1), ("Connection failure", 0), ("[]", 0), ("{}", 0)])
def test_a_server_that_does_not_answer_is_none(tmp_path: Path, answer: str, code: int) -> None:
    assert sound_server(pactl(tmp_path, answer, code)) is None


def test_without_any_server_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HardwareError, match="apt-get install pipewire-pulse") as wrong:
        installed_server()
    assert wrong.value.code == "no_sound_server"


@pytest.mark.parametrize("server", ["pulseaudio", "pipewire"])
def test_the_file_is_written_whole_and_again(tmp_path: Path, server: str) -> None:
    for _ in range(2):
        written = install_echo_cancel(server, tmp_path)  # type: ignore[arg-type]
        text = written.path.read_text(encoding="utf-8")
        assert text == written.text
        assert text.count("{") == text.count("}")
        assert "webrtc" in text and MICROPHONE in text and LOUDSPEAKER in text
        assert [path.name for path in written.path.parent.iterdir()] == [written.path.name]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("not a folder")
    with pytest.raises(HardwareError, match="sudo kiosk doctor --echo-cancel"):
        install_echo_cancel("pulseaudio", tmp_path)


def test_a_real_pulseaudio_takes_the_file_and_its_devices_become_the_defaults(tmp_path: Path) -> None:
    if shutil.which("pulseaudio") is None:
        pytest.skip("PulseAudio is not installed: apt-get install pulseaudio pulseaudio-utils")
    with EchoRig(20.0) as rig:
        rig.pactl("set-default-source", "mic_in.monitor")
        rig.load(echo_cancel_file("pulseaudio", tmp_path).text)
        told = json.loads(rig.pactl("--format=json", "info"))
        assert (told["default_source_name"], told["default_sink_name"]) == (MICROPHONE, LOUDSPEAKER)


def test_a_real_pipewire_takes_the_file(tmp_path: Path) -> None:
    program, shell = shutil.which("pipewire"), shutil.which("pw-cli")
    if program is None or shell is None:
        pytest.skip("PipeWire is not installed: apt-get install pipewire")
    shutil.copytree(Path(program).parents[1] / "share/pipewire", tmp_path / "etc/pipewire")
    install_echo_cancel("pipewire", tmp_path)
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "PIPEWIRE_CONFIG_DIR": str(tmp_path / "etc/pipewire"),
        "PIPEWIRE_RUNTIME_DIR": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
    }
    with (tmp_path / "log").open("wb") as log:
        daemon = subprocess.Popen([program], env=environment, stdout=log, stderr=log)
    try:
        until, nodes = time.monotonic() + 10, ""
        while LOUDSPEAKER not in nodes:
            assert time.monotonic() < until, (tmp_path / "log").read_text(errors="replace")[-800:]
            listed = subprocess.run(
                [shell, "ls", "Node"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
            nodes = listed.stdout
        assert f'"{MICROPHONE}"' in nodes
    finally:
        daemon.terminate()
        daemon.wait(10)
