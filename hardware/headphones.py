"""The headphone jack: whether something is plugged in, as the sound server's ports tell it, and where sound goes then.

``pactl`` answers for PulseAudio (16 and later) and for PipeWire in its place. Only a sound card that feels its jack
reports it; the jack of a Raspberry Pi 4 and of most USB sound cards is always ``availability unknown``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hardware.errors import HardwareError
from hardware.programs import answer_of

_STOP_S = 2.0
_MEANT = re.compile(r"headphone|headset", re.IGNORECASE)
_OF_INTEREST = re.compile(r"on (sink|card|server)( #|\s*$)")
"""Of what ``pactl subscribe`` tells; a stream (``sink-input``) that comes with every sentence is not."""
_PLUGGED, _EMPTY = "available", "not available"
_MOST = 64
"""Sinks and ports that are looked at; no board has so many."""


@dataclass(frozen=True, slots=True)
class Jack:
    """A sink's port for headphones.

    ``plugged`` is None where the card does not feel it. ``instead`` is the port that sound goes to without it.
    """

    sink: str
    port: str
    plugged: bool | None
    in_use: bool
    instead: str = ""


def jacks_of(listed: str) -> tuple[Jack, ...]:
    """The jacks in what ``pactl --format=json list sinks`` prints; whatever is not as expected is passed over.

    Raises:
        HardwareError: it is no list at all (``headphones.unreadable``).
    """
    try:
        sinks = json.loads(listed)
    except ValueError as error:
        raise HardwareError(
            "headphones.unreadable",
            f"pactl lists its sinks in no known form ({error}): PulseAudio 16 or later, or PipeWire, is needed",
        ) from error
    if not isinstance(sinks, list):
        raise HardwareError("headphones.unreadable", "pactl lists no sinks: is the sound server running?")
    found = (_jack(sink) for sink in sinks[:_MOST] if isinstance(sink, dict))
    return tuple(jack for jack in found if jack is not None)


def _jack(sink: dict[str, Any]) -> Jack | None:
    name, listed, active = sink.get("name"), sink.get("ports"), sink.get("active_port")
    if not isinstance(name, str) or not isinstance(listed, list):
        return None
    ports = [port for port in listed[:_MOST] if isinstance(port, dict) and isinstance(port.get("name"), str)]
    meant = [port for port in ports if _MEANT.search(f"{port['name']} {port.get('type', '')}")]
    if not meant:
        return None
    port = next((one for one in meant if one.get("availability") == _PLUGGED), meant[0])
    others = [one for one in ports if one not in meant and one.get("availability") != _EMPTY]
    others.sort(key=_priority, reverse=True)
    plugged = {_PLUGGED: True, _EMPTY: False}.get(str(port.get("availability")))
    return Jack(name, port["name"], plugged, active == port["name"], others[0]["name"] if others else "")


def _priority(port: dict[str, Any]) -> int:
    priority = port.get("priority")
    return priority if isinstance(priority, int) else 0


class HeadphoneJack:
    """Watches the jacks in a thread of its own and calls ``told(plugged)`` first and whenever that changes.

    Sound follows: a server that does not switch the port by itself is told to. When the server can be asked no
    longer, ``lost(reason)`` is called and the thread ends.
    """

    def __init__(
        self, told: Callable[[bool], None], lost: Callable[[str], None], pactl: str = "pactl"
    ) -> None:
        self._told = told
        self._lost = lost
        self._pactl = pactl
        self._stopping = False
        self._news: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look once, and watch. Raises HardwareError."""
        if self._thread is not None:
            return
        plugged = self._look()
        program = shutil.which(self._pactl)
        if program is None:
            raise _no_server()
        self._stopping = False
        self._news = news = subprocess.Popen(
            [program, "subscribe"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
            text=True,
            errors="replace",
        )
        self._thread = threading.Thread(
            target=self._run, args=(news, plugged), name="headphones", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the thread and the program it reads."""
        self._stopping = True
        news, self._news = self._news, None
        if news is not None:
            news.terminate()
            try:
                news.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                news.kill()
                news.wait()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_S)

    def _run(self, news: subprocess.Popen[str], plugged: bool) -> None:
        self._told(plugged)
        reason = "the sound server has ended"
        try:
            plugged = self._again(plugged)  # what changed before the program was listening
            for line in news.stdout or ():
                if self._stopping:
                    return
                if _OF_INTEREST.search(line):
                    plugged = self._again(plugged)
        except HardwareError as error:
            reason = str(error)
        if not self._stopping:
            self._lost(reason)

    def _again(self, before: bool) -> bool:
        plugged = self._look()
        if plugged != before and not self._stopping:
            self._told(plugged)
        return plugged

    def _look(self) -> bool:
        """Whether something is plugged in anywhere, with every sink's sound where it belongs."""
        jacks = jacks_of(listed_sinks(self._pactl))
        for jack in jacks:
            if jack.plugged and not jack.in_use:
                answer_of(self._pactl, "set-sink-port", jack.sink, jack.port)
            elif jack.plugged is False and jack.in_use and jack.instead:
                answer_of(self._pactl, "set-sink-port", jack.sink, jack.instead)
        return any(jack.plugged for jack in jacks)


def listed_sinks(pactl: str = "pactl") -> str:
    """What ``pactl`` prints of the sinks, untranslated. Raises HardwareError."""
    program = shutil.which(pactl)
    listed = answer_of("env", "LC_ALL=C", program, "--format=json", "list", "sinks") if program else None
    if listed is None:
        raise _no_server()
    return listed


def _no_server() -> HardwareError:
    return HardwareError(
        "headphones.no_server",
        "pactl does not answer: apt-get install pulseaudio-utils, and run the kiosk in the session of the sound server",
    )
