"""The one loop of the kiosk: events in, transitions, effects out. Everything it calls must return quickly."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from hardware.watchdog import Watchdog
from kiosk_app.events import Event, Tick
from kiosk_app.session import Effect, SessionState, transition

logger = logging.getLogger(__name__)

COUNTDOWN_S = 1.0
"""How often the screen is refreshed while a warning counts down."""

Clock = Callable[[], float]


class SessionLoop:
    """Owns the session's state and the thread that changes it.

    ``post`` may be called from any thread. ``carry_out`` does one effect, ``changed`` sees each transition after
    its effects; both run in the loop's thread.
    """

    def __init__(
        self,
        state: SessionState,
        carry_out: Callable[[Effect], None],
        changed: Callable[[Event, SessionState, tuple[Effect, ...]], None],
        clock: Clock = time.monotonic,
        watchdog: Watchdog | None = None,
    ) -> None:
        self.state = state
        self._carry_out = carry_out
        self._changed = changed
        self._clock = clock
        self._watchdog = watchdog or Watchdog()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def post(self, event: Event) -> None:
        """Put an event in line."""
        self._events.put(event)

    def start(self) -> None:
        """Begin to take events."""
        self._thread.start()

    def stop(self) -> None:
        """Take the events that are in line, then end."""
        self._events.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def step(self, event: Event) -> None:
        """One transition; for the loop's own thread, and for tests that play the loop."""
        self.state, effects = transition(self.state, event)
        for effect in effects:
            self._carry_out(effect)
        self._changed(event, self.state, effects)

    def _run(self) -> None:
        while True:
            self._watchdog.beat()
            now = self._clock()
            if now >= self.state.deadline:
                self.step(Tick(now))
                continue
            try:
                event = self._events.get(timeout=self._patience(now))
            except queue.Empty:
                self.step(Tick(self._clock()))
                continue
            if event is None:
                return
            self.step(event)

    def _patience(self, now: float) -> float:
        left = self.state.deadline - now
        counting = self.state.visit is not None and self.state.visit.warned
        beat = self._watchdog.interval_s or left
        return min(left, beat, COUNTDOWN_S) if counting else min(left, beat)
