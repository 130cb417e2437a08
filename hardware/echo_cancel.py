"""Echo cancellation in the sound server: one file, which makes a microphone without the kiosk's own voice.

Both servers run WebRTC's canceller between the real devices and two virtual ones, which become the defaults. Gain
control is left off: who interrupts is known by being near, hence loud (docs/adr/0013-barge-in.md), and a gain that
follows the voices of the hall would hide that. Noise suppression and the high-pass stay on.

Sources: PulseAudio's module-echo-cancel (version 16 and its WebRTC 0.3; options that version 17 with WebRTC 1 dropped
are not used) and PipeWire's libpipewire-module-echo-cancel(7).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hardware.errors import HardwareError
from hardware.sound_server import ServerKind

MICROPHONE = "yingbin_microphone"
LOUDSPEAKER = "yingbin_loudspeaker"


@dataclass(frozen=True, slots=True)
class ServerFile:
    """A file of a sound server's configuration, and how the server is made to read it."""

    path: Path
    text: str
    activate: str


def echo_cancel_file(server: ServerKind, root: Path = Path("/")) -> ServerFile:
    """The file for a server; ``root`` is where its system is mounted."""
    if server == "pipewire":
        path = root / "etc/pipewire/pipewire.conf.d/60-yingbin-echo-cancel.conf"
        return ServerFile(path, _PIPEWIRE, "systemctl --user restart pipewire pipewire-pulse")
    path = root / "etc/pulse/default.pa.d/60-yingbin-echo-cancel.pa"
    return ServerFile(path, _PULSEAUDIO, "pulseaudio -k && pulseaudio --start")


def pulseaudio_module(source_master: str = "", sink_master: str = "") -> str:
    """The arguments of PulseAudio's module-echo-cancel; the default devices without masters."""
    masters = f"source_master={source_master} " if source_master else ""
    masters += f"sink_master={sink_master} " if sink_master else ""
    return (
        f"{masters}source_name={MICROPHONE} sink_name={LOUDSPEAKER} use_master_format=0 rate=48000 channels=1"
        ' aec_method=webrtc aec_args="high_pass_filter=1 noise_suppression=1 analog_gain_control=0'
        ' digital_gain_control=0"'
    )


def install_echo_cancel(server: ServerKind, root: Path = Path("/")) -> ServerFile:
    """Write the file, whole or not at all; the server reads it when it is started next.

    Raises:
        HardwareError: the folder cannot be written (``echo_cancel_file``).
    """
    wanted = echo_cancel_file(server, root)
    new = wanted.path.with_suffix(".new")
    try:
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(wanted.text, encoding="utf-8")
        new.replace(wanted.path)
    except OSError as error:
        raise HardwareError(
            "echo_cancel_file",
            f"{wanted.path}: {error.strerror}; run it as root: sudo kiosk doctor --echo-cancel",
        ) from error
    return wanted


_PULSEAUDIO = f"""# Yingbin: a microphone without the kiosk's own voice. Written by `kiosk doctor --echo-cancel`.
.ifexists module-echo-cancel.so
.nofail
load-module module-echo-cancel {pulseaudio_module()}
set-default-source {MICROPHONE}
set-default-sink {LOUDSPEAKER}
.fail
.endif
"""

_PIPEWIRE = f"""# Yingbin: a microphone without the kiosk's own voice. Written by `kiosk doctor --echo-cancel`.
context.modules = [
  {{ name = libpipewire-module-echo-cancel
    args = {{
      library.name = aec/libspa-aec-webrtc
      monitor.mode = false
      audio.rate = 48000
      audio.channels = 1
      aec.args = {{
        webrtc.high_pass_filter = true
        webrtc.noise_suppression = true
        webrtc.gain_control = false
      }}
      capture.props = {{ node.name = "{MICROPHONE}_capture" node.passive = true }}
      source.props = {{
        node.name = "{MICROPHONE}"
        node.description = "Yingbin microphone without echo"
        priority.session = 3000
        priority.driver = 3000
      }}
      sink.props = {{
        node.name = "{LOUDSPEAKER}"
        node.description = "Yingbin loudspeaker"
        priority.session = 3000
        priority.driver = 3000
      }}
      playback.props = {{ node.name = "{LOUDSPEAKER}_playback" node.passive = true }}
    }}
  }}
]
"""
