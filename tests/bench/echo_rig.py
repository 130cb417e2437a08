"""A kiosk that hears itself: a private PulseAudio whose loudspeaker is heard by its microphone, as loud as wanted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.echo_cancel import LOUDSPEAKER, MICROPHONE, pulseaudio_module

_ALSA = """pcm.kiosk_mic {{ type pulse server "{server}" device "{microphone}" }}
pcm.kiosk_speaker {{ type pulse server "{server}" device "{loudspeaker}" }}
pcm.default {{ type asym playback.pcm "kiosk_speaker" capture.pcm "kiosk_mic" }}
"""


class EchoRig:
    """One daemon: what is played into the sink ``speaker`` is heard, ``loss_db`` softer, by the source ``mic``.

    Args:
        loss_db: between loudspeaker and microphone; None for no echo at all.
        cancelling: PulseAudio's own WebRTC canceller sits in between, as the kiosk's set-up configures it.
    """

    def __init__(self, loss_db: float | None, *, cancelling: bool = False) -> None:
        self._loss_db = loss_db
        self._cancelling = cancelling
        self._folder = Path(tempfile.mkdtemp(prefix="yber-"))
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program use these devices; set it before it opens PortAudio."""
        return {
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
            "PULSE_SERVER": f"unix:{self._folder / 'native'}",
            "PULSE_RUNTIME_PATH": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "LC_ALL": "C",
        }

    def __enter__(self) -> Self:
        env = {**os.environ, **self.environment, "HOME": str(self._folder)}
        env.pop("PULSE_SERVER")
        modules = [
            f"module-native-protocol-unix socket={self._folder / 'native'} auth-anonymous=1",
            "module-null-sink sink_name=speaker rate=48000 channels=1 norewinds=1",
            "module-null-sink sink_name=mic_in rate=48000 channels=1 norewinds=1",
            "module-remap-source master=mic_in.monitor source_name=mic",
            "module-cli exit_on_eof=1",
        ]
        loaded = [part for module in modules for part in ("-L", module)]
        options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]
        with (self._folder / "log").open("wb") as log:
            self._daemon = subprocess.Popen(
                ["pulseaudio", *options, *loaded], env=env, stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        self._wait()
        if self._loss_db is not None:
            loop = (
                "source=speaker.monitor sink=mic_in latency_msec=20 source_dont_move=true sink_dont_move=true"
            )
            self.pactl("load-module", "module-loopback", *loop.split())
            number = self.pactl("list", "short", "sink-inputs").split()[0]
            self.pactl("set-sink-input-volume", number, f"{-self._loss_db}dB")
        microphone, loudspeaker = "mic", "speaker"
        if self._cancelling:
            self.pactl("load-module", "module-echo-cancel", pulseaudio_module("mic_in.monitor", "speaker"))
            microphone, loudspeaker = MICROPHONE, LOUDSPEAKER
        self.pactl("set-default-source", microphone)
        self.pactl("set-default-sink", loudspeaker)
        (self._folder / "asound.conf").write_text(
            _ALSA.format(
                server=self.environment["PULSE_SERVER"], microphone=microphone, loudspeaker=loudspeaker
            )
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGTERM)
            self._daemon.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def pactl(self, *arguments: str) -> str:
        """Ask the daemon. Raises CalledProcessError with what it said."""
        return subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout

    def load(self, script: str) -> None:
        """Have the daemon obey a script of its start-up files, line by line."""
        daemon = self._daemon
        assert daemon is not None and daemon.stdin is not None, "the rig does not run"
        daemon.stdin.write(script.encode())
        daemon.stdin.flush()
        self._settled(LOUDSPEAKER)

    def _settled(self, device: str) -> None:
        until = time.monotonic() + 10
        while device not in self.pactl("info"):
            assert time.monotonic() < until, (self._folder / "log").read_text()[-800:]
            time.sleep(0.02)

    def speak(self, wav: Path) -> subprocess.Popen[bytes]:
        """Somebody speaks into the microphone; returns at once with the running player."""
        return subprocess.Popen(
            ["paplay", "--device=mic_in", "--latency-msec=60", str(wav)],
            env={**os.environ, **self.environment},
        )

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                self.pactl("info")
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise AssertionError((self._folder / "log").read_text()[-800:]) from None
                time.sleep(0.02)
