"""What the outbox gave up, lost or found damaged, written into it as a record of its own: the centre must know."""

import logging

from fleet.device.errors import OutboxError
from fleet.device.outbox import GivenUp, Outbox

logger = logging.getLogger(__name__)


class LossNotes:
    """One note each time that there is more to tell."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._told = (GivenUp(), 0, False)

    def write(self) -> None:
        """Write a note if something was lost since the last one."""
        if self._losses() == self._told:
            return
        given_up, lost, damaged = self._losses()
        span = {"since": given_up.since, "until": given_up.until} if given_up.count else {}
        try:
            self._outbox.append(
                "tm", "outbox", {"dropped": given_up.count, "lost": lost, "damaged": damaged, **span}
            )
        except OutboxError as error:
            logger.warning("losses not recorded: %s", error)
        # Read again: the note itself may have been lost, and must not call for another note.
        self._told = self._losses()

    def _losses(self) -> tuple[GivenUp, int, bool]:
        return self._outbox.given_up, self._outbox.lost, self._outbox.damaged is not None
