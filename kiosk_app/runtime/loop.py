"""The one loop of the kiosk: events in, transitions, effects out. Everything it calls must return quickly."""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from hardware.watchdog import Watchdog
from kiosk_app.events import Event, Tick
from kiosk_app.session import Effect, SessionState, transition

logger = logging.getLogger(__name__)

COUNTDOWN_S = 1.0
"""How often the screen is refreshed while a warning or a lock-out counts down."""

Clock = Callable[[], float]


class _InLine(NamedTuple):
    """An event that waits for its turn; ``own`` when the loop's thread posted it."""

    event: Event
    own: bool


class SessionLoop:
    """Owns the session's state and the thread that changes it.

    ``post`` may be called from any thread. ``carry_out`` does one effect, ``changed`` sees each transition after
    its effects; both run in the loop's thread. What one of them raises costs that effect, never the loop: the
    state's deadlines carry the session on. ``complete`` adds to an event what only the kiosk knows, right before it
    is acted on.
    """

    def __init__(
        self,
        state: SessionState,
        carry_out: Callable[[Effect], None],
        changed: Callable[[Event, SessionState, tuple[Effect, ...]], None],
        clock: Clock = time.monotonic,
        watchdog: Watchdog | None = None,
        complete: Callable[[Event, SessionState], Event] = lambda event, _: event,
    ) -> None:
        self.state = state
        self._carry_out = carry_out
        self._changed = changed
        self._clock = clock
        self._complete = complete
        self._watchdog = watchdog or Watchdog()
        self._events: queue.SimpleQueue[_InLine | None] = queue.SimpleQueue()
        self._own = 0  # events in line that the loop's own work led to; only its thread counts them
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def post(self, event: Event) -> None:
        """Put an event in line."""
        own = threading.current_thread() is self._thread
        if own:
            self._own += 1
        self._events.put(_InLine(event, own))

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
        before = self.state.phase
        event = self._complete(event, self.state)
        self.state, effects = transition(self.state, event)
        if logger.isEnabledFor(logging.DEBUG):  # names only: an event may hold what somebody said
            names = ", ".join(type(effect).__name__ for effect in effects)
            logger.debug("%s: %s to %s; %s", type(event).__name__, before, self.state.phase, names or "-")
        for effect in effects:
            _guarded(type(effect).__name__, partial(self._carry_out, effect))
        _guarded("what follows a transition", partial(self._changed, event, self.state, effects))

    def _run(self) -> None:
        while True:
            self._watchdog.beat()
            now = self._clock()
            # An answer that took longer to find than thinking may last is shown, now that it is there.
            if now >= self.state.deadline and not self._own:
                self.step(Tick(now))
                continue
            try:
                in_line = self._events.get(timeout=max(0.0, self._patience(now)))
            except queue.Empty:
                self.step(Tick(self._clock()))
                continue
            if in_line is None:
                return
            if in_line.own:
                self._own -= 1
            self.step(in_line.event)

    def _patience(self, now: float) -> float:
        left = self.state.deadline - now
        counting = self.state.counting_down
        beat = self._watchdog.interval_s or left
        return min(left, beat, COUNTDOWN_S) if counting else min(left, beat)


def _guarded(what: str, act: Callable[[], None]) -> None:
    """Do it; a mistake of ours in it is logged by its kind and place, for its text may hold a citizen's words."""
    try:
        act()
    except Exception as error:  # noqa: BLE001  a kiosk that goes on is worth more than one that ends tidily
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("%s: %s in %s:%s", what, type(error).__name__, place.filename, place.lineno)  # noqa: TRY400
