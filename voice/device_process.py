"""A process that holds a sound device, because only a process can always be ended."""

from __future__ import annotations

import logging
import os
import selectors
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence

from voice.frames import FrameReader, NoFrameError, Take, packed

logger = logging.getLogger(__name__)

_KEPT_NOISE = 4096
"""Bytes of a child's standard error that are logged; a PortAudio in trouble prints without end."""
_KILL_S = 1.0


def with_latency(milliseconds: int) -> dict[str, str]:
    """This process's environment, with what is asked of a PulseAudio server unless something is asked already."""
    asked = os.environ.get("PULSE_LATENCY_MSEC") or str(milliseconds)
    return {**os.environ, "PULSE_LATENCY_MSEC": asked}


class DeviceProcess:
    """One run of a program that speaks frames on standard output, and the thread that takes what it sends.

    Args:
        name: the thread's name.
        kinds: every kind of frame that the program may send.
        take: gets each frame, on that thread.
        ended: called once on that thread when the program is gone: with True when it sent something else than frames.
        environment: of the program; this process's own without it.
        silence_s: a program that sends nothing for so long is killed; never without it.
        first_s: the same until its first frame, while it still loads.

    Raises:
        OSError: the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        name: str,
        kinds: bytes,
        take: Take,
        ended: Callable[[bool], None],
        environment: Mapping[str, str] | None = None,
        silence_s: float | None = None,
        first_s: float | None = None,
    ) -> None:
        self._silence_s = silence_s
        self._patience_s = first_s if first_s is not None else silence_s
        self._take = take
        self._ended = ended
        self._reader = FrameReader(kinds)
        self._kept_noise = _KEPT_NOISE
        # A session of its own: Ctrl-C is for this process, which then ends the other.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=environment,
        )
        self.pid = self._process.pid
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._receive, name=name, daemon=True)
        self._thread.start()

    def send(self, kind: bytes, body: bytes = b"", figure: float = 0.0, number: int = 0) -> None:
        """Write a frame to the program. Raises OSError when it is gone, ValueError when it was ended."""
        pipe = self._process.stdin
        if pipe is None:
            return
        with self._writing:
            left = memoryview(packed(kind, body, figure, number))
            while left:
                left = left[pipe.write(left) or 0 :]

    def kill(self) -> None:
        """End the program at once; ``ended`` follows."""
        self._process.kill()

    def end(self, patience_s: float) -> None:
        """Ask the program to end by closing its standard input, then kill it; its exit is collected.

        Safe to call twice, and on the thread that takes the frames.
        """
        self._hang_up(max(0.0, patience_s))
        if self._thread is threading.current_thread():
            self._process.kill()
            return
        if patience_s > 0:
            self._thread.join(patience_s)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(_KILL_S)
            if self._thread.is_alive():
                logger.warning("process %d does not end; left behind", self.pid)

    def _receive(self) -> None:
        out, noise = self._process.stdout, self._process.stderr
        if out is None or noise is None:
            return
        nonsense = False
        with out, noise, selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            selector.register(noise, selectors.EVENT_READ)
            going_on = True
            while going_on:
                ready = selector.select(self._patience_s)
                if not ready:
                    logger.warning("process %d says nothing; killed", self.pid)
                    break
                for key, _events in ready:
                    data = os.read(key.fd, 65_536)
                    if key.fileobj is out:
                        self._patience_s = self._silence_s
                        nonsense = not self._feed(data)
                        going_on = bool(data) and not nonsense
                    elif data:
                        self._log(data)
                    else:
                        selector.unregister(noise)
        self._process.kill()  # it has closed its output or sent nonsense: it is of no use any more
        self._process.wait()
        self._hang_up(_KILL_S)
        self._ended(nonsense)

    def _hang_up(self, patience_s: float) -> None:
        """Close the program's standard input, but not under whoever writes to it: the number may be another file's."""
        if not self._writing.acquire(timeout=patience_s):
            self._process.kill()  # it does not read; now whoever writes to it gets an error and lets go
            self._writing.acquire()
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        finally:
            self._writing.release()

    def _feed(self, data: bytes) -> bool:
        try:
            self._reader.feed(data, self._take)
        except NoFrameError:
            return False
        return True

    def _log(self, data: bytes) -> None:
        kept, self._kept_noise = data[: self._kept_noise], max(0, self._kept_noise - len(data))
        if kept:
            logger.debug("process %d: %s", self.pid, kept.decode(errors="replace").rstrip())
