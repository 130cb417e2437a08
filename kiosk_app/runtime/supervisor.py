"""Starts the parts, starts them again with growing pauses when they fail, and says which ones are given up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk_app.events import Event, PartDown, PartUp
from kiosk_app.session.state import STARTING

logger = logging.getLogger(__name__)

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Pauses before each new attempt; the last one is repeated for ever, for a part may be plugged in at any time."""


_TOLD_WITHIN_S = 5.0
"""No start takes longer, and a thread that waits for one in vain goes on."""


class Part(Protocol):
    """Anything that is started and stopped."""

    def start(self) -> None:
        """Begin to work; raises when something is missing."""
        ...

    def stop(self) -> None:
        """Let everything go; safe to call twice."""
        ...


@dataclass(slots=True)
class _Slot:
    name: str
    build: Callable[[], Part]
    part: Part | None = None
    broken: Part | None = None
    """It failed while it ran, and has not let its device go yet."""
    attempts: int = 0
    due: float = 0.0
    complaint: str = ""
    """What was last told to be wrong with it; empty while it runs."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while the part is built, started or stopped: one thread at a time."""
    told: threading.Event = field(default_factory=threading.Event)
    """Whether the start is over and has been told of."""


class Supervisor:
    """Keeps the parts alive. What a part raises becomes ``PartDown`` with its sentence, never a dead kiosk."""

    def __init__(self, post: Callable[[Event], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._post = post
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
        # Guards what a slot holds together with what is told about it; never held while a part works.
        self._guard = threading.RLock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def add(self, name: str, build: Callable[[], Part]) -> None:
        """Put a part under supervision; before ``start``. It is built when it is started.

        Until it runs it counts as down, so that nothing is asked of it.
        """
        self._slots[name] = slot = _Slot(name, build)
        self._tell(slot, STARTING)

    def start(self) -> None:
        """Start every part once, in order, then go on with those that failed."""
        for slot in self._slots.values():
            self.attempt(slot.name)
        self._thread.start()

    def stop(self) -> None:
        """Stop the parts in the reverse of their order."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        for slot in reversed(self._slots.values()):
            with slot.lock:
                self._put_aside(slot)
                self._let_go_broken(slot)

    def failed(self, name: str, reason: str) -> None:
        """A running part reports that it cannot go on; it is stopped, and built again after a pause.

        Returns at once, for a part may report it in its own thread. One that does not run is not asked again.
        """
        slot = self._slots[name]
        with self._guard:
            if not self._put_aside(slot):
                return
            self._postpone(slot)
            self._tell(slot, reason)
        self._wake.set()

    def running(self, name: str) -> Part | None:
        """The part, when it runs."""
        return self._slots[name].part if name in self._slots else None

    def wait_until_told(self, name: str) -> None:
        """Wait while a part is being started, for its threads: what they tell comes after that it works, not before."""
        self._slots[name].told.wait(_TOLD_WITHIN_S)

    def retry(self, name: str) -> None:
        """Start a part now that something it needed has come, without waiting for its pause."""
        if name in self._slots:
            self.attempt(name)

    def attempt(self, name: str) -> bool:
        """Build and start one part now; whether it runs."""
        slot = self._slots[name]
        with slot.lock:
            if slot.part is not None:
                return True
            if self._stopping:
                return False
            self._let_go_broken(slot)
            slot.told.clear()
            try:
                return self._begin(slot)
            finally:
                slot.told.set()

    def _begin(self, slot: _Slot) -> bool:
        try:
            slot.broken = part = slot.build()
            part.start()
        except Exception as error:  # noqa: BLE001  the supervisor is where every part's failure ends
            self._let_go_broken(slot)  # half started, it may hold a device or a file
            self._note(slot, error)
            return False
        with self._guard:
            slot.part, slot.broken, slot.attempts, slot.due = part, None, 0, 0.0
            if slot.complaint:
                slot.complaint = ""
                self._post(PartUp(self._clock(), slot.name))
        return True

    def look_after(self) -> float | None:
        """Stop what has failed and try again what is due; the seconds until the next try, None when all run."""
        for slot in self._slots.values():
            if slot.broken is not None:
                with slot.lock:
                    self._let_go_broken(slot)
            if slot.part is None and slot.due <= self._clock() and not self._stopping:
                self.attempt(slot.name)
        pending = [slot.due for slot in self._slots.values() if slot.part is None]
        return max(0.05, min(pending) - self._clock()) if pending else None

    def _note(self, slot: _Slot, error: Exception) -> None:
        known = hasattr(error, "code")
        logger.log(
            logging.WARNING if known else logging.ERROR, "%s: %s", slot.name, error, exc_info=not known
        )
        self._postpone(slot)
        self._tell(slot, str(error) or type(error).__name__)

    def _postpone(self, slot: _Slot) -> None:
        slot.due = self._clock() + PAUSES_S[min(slot.attempts, len(PAUSES_S) - 1)]
        slot.attempts += 1

    def _tell(self, slot: _Slot, reason: str) -> None:
        with self._guard:
            if slot.complaint != reason:
                slot.complaint = reason
                self._post(PartDown(self._clock(), slot.name, reason))

    def _put_aside(self, slot: _Slot) -> bool:
        """Take a running part out of use, to be stopped; False when none runs."""
        with self._guard:
            if slot.part is None:
                return False
            slot.broken, slot.part = slot.part, None
            return True

    def _let_go_broken(self, slot: _Slot) -> None:
        part, slot.broken = slot.broken, None
        if part is None:
            return
        try:
            part.stop()
        except Exception:  # a part that cannot stop must not keep the others from stopping
            logger.exception("%s does not stop cleanly", slot.name)

    def _run(self) -> None:
        while not self._stopping:
            pause = self.look_after()
            self._wake.wait(pause)
            self._wake.clear()
