"""A microphone and a loudspeaker without a sound card, on private PulseAudio daemons.

The demonstration and the tests of the voice parts need real PyAudio devices on machines that have none.
Two daemons stand for two devices, so that each can be unplugged without the other: whatever is played into
the null sink ``mic_in`` is what the microphone hears, and whatever the program plays goes to the null sink
``speaker``, whose monitor can be recorded (somebody listens to the loudspeaker). With both devices on one
daemon PulseAudio would move an unplugged microphone's stream to the loudspeaker's monitor instead of ending
it. Everything lives in one temporary folder, touches no other sound server, and runs as root too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

RATE = 16_000
"""Sample rate of both devices in Hz, one channel each."""

_INSTALL = "apt-get install pulseaudio pulseaudio-utils libasound2-plugins"
_PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec", "pacat", "parecord")
_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.005
# PortAudio reaches PulseAudio through ALSA's plugin. The system's alsa.conf is left out on purpose: its hooks
# would put the user's own sound server back in the place of "default".
_ALSA_CONFIG = """pcm.kiosk_mic {{ type pulse server "{microphone}" device "mic_in.monitor" }}
pcm.kiosk_speaker {{ type pulse server "{speaker}" device "speaker" }}
pcm.default {{ type asym playback.pcm "kiosk_speaker" capture.pcm "kiosk_mic" }}
"""


class AudioServerError(Exception):
    """The private sound devices could not be made or used; ``code`` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class _Daemon:
    """One PulseAudio process with one null sink in a folder of its own."""

    folder: Path
    sink: str
    process: subprocess.Popen[bytes] | None = None
    module: int | None = None

    @property
    def address(self) -> str:
        return f"unix:{self.folder / 'native'}"

    @property
    def environment(self) -> dict[str, str]:
        """For programs that talk to this daemon; HOME and the runtime folder keep it from any other."""
        return {
            **os.environ,
            "LC_ALL": "C",
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_RUNTIME_PATH": str(self.folder),
            "PULSE_COOKIE": str(self.folder / "cookie"),
            "PULSE_SERVER": self.address,
        }

    def start(self) -> None:
        self.folder.mkdir(mode=0o700)
        # The command line on standard input ends with our end of the pipe: however this program dies, the
        # daemon does not outlive it.
        ends_with_us = "module-cli exit_on_eof=1"
        protocol = f"module-native-protocol-unix socket={self.folder / 'native'} auth-anonymous=1"
        options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]
        # A daemon that is told its own address as PULSE_SERVER takes itself for a client.
        environment = {key: value for key, value in self.environment.items() if key != "PULSE_SERVER"}
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["pulseaudio", *options, "-L", protocol, "-L", ends_with_us],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C must not take the devices away before the program closes them
            )
        self.wait_for(self._answers, "the daemon")
        self.plug()

    def _answers(self) -> bool:
        """The socket's file is there a moment before anybody listens on it."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.folder / "native")) == 0

    def stop(self) -> None:
        if self.process is not None:
            _end(self.process)
        self.process = self.module = None

    def plug(self) -> None:
        if self.module is None:
            # Without norewinds PortAudio waits up to two seconds for its first callback on a null sink.
            sink = f"sink_name={self.sink} rate={RATE} channels=1 norewinds=1"
            self.module = int(self.pactl("load-module", "module-null-sink", *sink.split()))

    def unplug(self) -> None:
        if self.module is not None:
            self.pactl("unload-module", str(self.module))
            self.module = None

    def pactl(self, *arguments: str) -> str:
        done = subprocess.run(
            ["pactl", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise AudioServerError("pactl_failed", f"pactl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def run(self, *command: str, **streams: int) -> subprocess.Popen[bytes]:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=self.environment, **{**quiet, **streams})  # type: ignore[call-overload]

    def wait_for(self, ready: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            dead = self.process is None or self.process.poll() is not None
            if dead or time.monotonic() > deadline:
                log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-800:]
                raise AudioServerError("pulseaudio_failed", f"{what} did not start; PulseAudio said: {log}")
            time.sleep(_POLL_SECONDS)


@dataclass(slots=True)
class _Running:
    """What exists only between start() and stop()."""

    folder: Path
    microphone: _Daemon
    speaker: _Daemon
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)


class AudioServer:
    """The two private devices; start() and stop() may be called again, or use it as a context manager.

    ``latency_ms`` is what programs in ``environment`` ask of PulseAudio; 30 ms is responsive and has not
    underrun on two busy cores.
    """

    def __init__(self, latency_ms: int = 30) -> None:
        self._latency_ms = latency_ms
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def devices(self) -> dict[str, str]:
        """The variables that make a program use these devices; set them before it first opens PortAudio."""
        now = self._require()
        return {
            "ALSA_CONFIG_PATH": str(now.folder / "asound.conf"),
            "PULSE_SERVER": now.speaker.address,
            "PULSE_RUNTIME_PATH": str(now.speaker.folder),
            "PULSE_COOKIE": str(now.folder / "cookie"),
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same, for programs that do not choose a latency themselves."""
        return {**self.devices, "PULSE_LATENCY_MSEC": str(self._latency_ms)}

    def start(self) -> None:
        """Start the daemons and wait until they answer.

        Raises:
            AudioServerError: PulseAudio is not installed, or a daemon did not come up.
        """
        if self._running is not None:
            return
        missing = [program for program in _PROGRAMS if shutil.which(program) is None]
        if missing:
            names = ", ".join(missing)
            raise AudioServerError("pulseaudio_missing", f"{names} not found; install with: {_INSTALL}")
        folder = Path(tempfile.mkdtemp(prefix="ybpa-"))  # short: socket paths are limited to 107 bytes
        now = _Running(folder, _Daemon(folder / "m", "mic_in"), _Daemon(folder / "s", "speaker"))
        config = _ALSA_CONFIG.format(microphone=now.microphone.address, speaker=now.speaker.address)
        (folder / "asound.conf").write_text(config, encoding="utf-8")
        self._running = now
        try:
            now.microphone.start()
            now.speaker.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the daemons and what plays into them, and remove their folder; safe to call twice."""
        now, self._running = self._running, None
        if now is None:
            return
        for child in now.children:
            _end(child)
        now.microphone.stop()
        now.speaker.stop()
        shutil.rmtree(now.folder, ignore_errors=True)

    def play_into_microphone(self, wav: Path) -> subprocess.Popen[bytes]:
        """Somebody speaks: play a WAV file into the microphone; returns at once with the running player.

        ``wait()`` on what is returned to know when the file has been spoken.

        Raises:
            AudioServerError: the file does not exist or the server is not running.
        """
        now = self._require()
        if not wav.is_file():
            raise AudioServerError("wav_missing", f"no such sound file: {wav}")
        latency = f"--latency-msec={self._latency_ms}"
        player = now.microphone.run("paplay", "--device=mic_in", latency, str(wav))
        now.children = [child for child in now.children if child.poll() is None] + [player]
        return player

    @contextlib.contextmanager
    def recording(self, wav: Path) -> Iterator[Path]:
        """Record what the loudspeaker plays while the block runs, into a 16 kHz mono WAV file.

        The block starts when the recorder is connected, so that nothing played inside it is missed.
        """
        daemon = self._require().speaker
        shape = [f"--rate={RATE}", "--channels=1", "--format=s16le", "--file-format=wav"]
        latency = f"--latency-msec={self._latency_ms}"
        recorder = daemon.run("parecord", "--device=speaker.monitor", latency, *shape, str(wav))
        try:
            daemon.wait_for(lambda: "parecord" in daemon.pactl("list", "source-outputs"), "the recorder")
            yield wav
        finally:
            recorder.send_signal(signal.SIGINT)  # on SIGINT it completes the WAV header
            _end(recorder, ask=False)

    def plug_microphone(self) -> None:
        """Put the microphone back."""
        self._require().microphone.plug()

    def unplug_microphone(self) -> None:
        """Take the microphone away under whoever listens to it, as a pulled USB plug does."""
        self._require().microphone.unplug()

    def plug_speaker(self) -> None:
        """Put the loudspeaker back."""
        self._require().speaker.plug()

    def unplug_speaker(self) -> None:
        """Take the loudspeaker away under whoever plays to it."""
        self._require().speaker.unplug()

    def add_echo(self) -> None:
        """Let the microphone hear the loudspeaker until stop(), as in a kiosk without echo cancellation."""
        now = self._require()
        shape = [f"--rate={RATE}", "--channels=1", "--format=s16le", f"--latency-msec={self._latency_ms}"]
        ear = now.speaker.run("parec", "--device=speaker.monitor", *shape, stdout=subprocess.PIPE)
        if ear.stdout is None:
            raise AudioServerError("echo_failed", "parec gave no output pipe; is pulseaudio-utils complete?")
        mouth = now.microphone.run("pacat", "--device=mic_in", *shape, stdin=ear.stdout.fileno())
        ear.stdout.close()
        now.children += [ear, mouth]

    def _require(self) -> _Running:
        if self._running is None:
            raise AudioServerError(
                "not_running", "the private sound devices are not there; call start() first"
            )
        return self._running


def _end(process: subprocess.Popen[bytes], *, ask: bool = True) -> None:
    """Ask a child to end, then insist; its exit is always collected."""
    if ask and process.poll() is None:
        process.terminate()
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
