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
    attempts: int = 0
    due: float = 0.0
    complaint: str = ""
    """What was last told to be wrong with it; empty while it runs."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Supervisor:
    """Keeps the parts alive. What a part raises becomes ``PartDown`` with its sentence, never a dead kiosk."""

    def __init__(self, post: Callable[[Event], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._post = post
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
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
            self._let_go(slot)

    def failed(self, name: str, reason: str) -> None:
        """A running part reports that it cannot go on; it is built again after a pause."""
        slot = self._slots[name]
        slot.due = self._clock() + PAUSES_S[min(slot.attempts, len(PAUSES_S) - 1)]
        slot.attempts += 1
        threading.Thread(target=self._let_go, args=(slot,), name=f"stop-{name}", daemon=True).start()
        self._tell(slot, reason)
        self._wake.set()

    def running(self, name: str) -> Part | None:
        """The part, when it runs."""
        return self._slots[name].part if name in self._slots else None

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
            try:
                part = slot.build()
                part.start()
            except Exception as error:  # noqa: BLE001  the supervisor is where every part's failure ends
                self._note(slot, error)
                return False
            slot.part, slot.attempts, slot.due = part, 0, 0.0
        if slot.complaint:
            slot.complaint = ""
            self._post(PartUp(self._clock(), slot.name))
        return True

    def _note(self, slot: _Slot, error: Exception) -> None:
        known = hasattr(error, "code")
        logger.log(
            logging.WARNING if known else logging.ERROR, "%s: %s", slot.name, error, exc_info=not known
        )
        slot.due = self._clock() + PAUSES_S[min(slot.attempts, len(PAUSES_S) - 1)]
        slot.attempts += 1
        self._tell(slot, str(error) or type(error).__name__)

    def _tell(self, slot: _Slot, reason: str) -> None:
        if slot.complaint != reason:
            slot.complaint = reason
            self._post(PartDown(self._clock(), slot.name, reason))

    def _let_go(self, slot: _Slot) -> None:
        with slot.lock:
            part, slot.part = slot.part, None
            if part is None:
                return
            try:
                part.stop()
            except Exception:  # a part that cannot stop must not keep the others from stopping
                logger.exception("%s does not stop cleanly", slot.name)

    def _run(self) -> None:
        while not self._stopping:
            now = self._clock()
            waiting = [slot for slot in self._slots.values() if slot.part is None]
            for slot in waiting:
                if slot.due <= now and not self._stopping:
                    self.attempt(slot.name)
            pending = [slot.due for slot in self._slots.values() if slot.part is None]
            self._wake.wait(max(0.05, min(pending) - self._clock()) if pending else None)
            self._wake.clear()
