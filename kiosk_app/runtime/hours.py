"""Tells the session what the clock on the wall changes: quiet hours, and whether the place is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from kiosk_app.events import OpeningChanged, QuietHours
from kiosk_app.opening import OpeningState, opening_at
from kiosk_app.quiet_hours import QuietHoursPlan
from models.knowledge.place import Opening

_LOOK_S = 20.0
"""The clock is looked at so often, and not once for the next change: it may be set, by hand or by the network."""


class Hours:
    """A thread that looks at the clock, at every full minute and in between.

    ``opening`` is asked each time, for new knowledge may bring other hours.
    """

    def __init__(
        self,
        plan: QuietHoursPlan | None,
        post: Callable[[QuietHours | OpeningChanged], None],
        clock: Callable[[], datetime] = datetime.now,
        look_s: float = _LOOK_S,
        opening: Callable[[], Opening | None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._post = post
        self._clock = clock
        self._look_s = look_s
        self._opening = opening
        self._stopping = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; what holds now is told at once."""
        if self._thread is not None:
            return
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="hours", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def look(self) -> None:
        """Look at once: the hours may be others now."""
        self._wake.set()

    def _run(self) -> None:
        quiet = False
        state: OpeningState | None = None
        while not self._stopping:
            self._wake.clear()
            now = self._clock()
            if self._plan is not None and self._plan.quiet_at(now.time()) != quiet:
                quiet = not quiet
                self._post(QuietHours(time.monotonic(), quiet))
            opening = self._opening()
            found = opening_at(opening, now) if opening is not None else None
            if found != state:
                state = found
                self._post(OpeningChanged(time.monotonic(), found))
            if not self._stopping:
                self._wake.wait(min(self._look_s, 60.05 - now.second - now.microsecond / 1e6))
