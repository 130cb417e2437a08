"""Programs that are killed, stood still and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


class Program:
    """One process of the world; ``command`` is asked anew at each start."""

    def __init__(self, name: str, command: Callable[[], Sequence[str]], log: Path) -> None:
        self.name = name
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """It has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the last start. Raises RuntimeError when there was none."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process.pid

    def start(self) -> None:
        """Start it unless it runs."""
        if not self.running:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )

    def kill(self) -> None:
        """SIGKILL: no last words, no tidying up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """SIGTERM, as a service manager stops it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def stand_still(self, still: bool) -> None:
        """SIGSTOP and SIGCONT: it is there, connections and all, and does nothing."""
        if self._process is not None and self.running:
            os.kill(self._process.pid, signal.SIGSTOP if still else signal.SIGCONT)


def python(*arguments: object) -> list[str]:
    """A command line of this interpreter."""
    return [sys.executable, *map(str, arguments)]
