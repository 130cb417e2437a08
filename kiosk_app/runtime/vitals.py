"""Tells the centre once a minute how the machine is: load, memory, disk, heat."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from pathlib import Path

from hardware.health import Health, read_health

logger = logging.getLogger(__name__)

EVERY_S = 60.0


class Vitals:
    """A thread that looks at the board; a look that fails is tried again a minute later."""

    def __init__(
        self,
        folder: Path,
        tell: Callable[[Health], None],
        look: Callable[[Path], Health] = read_health,
        every_s: float = EVERY_S,
    ) -> None:
        """``folder``: the disk is the one that holds it."""
        self._folder = folder
        self._tell = tell
        self._look = look
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vitals", daemon=True)

    def start(self) -> None:
        """Begin; the first look is at some moment of the first minute, for a hall is switched on all at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait = random.uniform(0.0, self._every_s)  # noqa: S311  spreads, hides nothing
        while not self._stopping.wait(wait):
            wait = self._every_s
            try:
                health = self._look(self._folder)
            except OSError as error:
                logger.warning("the board cannot be looked at: %s", error)
                continue
            self._tell(health)
