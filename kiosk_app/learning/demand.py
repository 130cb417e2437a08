"""How often each matter is asked for at each hour: weights that fade, in the file of what was learnt."""

from __future__ import annotations

import sqlite3

from kiosk_app.learning.hours import Counts, Hour, faded

_FORGOTTEN = 0.05
"""A weight below this says nothing any more."""


class DemandStore:
    """Counts on a connection of `database.open_database`; for one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, matter: str, hour: Hour, weight: float, day: int) -> None:
        """Count a question of ``weight`` for ``matter``. Raises sqlite3.Error."""
        place = (matter, hour.days, hour.hour)
        found = self._connection.execute(
            "SELECT weight, day FROM demand WHERE matter = ? AND days = ? AND hour = ?", place
        ).fetchone()
        before = faded(found[0], day - found[1]) if found else 0.0
        self._connection.execute(
            "INSERT OR REPLACE INTO demand VALUES (?, ?, ?, ?, ?)", (*place, before + weight, day)
        )

    def counts(self, day: int) -> Counts:
        """Every weight as it is worth on ``day``. Raises sqlite3.Error."""
        rows = self._connection.execute("SELECT matter, days, hour, weight, day FROM demand")
        return {
            (matter, Hour(days, hour)): faded(weight, day - then) for matter, days, hour, weight, then in rows
        }

    def prune(self, day: int) -> None:
        """Forget what has faded away. Raises sqlite3.Error."""
        for matter, hour in [place for place, weight in self.counts(day).items() if weight < _FORGOTTEN]:
            self._connection.execute(
                "DELETE FROM demand WHERE matter = ? AND days = ? AND hour = ?",
                (matter, hour.days, hour.hour),
            )
