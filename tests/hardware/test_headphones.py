"""The headphone jack: lists as pactl prints them, a program in its place, and a real PulseAudio."""

from __future__ import annotations

import json
import os
import queue
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.errors import HardwareError
from hardware.headphones import HeadphoneJack, Jack, jacks_of, listed_sinks
from kiosk_app.demo.audio_server import AudioServer

PATIENCE_S = 10.0
SINK = "alsa_output.pci-0000_00_1f.3.analog-stereo"


def listed(headphones: str, active: str = "analog-output-speaker") -> str:
    """A laptop's analogue sink and its screen's, in the form of pactl 16.1 (fields that are not read left out)."""
    return json.dumps(
        [
            {
                "index": 0,
                "state": "SUSPENDED",
                "name": SINK,
                "ports": [
                    {
                        "name": "analog-output-speaker",
                        "description": "Speakers",
                        "type": "Speaker",
                        "priority": 10000,
                        "availability_group": "",
                        "availability": "availability unknown",
                    },
                    {
                        "name": "analog-output-headphones",
                        "description": "Headphones",
                        "type": "Headphones",
                        "priority": 9900,
                        "availability_group": "Legacy 1",
                        "availability": headphones,
                    },
                ],
                "active_port": active,
                "formats": ["pcm"],
            },
            {
                "index": 1,
                "name": "alsa_output.pci-0000_01_00.1.hdmi-stereo",
                "ports": [
                    {"name": "hdmi-output-0", "type": "HDMI", "priority": 5900, "availability": "available"}
                ],
                "active_port": "hdmi-output-0",
            },
            {"index": 2, "name": "null", "ports": [], "active_port": None},
        ]
    )


@pytest.mark.parametrize(
    ("availability", "plugged"),
    [("available", True), ("not available", False), ("availability unknown", None), ("", None)],
)
def test_a_jack_says_whether_something_is_plugged_in(availability: str, plugged: bool | None) -> None:
    jack = Jack(SINK, "analog-output-headphones", plugged, in_use=False, instead="analog-output-speaker")
    assert jacks_of(listed(availability)) == (jack,)


def test_a_port_is_known_by_its_kind_or_its_name() -> None:
    for port in (
        {"name": "[Out] Headphones"},
        {"name": "x", "type": "Headphones"},
        {"name": "headset-output"},
    ):
        assert jacks_of(json.dumps([{"name": "s", "ports": [port], "active_port": port["name"]}]))[0].in_use


@pytest.mark.parametrize(
    "hostile",
    [
        "[]",
        "[1, null, []]",
        '[{"name": 5, "ports": []}]',
        '[{"name": "s", "ports": {"a": 1}}]',
        '[{"name": "s", "ports": [null, 3, {"name": 7}, {}]}]',
    ],
)
def test_what_is_not_as_expected_is_passed_over(hostile: str) -> None:
    assert jacks_of(hostile) == ()


@pytest.mark.parametrize("broken", ["", "Sink #0", '{"sinks": []}', "[" * 5, "null"])
def test_what_is_no_list_is_told(broken: str) -> None:
    with pytest.raises(HardwareError) as error:
        jacks_of(broken)
    assert error.value.code == "headphones.unreadable"


class Server:
    """A program in pactl's place: lists what the test says, tells of changes, and notes what it is told to do."""

    def __init__(self, folder: Path) -> None:
        self.list, self.told = folder / "list.json", folder / "told"
        self.pactl = folder / "pactl"
        os.mkfifo(folder / "news")
        self.pactl.write_text(
            f'#!/bin/sh\ncase "$1" in subscribe) exec cat "{folder}/news";; --format=json) exec cat "{self.list}";;'
            f' *) echo "$@" >> "{self.told}";; esac\n',
            encoding="utf-8",
        )
        self.pactl.chmod(self.pactl.stat().st_mode | stat.S_IXUSR)
        self._news = os.open(folder / "news", os.O_RDWR)

    def list_sinks(self, listed: str) -> None:
        """What is listed from now on, never half of it."""
        new = self.list.with_suffix(".new")
        new.write_text(listed, encoding="utf-8")
        new.replace(self.list)

    def say(self, line: str) -> None:
        """A line of ``pactl subscribe``."""
        os.write(self._news, line.encode() + b"\n")

    def close(self) -> None:
        """The server ends."""
        os.close(self._news)


def test_plugging_in_and_pulling_out_are_told_and_sound_follows(tmp_path: Path) -> None:
    server = Server(tmp_path)
    told: queue.SimpleQueue[bool] = queue.SimpleQueue()
    jack = HeadphoneJack(told.put, lambda _: None, str(server.pactl))
    server.list_sinks(listed("not available"))
    jack.start()
    try:
        assert told.get(timeout=PATIENCE_S) is False
        server.list_sinks(listed("available"))
        server.say("Event 'new' on sink-input #7")
        server.say("Event 'change' on card #0")
        assert told.get(timeout=PATIENCE_S) is True
        assert f"set-sink-port {SINK} analog-output-headphones" in server.told.read_text(encoding="utf-8")
        server.list_sinks(listed("not available", "analog-output-headphones"))
        server.say("Event 'change' on sink #0")
        assert told.get(timeout=PATIENCE_S) is False
        assert server.told.read_text(encoding="utf-8").splitlines()[-1].endswith("analog-output-speaker")
    finally:
        jack.stop()
        server.close()


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioServer]:
    """A real PulseAudio with a loudspeaker that has no ports."""
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is not installed: apt-get install pulseaudio")
    with AudioServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def test_a_real_server_is_read_watched_and_missed(pulse: AudioServer) -> None:
    """Its null sinks have no jack, so what is proved is the way there: the list, the news, the end."""
    sinks: list[dict[str, Any]] = json.loads(listed_sinks())
    assert sinks[0]["name"] == "speaker"
    assert jacks_of(listed_sinks()) == ()
    told: queue.SimpleQueue[bool | str] = queue.SimpleQueue()
    jack = HeadphoneJack(told.put, told.put)
    jack.start()
    try:
        assert told.get(timeout=PATIENCE_S) is False
        pulse.stop()
        assert "sound server" in str(told.get(timeout=PATIENCE_S))
    finally:
        jack.stop()
    with pytest.raises(HardwareError, match="pactl does not answer"):
        HeadphoneJack(told.put, told.put).start()
