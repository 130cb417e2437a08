"""How often a wrong PIN was tried, and how long the pad is locked for it; on disk, so a restart forgives nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk_app.staff.private_file import StaffError, read_private, write_private

logger = logging.getLogger(__name__)

FREE_TRIES = 5
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 3600.0

_MOST_COUNTED = 1000
_WORST = 11
"""So many wrong PINs lock the pad for the longest time."""


def pause_after(wrong: int) -> float:
    """Seconds for which the pad is locked after so many wrong PINs in a row."""
    if wrong < FREE_TRIES:
        return 0.0
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(wrong - FREE_TRIES, 16))


class Tries(BaseModel):
    """What the file says: wrong PINs in a row, and until when the pad is locked, seconds by the clock on the wall."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    wrong: int = Field(default=0, ge=0, le=_MOST_COUNTED)
    until: float = Field(default=0.0, ge=0)


class Lockout:
    """Every try counts before it is checked: who pulls the plug meanwhile has still used one."""

    def __init__(self, path: Path, wall: Callable[[], float] = time.time) -> None:
        self._path = path
        self._wall = wall

    def remaining(self) -> float:
        """Seconds until the pad opens; 0 when it is open.

        A clock that was set back does not lock it for longer than its pause. Raises StaffError.
        """
        tries = self._read()
        return min(max(0.0, tries.until - self._wall()), pause_after(tries.wrong))

    @property
    def wrong(self) -> int:
        """Wrong PINs in a row. Raises StaffError."""
        return self._read().wrong

    @property
    def left(self) -> int:
        """PINs that may be tried before the pad is locked. Raises StaffError."""
        return max(1, FREE_TRIES - self.wrong)

    def count(self) -> None:
        """A PIN is about to be checked. Raises StaffError; then it must not be."""
        wrong = min(_MOST_COUNTED, self._read().wrong + 1)
        pause = pause_after(wrong)
        self._write(Tries(wrong=wrong, until=self._wall() + pause if pause else 0.0))

    def forgive(self) -> None:
        """The PIN was right, or is a new one. Raises StaffError."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise StaffError(f"{self._path}: cannot be removed: {error.strerror}", "staff.file") from error

    def _read(self) -> Tries:
        """What is kept; a file that cannot be read counts as the worst that it could have said."""
        try:
            text = read_private(self._path)
            return Tries() if text is None else Tries.model_validate_json(text)
        except (ValidationError, StaffError):
            logger.error(  # noqa: TRY400  its text is the file's
                "%s: damaged; the staff corner stays locked for an hour, or until `kiosk staff pin` is run",
                self._path,
            )
        worst = Tries(wrong=_WORST, until=self._wall() + LONGEST_PAUSE_S)
        self._write(worst)
        return worst

    def _write(self, tries: Tries) -> None:
        write_private(self._path, tries.model_dump_json())
