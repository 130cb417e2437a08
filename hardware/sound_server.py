"""Which sound server runs, and which devices it gives to programs that do not choose."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import Literal

from hardware.errors import HardwareError
from hardware.programs import answer_of

ServerKind = Literal["pulseaudio", "pipewire"]


@dataclass(frozen=True, slots=True)
class SoundServer:
    """A running sound server, and the names of its default microphone and loudspeaker."""

    kind: ServerKind
    name: str
    microphone: str
    loudspeaker: str


def sound_server(pactl: str = "pactl") -> SoundServer | None:
    """What ``pactl`` tells; None without pactl or without a server. PipeWire answers it in PulseAudio's place."""
    answer = answer_of(pactl, "--format=json", "info")
    try:
        told = json.loads(answer or "")
        name = str(told["server_name"])
        microphone, loudspeaker = str(told["default_source_name"]), str(told["default_sink_name"])
    except (ValueError, KeyError, TypeError):
        return None
    kind: ServerKind = "pipewire" if "pipewire" in name.lower() else "pulseaudio"
    return SoundServer(kind, name, microphone, loudspeaker)


def installed_server(pactl: str = "pactl") -> ServerKind:
    """The server that runs here, or that would: root, who writes its files, often cannot reach the user's own.

    Raises:
        HardwareError: there is none (``no_sound_server``).
    """
    running = sound_server(pactl)
    if running is not None:
        return running.kind
    if shutil.which("pipewire-pulse"):
        return "pipewire"
    if shutil.which("pulseaudio"):
        return "pulseaudio"
    raise HardwareError(
        "no_sound_server", "there is no sound server; install one: apt-get install pipewire-pulse wireplumber"
    )
