"""Answers who knocks at the staff corner and who enters a PIN, in a thread of its own: hashing takes time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk_app.events import Event, PinAccepted, PinPadOffered, PinRefused
from kiosk_app.staff.lockout import Lockout
from kiosk_app.staff.pin import PinFile
from kiosk_app.staff.private_file import StaffError

logger = logging.getLogger(__name__)

PIN_FILE = "staff/pin"
LOCKOUT_FILE = "staff/tries.json"
"""In the folder of the kiosk's state."""


class Door:
    """One thing at a time; whoever knocks meanwhile is not heard. ``post`` takes the answers as events."""

    def __init__(
        self,
        pin: PinFile,
        lockout: Lockout,
        post: Callable[[Event], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pin = pin
        self._lockout = lockout
        self._post = post
        self._clock = clock
        self._thread: threading.Thread | None = None

    @classmethod
    def of(cls, home: Path, pin_file: Path | None, post: Callable[[Event], None]) -> Door:
        """The door of a kiosk whose state lies in ``home``."""
        return cls(PinFile(pin_file or home / PIN_FILE), Lockout(home / LOCKOUT_FILE), post)

    def knock(self) -> None:
        """Somebody has made the gesture: the answer is ``PinPadOffered``, or none where no PIN has been set."""
        self._begin(self._answer)

    def enter(self, pin: str) -> None:
        """Somebody has entered a PIN: the answer is ``PinAccepted`` or ``PinRefused``."""
        self._begin(partial(self._check, pin))

    def stop(self) -> None:
        """Wait for what is being checked."""
        if self._thread is not None:
            self._thread.join()

    def _begin(self, work: Callable[[], None]) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(target=work, name="staff-door", daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        try:
            if self._pin.hash() is None:
                return
            locked = self._lockout.remaining()
        except StaffError as error:
            logger.error("the staff corner cannot be opened: %s", error)  # noqa: TRY400  the sentence says it all
            self._post(PinPadOffered(self._clock(), broken=True))
            return
        now = self._clock()
        self._post(PinPadOffered(now, locked_until=now + locked if locked else 0.0))

    def _check(self, pin: str) -> None:
        try:
            right = self._is_right(pin)
            wrong, left, locked = self._lockout.wrong, self._lockout.left, self._lockout.remaining()
        except StaffError as error:
            logger.error("the staff corner cannot be opened: %s", error)  # noqa: TRY400
            self._post(PinRefused(self._clock(), broken=True))
            return
        now = self._clock()
        if right:
            self._post(PinAccepted(now))
        else:
            logger.warning("a wrong PIN at the staff corner, %d in a row", wrong)
            self._post(PinRefused(now, wrong, left, now + locked if locked else 0.0))

    def _is_right(self, pin: str) -> bool:
        """A PIN that is entered while the pad is locked is not looked at."""
        if self._lockout.remaining():
            return False
        self._lockout.count()
        if not self._pin.matches(pin):
            return False
        self._lockout.forgive()
        return True
