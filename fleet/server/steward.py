"""The leader's duties: the server's runs, the desired documents, expired commands, the age of records.

Every worker has a steward; only the one that leads does anything. Whoever goes says ``off`` on ``srv/state`` (its
last will does), naming itself. If it led, the others need not wait for its lease; if it did not, what was on its way
to it may be lost. Either way the leader then begins a new run, and kiosks wait only for that moment.
"""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from fleet.protocol.messages import ServerState
from fleet.server.database import cause
from fleet.server.leading import BEAT_S, Leadership
from fleet.server.presence import Run

logger = logging.getLogger(__name__)

_PAUSE_BETWEEN_RUNS_S = 1.0


class Steward:
    """A thread that keeps the lease and, while it leads, does ``begin`` for each run and ``sweep`` now and then."""

    def __init__(
        self,
        leadership: Leadership,
        is_connected: Callable[[], bool],
        begin: Callable[[Run], None],
        sweep: Callable[[], None],
    ) -> None:
        self._leadership = leadership
        self._is_connected = is_connected
        self._begin = begin
        self._sweep = sweep
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._wants_run = True
        self._gone = ""
        self._began_at = -_PAUSE_BETWEEN_RUNS_S
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="fleet-steward", daemon=True)

    def start(self) -> None:
        """Begin to keep the lease, or to wait for it."""
        self._thread.start()

    def stop(self) -> None:
        """Leave the lease to another."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            self._leadership.resign()
        except SQLAlchemyError as error:
            logger.warning("the lease was not given back: %s", cause(error))

    def connected(self) -> None:
        """This worker has a new connection: what was on its way to the old one may be lost."""
        self._wants_run = True
        self._wake.set()

    def heard(self, state: ServerState) -> None:
        """Somebody else said something on ``srv/state``."""
        if state.state == "off":
            self._gone = state.run
        if state.state == "off" or state.run != self._said:
            self._wants_run = True
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._keep()
            except SQLAlchemyError as error:
                logger.warning("the database takes nothing from the steward: %s", cause(error))
            self._wake.wait(BEAT_S)
            self._wake.clear()

    def _keep(self) -> None:
        if not self._is_connected():
            # Who cannot be heard should not lead: the lease stands still, another takes it.
            return
        led, gone = self._leadership.leads, self._gone
        if not self._leadership.beat(gone):
            self._wants_run = True
            return
        if not led:
            logger.info("this worker leads now")
            self._wants_run = True
        self._gone = ""
        if self._wants_run:
            self._begin_run()
        self._sweep()

    def _begin_run(self) -> None:
        # One flapping worker must not have the whole fleet say everything again and again.
        if self._stopping.wait(max(self._began_at + _PAUSE_BETWEEN_RUNS_S - time.monotonic(), 0)):
            return
        self._wants_run = False
        run = self._leadership.begin_run()
        if run is not None:
            self._began_at, self._said = time.monotonic(), run.name
            self._begin(run)
