"""The centre's own certificates are renewed in good time while it runs, for years if need be."""

import logging
import threading
from collections.abc import Callable

from fleet.server.errors import FleetError

logger = logging.getLogger(__name__)

_EVERY_S = 86_400.0


class Upkeep:
    """A thread that calls ``renew`` once a day: to renew what is due, and to have the certificates read again."""

    def __init__(self, renew: Callable[[], None]) -> None:
        self._renew = renew
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-upkeep", daemon=True)

    def start(self) -> None:
        """Begin; the certificates have just been looked at."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_EVERY_S):
            self.look()

    def look(self) -> None:
        """Renew what is due. What fails is tried again the next day: there is half a lifetime for it."""
        try:
            self._renew()
        except (FleetError, OSError) as error:
            logger.warning("the centre's certificates cannot be renewed: %s", error)
