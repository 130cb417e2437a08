"""What the kiosk hears with, and what it speaks with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kiosk_app.config.section import Section
from kiosk_app.volumes import LOUDEST, QUIETEST, USUAL_VOLUME
from voice.sound_devices import ROLE_PREFIX, ROLES


def _known_role(device: str) -> str:
    if device.startswith(ROLE_PREFIX) and device.removeprefix(ROLE_PREFIX) not in ROLES:
        raise ValueError(
            f"must be a part of a name or one of {', '.join(ROLE_PREFIX + role for role in ROLES)}"
        )
    return device


Device = Annotated[str, AfterValidator(_known_role)]


class MicrophoneConfig(Section):
    """Where the citizen's voice comes from."""

    backend: Literal["pyaudio", "none"] = "pyaudio"
    device: Device | None = Field(
        default=None,
        description="Part of the device's or its card's name, or role:usb, role:builtin, role:bluetooth;"
        " the system's default without it.",
    )
    silent_after_s: float = Field(
        default=30.0,
        ge=0,
        description="Digital silence for so long is a fault. 0 for a microphone whose noise gate is silent too.",
    )
    duplex: Literal["auto", "half", "full"] = Field(
        default="auto",
        description="half: deaf while it speaks. full: may be interrupted by voice. auto: full where the doctor's"
        " echo check has found it to be safe with these devices, half otherwise.",
    )


class SpeakerConfig(Section):
    """Where answers are heard."""

    backend: Literal["pyaudio", "none"] = "pyaudio"
    device: Device | None = Field(
        default=None,
        description="Part of the device's or its card's name, or role:usb, role:builtin, role:bluetooth, role:hdmi;"
        " the system's default without it.",
    )
    volume: float = Field(
        default=USUAL_VOLUME,
        ge=QUIETEST,
        le=LOUDEST,
        description="How loud visits begin; what is set in the staff corner comes before it.",
    )


class RecognitionConfig(Section):
    """Speech to text."""

    backend: Literal["vosk", "sherpa-onnx", "none"] = "vosk"
    model: Literal["auto", "official", "embedded"] | Path = Field(
        default="auto",
        description="auto: the official model if it was fetched, else the embedded one. sherpa-onnx needs a folder.",
    )
    decoding: Literal["model", "small-board"] = Field(
        default="model", description="small-board: Vosk searches less than its model asks for."
    )


class SpeechConfig(Section):
    """Text to speech."""

    backend: Literal["auto", "espeak-ng", "piper", "none"] = Field(
        default="auto",
        description="auto: piper for Chinese where its program and voice are, espeak-ng for everything else.",
    )
    cache_mb: int = Field(
        default=512,
        ge=0,
        le=16_384,
        description="Room on disk for answers that are rendered before they are asked for; 0 renders none.",
    )
    follow_room: bool = Field(
        default=True, description="Speak louder in a loud room and softer in a quiet one."
    )
    ordinary_room_dbfs: float = Field(
        default=-45.0,
        ge=-90.0,
        le=0.0,
        description="Noise of the room, at the microphone, in which the volume is right as it is.",
    )
