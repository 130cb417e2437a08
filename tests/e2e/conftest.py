"""A whole system on real parts: private sound devices, mosquitto, the centre, and kiosks without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.demo.audio_server import AudioServer
from kiosk_app.demo.centre import DemoCentre
from tests.e2e.hall import Hall
from tests.voice.processes import children_with

NEEDED = {
    "mosquitto": "mosquitto",
    "pulseaudio": "pulseaudio",
    "espeak-ng": "espeak-ng",
    "chromium": "chromium",
}


@pytest.fixture(scope="session")
def artefact(gov_artefact: Path) -> Path:
    """The shipped gov pack, built."""
    return gov_artefact


@pytest.fixture(scope="session")
def needs_programs() -> None:
    """Skip, with the package to install, where a program of the whole system is missing."""
    search = f"{os.environ['PATH']}:/usr/sbin"
    for program, package in NEEDED.items():
        if shutil.which(program, path=search) is None:
            pytest.skip(f"{program} is not installed: apt-get install {package}")


@pytest.fixture(scope="session")
def audio(needs_programs: None) -> Iterator[AudioServer]:
    """A microphone and a loudspeaker; PortAudio finds them through the environment."""
    saved = dict(os.environ)
    with AudioServer(60) as server:
        os.environ.update(server.environment)
        yield server
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[DemoCentre]:
    """The centre with its broker."""
    with DemoCentre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def hall(tmp_path: Path, audio: AudioServer, artefact: Path) -> Iterator[Hall]:
    """A place to put a kiosk into; it is taken down afterwards, and nothing that it started stays."""
    place = Hall(tmp_path, audio, artefact)
    yield place
    place.close()
    assert children_with("voice.playback") == []
    assert children_with("voice.capture") == []
