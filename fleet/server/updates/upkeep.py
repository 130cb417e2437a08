"""Keeps the repository's metadata from lapsing, and says in time what only people can renew."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from fleet.server.errors import FleetError
from fleet.server.updates.keys import ROLES, Role
from fleet.server.updates.repository import Repository
from fleet.server.updates.state import RENEW_BEFORE, Now, utc_now

logger = logging.getLogger(__name__)

LOOK_S = 3600.0


@dataclass(frozen=True, slots=True)
class RoleView:
    """One role: which version is in force, until when, and whether its key is at hand here."""

    role: Role
    version: int
    expires: datetime
    online: bool
    warning: str


def roles_of(repository: Repository, now: Now = utc_now) -> list[RoleView]:
    """How every role stands."""
    state = repository.state()
    views: list[RoleView] = []
    for role in ROLES:
        expires = state.expires(role)
        due = expires - now() < RENEW_BEFORE[role]
        online = repository.keys.place(role) is not None
        warning = ""
        if due:
            ends = "lapsed on" if expires <= now() else "lapses on"
            warning = (
                f"{role} {ends} {expires:%Y-%m-%d}; kiosks then install nothing new: "
                f"kiosk-fleet updates renew {role}"
                + ("" if online else " --keys DIR (its key is kept elsewhere)")
            )
        views.append(RoleView(role, state.version(role), expires, online, warning))
    return views


def look_after(repository: Repository, now: Now = utc_now) -> list[str]:
    """Renew what is due and can be renewed here; the warnings that are left."""
    due: list[Role] = [view.role for view in roles_of(repository, now) if view.warning and view.online]
    if due:
        repository.renew(*due)
        logger.info("renewed update metadata: %s", ", ".join(due))
    return [view.warning for view in roles_of(repository, now) if view.warning]


class UpdatesUpkeep:
    """A thread that looks after the repository every hour."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-updates-upkeep", daemon=True)

    def start(self) -> None:
        """Look now, then every hour."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                for warning in look_after(self._repository):
                    logger.warning("%s", warning)
            except (FleetError, OSError) as error:
                logger.warning("update metadata not renewed: %s", error)
            self._stopping.wait(LOOK_S)
