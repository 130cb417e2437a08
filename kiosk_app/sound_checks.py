"""The doctor's checks of microphone and loudspeaker: which devices there are, and whether what is heard is a room."""

from __future__ import annotations

import time

from hardware.doctor import Finding
from kiosk_app.config import KioskConfig, MicrophoneConfig
from voice.errors import VoiceError
from voice.level import Level, level_of

_LISTEN_S = 1.0
_MUTED_DBFS = -75.0
"""A microphone in a quiet room gives more than this, if not by much."""
_CLIPPED_SHARE = 0.02
_OFFSET = 0.1


def devices_check(config: KioskConfig) -> Finding:
    """Every device that can hear or speak, with its role where it has one."""
    if config.microphone.backend == "none" and config.speaker.backend == "none":
        return Finding("skip", "microphone and loudspeaker are turned off")
    from voice.portaudio import PortAudioError, devices
    from voice.sound_devices import described, sound_cards

    try:
        found, cards = devices(), sound_cards()
    except PortAudioError as error:
        return Finding(
            "fail", str(error), "apt-get install portaudio19-dev, then pip install 'yingbin[kiosk]'"
        )
    hears = [described(device, cards) for device in found if device.inputs]
    speaks = [described(device, cards) for device in found if device.outputs]
    if not hears or not speaks:
        missing = "microphone" if not hears else "loudspeaker"
        return Finding("fail", f"no {missing} at all", f"plug a {missing} in, or start the sound server")
    return Finding("ok", f"hears: {', '.join(hears)}; speaks: {', '.join(speaks)}")


def microphone_check(config: KioskConfig) -> Finding:
    """It opens, delivers, and what it delivers is the sound of a room."""
    if config.microphone.backend == "none":
        return Finding("skip", "the microphone is turned off")
    from voice.microphone_process import IsolatedMicrophone

    microphone = IsolatedMicrophone(config.microphone.device)
    sound = b""
    try:
        microphone.start()
        until = time.monotonic() + _LISTEN_S
        while time.monotonic() < until:
            chunk = microphone.read(0.2)
            sound += chunk.samples if chunk else b""
        name = f"{microphone.name} ({microphone.shape})" if microphone.shape else microphone.name
    except VoiceError as error:
        return Finding(
            "fail", str(error), "plug the microphone in, or set microphone.device to one of the names above"
        )
    finally:
        microphone.stop()
    return heard(config.microphone, name, level_of(sound))


def heard(config: MicrophoneConfig, name: str, level: Level) -> Finding:
    """What the level of a microphone's sound says about it."""
    figure = f"{name}: {level.rms_dbfs:.0f} dBFS"
    if level.silent or level.rms_dbfs < _MUTED_DBFS:
        if not config.silent_after_s:
            return Finding("ok", f"{figure}, silent as its noise gate may be")
        value = round(level.offset * 32_768)
        what = f"the constant value {value}" if level.silent and value else "silence"
        return Finding("warn", f"{figure}, {what}", "unmute it, or check its cable")
    if level.clipped_share > _CLIPPED_SHARE:
        return Finding(
            "warn",
            f"{figure}, {level.clipped_share:.0%} of it at full scale",
            "turn its amplification down (alsamixer, or pactl set-source-volume)",
        )
    if abs(level.offset) > _OFFSET:
        return Finding("warn", f"{figure}, off centre by {abs(level.offset):.0%}", "replace the microphone")
    return Finding("ok", figure)


def loudspeaker_check(config: KioskConfig) -> Finding:
    """It opens."""
    if config.speaker.backend == "none":
        return Finding("skip", "the loudspeaker is turned off")
    from voice.speaker_process import IsolatedSpeaker

    speaker = IsolatedSpeaker(config.speaker.device)
    try:
        speaker.start()
        return Finding("ok", speaker.name)
    except VoiceError as error:
        return Finding(
            "fail", str(error), "plug the loudspeaker in, or set speaker.device to one of the names above"
        )
    finally:
        speaker.stop()
