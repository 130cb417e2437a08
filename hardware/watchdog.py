"""Telling systemd that the kiosk is up and alive; nothing at all where systemd did not start it.

The unit needs ``Type=notify``, ``NotifyAccess=main`` and ``WatchdogSec=``. Call ``beat`` from the loop whose
life is at stake, never from a thread of its own: such a thread goes on beating while the kiosk hangs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdnotify import SystemdNotifier


class Watchdog:
    """The kiosk's side of systemd's service watchdog (``sd_notify(3)``, ``sd_watchdog_enabled(3)``)."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment."""
        self._clock = clock
        self._notifier: SystemdNotifier | None = None
        self._next_beat = 0.0
        self.interval_s = _interval_s()
        if os.environ.get("NOTIFY_SOCKET"):
            from sdnotify import SystemdNotifier

            self._notifier = SystemdNotifier()

    @property
    def active(self) -> bool:
        """Whether systemd started this process and wants to hear of it."""
        return self._notifier is not None

    def ready(self) -> None:
        """The kiosk is in service."""
        self._tell("READY=1")
        self.beat()

    def beat(self) -> None:
        """The main loop is alive. Cheap: sends at most once per ``interval_s``."""
        if self.interval_s is None:
            return
        now = self._clock()
        if now >= self._next_beat:
            self._next_beat = now + self.interval_s
            self._tell("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._tell(f"STATUS={text.replace(chr(10), ' ')}")

    def stopping(self) -> None:
        """The kiosk is shutting down on purpose."""
        self._tell("STOPPING=1")

    def _tell(self, line: str) -> None:
        if self._notifier is not None:
            self._notifier.notify(line)


def _interval_s() -> float | None:
    """Half of what systemd allows between beats, in seconds; None when it expects none of this process."""
    try:
        allowed = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6
        owner = int(os.environ.get("WATCHDOG_PID", os.getpid()))
    except ValueError:
        return None
    return allowed / 2 if allowed > 0 and owner == os.getpid() else None
