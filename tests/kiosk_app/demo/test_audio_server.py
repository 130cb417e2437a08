"""The private sound devices themselves; what PyAudio makes of them is tested with the voice parts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kiosk_app.demo.audio_server import RATE, AudioServer, AudioServerError
from tests.voice.listening import seconds_of_sound

needs_pulseaudio = pytest.mark.skipif(
    shutil.which("pulseaudio") is None,
    reason="PulseAudio is not installed: apt-get install pulseaudio pulseaudio-utils libasound2-plugins",
)


def tone(path: Path, seconds: float = 0.5) -> Path:
    wave = 0.4 * np.sin(2 * np.pi * 500 * np.arange(int(seconds * RATE)) / RATE)
    soundfile.write(path, wave, RATE)
    return path


def daemons() -> set[str]:
    """Process ids of our children that are PulseAudio daemons."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return {line.split()[0] for line in listed.stdout.splitlines() if "pulseaudio" in line}


@needs_pulseaudio
def test_it_starts_gives_an_environment_and_leaves_nothing_behind() -> None:
    server = AudioServer()
    before = daemons()
    server.start()
    server.start()
    folder = Path(server.environment["ALSA_CONFIG_PATH"]).parent
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0, "nobody else may listen"
    assert len(daemons() - before) == 2
    server.stop()
    server.stop()
    assert daemons() == before
    assert not folder.exists()


@needs_pulseaudio
def test_it_can_start_again() -> None:
    server = AudioServer()
    for _ in range(2):
        with server:
            assert server.environment["PULSE_SERVER"].startswith("unix:")


@needs_pulseaudio
def test_two_servers_do_not_disturb_each_other(tmp_path: Path) -> None:
    with AudioServer() as one, AudioServer() as other:
        assert one.environment["PULSE_SERVER"] != other.environment["PULSE_SERVER"]
        with other.recording(tmp_path / "other.wav"):
            play(one, tone(tmp_path / "tone.wav"))
        assert not soundfile.read(tmp_path / "other.wav")[0].any()


def play(server: AudioServer, wav: Path) -> None:
    subprocess.run(["paplay", str(wav)], env={**os.environ, **server.environment}, check=True, timeout=10)


@needs_pulseaudio
def test_the_recording_holds_what_the_loudspeaker_played(tmp_path: Path) -> None:
    with AudioServer() as server, server.recording(tmp_path / "heard.wav"):
        play(server, tone(tmp_path / "tone.wav"))
    sound, rate = soundfile.read(tmp_path / "heard.wav", dtype="int16")
    assert (rate, sound.ndim) == (RATE, 1)
    assert seconds_of_sound(sound) == pytest.approx(0.5, abs=0.05)


@needs_pulseaudio
def test_the_microphone_hears_what_is_played_into_it_and_the_loudspeaker_by_echo(tmp_path: Path) -> None:
    with AudioServer() as server:
        assert server.play_into_microphone(tone(tmp_path / "tone.wav")).wait(10) == 0
        server.add_echo()
        server.unplug_microphone()
        server.plug_microphone()


@needs_pulseaudio
def test_the_daemons_end_with_a_program_that_is_killed() -> None:
    code = (
        "import sys; from kiosk_app.demo.audio_server import AudioServer; s = AudioServer(); s.start();"
        "print(s.environment['PULSE_SERVER'][5:], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        address = Path(program.stdout.readline().strip())
        program.kill()
    watcher = subprocess.run(
        ["pactl", "subscribe"], env={**os.environ, "PULSE_SERVER": f"unix:{address}"}, timeout=10, check=False,
        capture_output=True,
    )  # fmt: skip
    assert watcher.returncode, "pactl ends with an error when, and only when, its server has gone"
    shutil.rmtree(address.parent.parent)


@needs_pulseaudio
def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with AudioServer() as server, pytest.raises(AudioServerError, match=r"gone\.wav") as wrong:
        server.play_into_microphone(tmp_path / "gone.wav")
    assert wrong.value.code == "wav_missing"


def test_it_must_be_started_first() -> None:
    with pytest.raises(AudioServerError, match=r"start\(\)") as wrong:
        _ = AudioServer().environment
    assert wrong.value.code == "not_running"


def test_without_pulseaudio_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AudioServerError, match="apt-get install pulseaudio") as wrong:
        AudioServer().start()
    assert wrong.value.code == "pulseaudio_missing"


@needs_pulseaudio
def test_a_daemon_that_dies_at_the_start_is_told_with_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pulseaudio").write_text("#!/bin/sh\necho no memory >&2\nexit 1\n")
    (tmp_path / "pulseaudio").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(AudioServerError, match="no memory") as wrong:
        AudioServer().start()
    assert wrong.value.code == "pulseaudio_failed"
