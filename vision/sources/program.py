"""A camera behind a program that writes raw frames to its standard output.

The boards' own cameras are reached so: their makers' libraries are in no Python package, and a driver that hangs can be
killed, which a thread cannot.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from shutil import which
from typing import IO, TYPE_CHECKING

from vision.errors import CameraError
from vision.pixels import from_i420

if TYPE_CHECKING:
    from vision.ports import Frame

_log = logging.getLogger(__name__)

_NOTICE_S = 0.25
"""So soon a stream notices that it is to stop."""
_SILENCE_S = 2.5
"""A program that sent frames and has sent nothing for so long hangs."""
_END_S = 1.0
_KILL_S = 0.5
_KEPT_NOISE = 2048
_CABLE = "check its ribbon cable with the power off, and that no other program uses it"


@dataclass(frozen=True, slots=True)
class Program:
    """A capture program and what it writes.

    Attributes:
        names: what it is called; the first of them that is on the PATH is used.
        arguments: what makes it write frames without end.
        package: the Debian package it is in.
        width, height: of its frames in pixels, both even. I420 without padding: Y, then U and V at half the size.
        descriptor: where it writes frames; 1, or 3 when its libraries print to their standard output.
        full_range: whether black is 0 and white 255, not 16 and 235.
        first_s: how long it may take until the first frame.
    """

    names: tuple[str, ...]
    arguments: tuple[str, ...]
    package: str
    width: int = 640
    height: int = 480
    descriptor: int = 1
    full_range: bool = False
    first_s: float = 10.0

    def command(self) -> Sequence[str]:
        """The command line whose standard output is frames and nothing else.

        Raises:
            CameraError: the program is not installed.
        """
        path = next(filter(None, map(which, self.names)), None)
        if path is None:
            raise CameraError(
                "camera.program_missing",
                f"there is no program {' or '.join(self.names)} on this machine: sudo apt install {self.package}, or"
                " name another camera in camera.source",
            )
        if self.descriptor == 1:
            return [path, *self.arguments]
        redirect = f'exec "$0" "$@" {self.descriptor}>&1 1>&2'
        return ["/bin/sh", "-c", redirect, path, *self.arguments]


class ProgramSource:
    """The camera behind a capture program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def open(self) -> ProgramStream:
        """Start the program. Raises ``CameraError`` when it is not installed or does not start."""
        return ProgramStream(self._program)


class ProgramStream:
    """One run of a capture program.

    One frame at a time is in memory, in a buffer that the next one overwrites. A program whose reader is gone ends by
    itself at its next frame (SIGPIPE).
    """

    def __init__(self, program: Program) -> None:
        command = program.command()
        self._program = program
        try:
            # A session of its own: Ctrl-C is for this process, which then ends the other.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise CameraError(
                "camera.program_failed", f"the camera's program {command[0]} does not start: {error.strerror}"
            ) from error
        self._frame = bytearray(program.width * program.height * 3 // 2)
        self._frames, self._complaints = _pipe(self._process.stdout), _pipe(self._process.stderr)
        self._noise = b""
        self._patience_s = program.first_s
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._frames, selectors.EVENT_READ)
        self._selector.register(self._complaints, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    def grab(self, stopped: threading.Event) -> float | None:
        """Read the next frame whole.

        Raises:
            CameraError: the program has ended (with what it said), or sends nothing.
        """
        left = memoryview(self._frame)
        heard = time.monotonic()
        while left:
            if stopped.is_set():
                return None
            count = self._read(left, _NOTICE_S)
            if count is None:
                if time.monotonic() - heard > self._patience_s:
                    raise self._silent()
            elif count == 0:
                raise self._ended()
            else:
                heard = time.monotonic()
                left = left[count:]
        self._patience_s = _SILENCE_S
        return heard

    def retrieve(self) -> Frame | None:
        """See ``FrameStream.retrieve``."""
        import numpy as np

        program, frame = self._program, np.frombuffer(self._frame, np.uint8)
        return from_i420(frame, program.width, program.height, full_range=program.full_range)

    def close(self) -> None:
        """End the program, so that it lets the camera go; killed when it has not ended within a second."""
        self._process.send_signal(signal.SIGINT)
        until = time.monotonic() + _END_S
        # It may be waiting for somebody to take a frame: without that it could not end.
        while self._process.poll() is None and (left := until - time.monotonic()) > 0:
            if self._read(memoryview(self._frame), left) == 0:
                self._wait(left)
        self._process.kill()
        if not self._wait(_KILL_S):
            _log.warning("the camera's program %d does not end; left behind", self.pid)
        self._selector.close()
        self._frames.close()
        self._complaints.close()
        self._frame[:] = bytes(len(self._frame))

    def _read(self, into: memoryview, timeout: float) -> int | None:
        """How many bytes of frames have come; 0 at their end, None when none came within ``timeout`` seconds."""
        count = None
        for key, _events in self._selector.select(timeout):
            if key.fileobj is self._complaints:
                self._listen()
            else:
                count = os.readv(key.fd, [into])
        return count

    def _listen(self) -> None:
        said = os.read(self._complaints.fileno(), _KEPT_NOISE)
        if not said:
            self._selector.unregister(self._complaints)
        self._noise = (self._noise + said)[-_KEPT_NOISE:]

    def _wait(self, timeout: float) -> bool:
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _silent(self) -> CameraError:
        said = self._complaint()
        return CameraError(
            "camera.stalled",
            f"{self._program.names[0]} has sent no picture for {self._patience_s:g} s{said and f' ({said})'}: it is"
            f" started again; if that does not help, {_CABLE}",
        )

    def _ended(self) -> CameraError:
        exited = self._wait(_KILL_S)
        self._selector.unregister(self._frames)
        while self._selector.get_map() and self._selector.select(0):
            self._listen()
        said = self._complaint() or _how_ended(self._process.returncode if exited else None)
        return CameraError(
            "camera.program_ended",
            f"the camera's program {self._program.names[0]} has ended ({said}): {_CABLE}",
        )

    def _complaint(self) -> str:
        """The first line that speaks of an error, else the last one; "" when the program said nothing."""
        lines = [line.strip() for line in self._noise.decode("utf-8", "replace").splitlines() if line.strip()]
        return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise ValueError("the program was started without a pipe")
    return end


def _how_ended(status: int | None) -> str:
    if status is None:
        return "it closed its output"
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"
