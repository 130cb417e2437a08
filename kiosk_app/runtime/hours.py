"""Tells the session when quiet hours begin and end: the session itself knows no clock on the wall."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from kiosk_app.events import QuietHours
from kiosk_app.quiet_hours import QuietHoursPlan

_LOOK_S = 20.0
"""The clock is looked at so often, and not once for the next change: it may be set, by hand or by the network."""


class Hours:
    """A thread that looks at the clock; none where the site has no quiet hours."""

    def __init__(
        self,
        plan: QuietHoursPlan | None,
        post: Callable[[QuietHours], None],
        clock: Callable[[], datetime] = datetime.now,
        look_s: float = _LOOK_S,
    ) -> None:
        self._plan = plan
        self._post = post
        self._clock = clock
        self._look_s = look_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; what holds now is told at once where it is quiet."""
        if self._plan is None or self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(self._plan,), name="hours", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _run(self, plan: QuietHoursPlan) -> None:
        told = False
        while True:
            quiet = plan.quiet_at(self._clock().time())
            if quiet != told:
                told = quiet
                self._post(QuietHours(time.monotonic(), quiet))
            if self._stopping.wait(self._look_s):
                return
