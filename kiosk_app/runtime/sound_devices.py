"""What the kiosk hears and speaks with: the devices of the configuration, or others in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk_app.config import KioskConfig
from voice.microphone_process import IsolatedMicrophone
from voice.ports import Microphone, Speaker
from voice.speaker_process import IsolatedSpeaker


def configured_microphone(config: KioskConfig) -> Microphone:
    """The device of the configuration, in a process of its own."""
    return IsolatedMicrophone(config.microphone.device)


def configured_speaker(config: KioskConfig) -> Speaker:
    """The device of the configuration, in a process of its own."""
    return IsolatedSpeaker(config.speaker.device)


@dataclass(frozen=True, slots=True)
class SoundDevices:
    """Makes the microphone and the loudspeaker, anew whenever the part that uses them is built anew.

    The benchmark puts others in their place, so that its figures hold on a board that has neither.
    """

    microphone: Callable[[KioskConfig], Microphone] = configured_microphone
    speaker: Callable[[KioskConfig], Speaker] = configured_speaker
