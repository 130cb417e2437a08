"""Questions that were not understood, as counted clusters of similar ones; bounded in number and in age."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from kiosk_app.learning.errors import LearningError
from kiosk_app.learning.likeness import Likes
from kiosk_app.learning.misses import Miss

ALIKE, SAME_WORDS = 0.4, 0.8
"""From which likeness on two questions are one cluster: when the model finds the same matter nearest to both, and
whatever it finds. docs/adr/0009 has the figures."""
KEPT_EXAMPLES = 8
"""Wordings of one cluster that are kept; the least frequent give way."""
_HAN_FROM, _HAN_TO = "\u3400", "\u9fff"


@dataclass(frozen=True, slots=True)
class Guess:
    """The matter that the model finds nearest, and how far ahead of the other matters (0 to 1)."""

    matter: str
    certainty: float


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a cluster, redacted, and how often it was said."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Hint:
    """What speaks for a matter: how often it was the nearest, how surely, and how often a citizen went on to it."""

    matter: str
    nearest: int
    certainty: float
    settled: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Similar questions that were not understood. Days are ordinals (`datetime.date.toordinal`)."""

    id: int
    lang: str
    count: int
    rejected: int
    refused: int
    handed_over: int
    first_day: int
    last_day: int
    wordings: tuple[Wording, ...]
    hints: tuple[Hint, ...]
    """The best supported first."""


class ClusterStore:
    """Writes and prunes clusters on a connection of `database.open_database`; for one thread."""

    def __init__(self, connection: sqlite3.Connection, most: int, max_age_days: int) -> None:
        self._connection = connection
        self._most = most
        self._max_age_days = max_age_days
        self._gone: set[int] = set()
        self._likes = self._load()
        self._version = self._data_version()

    def add(self, miss: Miss, guess: Guess | None, day: int) -> int:
        """Count a miss in the cluster that it is like, or in a new one; the cluster's id. Raises sqlite3.Error."""
        if self._data_version() != self._version:  # another process has forgotten some
            self._likes, self._version = self._load(), self._data_version()
        with _transaction(self._connection):
            nearest = guess.matter if guess else ""
            cluster = self._cluster_for(miss.text, nearest)
            if cluster is None:
                self._gone.update(self._drop_clusters(self._most - 1))
                cluster = self._begin(miss.text, nearest, day)
            self._connection.execute(
                "UPDATE cluster SET count = count + 1, rejected = rejected + ?, refused = refused + ?,"
                " handed_over = handed_over + ?, last_day = max(last_day, ?) WHERE id = ?",
                (miss.reason == "rejected", miss.reason == "refused", miss.handed_over, day, cluster),
            )
            new = self._connection.execute(
                "INSERT OR IGNORE INTO example VALUES (?, ?, 0, ?)", (cluster, miss.text, day)
            ).rowcount
            self._connection.execute(
                "UPDATE example SET count = count + 1, last_day = ? WHERE cluster = ? AND text = ?",
                (day, cluster, miss.text),
            )
            if guess is not None:
                self._hint(cluster, guess.matter, 1, guess.certainty, 0)
            if miss.settled is not None:
                self._hint(cluster, miss.settled, 0, 0.0, 1)
            self._drop_surplus(cluster)
        if new:
            self._likes.add(miss.text, (cluster, nearest))
        if len(self._gone) > self._most // 4:
            self._likes = self._load()
        return cluster

    def prune(self, day: int) -> None:
        """Forget what is older than the site allows. Raises sqlite3.Error."""
        oldest = day - self._max_age_days
        with _transaction(self._connection):
            gone = self._connection.execute("DELETE FROM example WHERE last_day < ?", (oldest,)).rowcount
            gone += self._connection.execute(
                "DELETE FROM cluster WHERE last_day < ? OR id NOT IN (SELECT cluster FROM example)", (oldest,)
            ).rowcount
            gone += len(self._drop_clusters(self._most))
        if gone:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._likes = self._load()

    def _data_version(self) -> int:
        """A number that changes when somebody else has written to the file."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _load(self) -> Likes[tuple[int, str]]:
        likes: Likes[tuple[int, str]] = Likes()
        self._gone.clear()
        for text, cluster, nearest in self._connection.execute(
            "SELECT text, id, nearest FROM example JOIN cluster ON id = cluster ORDER BY id, text"
        ):
            likes.add(text, (cluster, nearest))
        return likes

    def _cluster_for(self, text: str, nearest: str) -> int | None:
        for alike, (cluster, other) in self._likes.nearest(text):
            if alike < ALIKE:
                break
            if cluster not in self._gone and (alike >= SAME_WORDS or nearest == other != ""):
                return cluster
        return None

    def _begin(self, text: str, nearest: str, day: int) -> int:
        lang = "zh" if any(_HAN_FROM <= character <= _HAN_TO for character in text) else "en"
        begun = self._connection.execute(
            "INSERT INTO cluster (lang, nearest, count, rejected, refused, handed_over, first_day, last_day)"
            " VALUES (?, ?, 0, 0, 0, 0, ?, ?)",
            (lang, nearest, day, day),
        )
        return int(begun.lastrowid or 0)

    def _hint(self, cluster: int, matter: str, nearest: int, certainty: float, settled: int) -> None:
        self._connection.execute(
            "INSERT INTO hint VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET nearest = nearest + excluded.nearest,"
            " certainty = certainty + excluded.certainty, settled = settled + excluded.settled",
            (cluster, matter, nearest, certainty, settled),
        )

    def _drop_surplus(self, cluster: int) -> None:
        self._connection.execute(
            "DELETE FROM example WHERE cluster = ? AND text NOT IN (SELECT text FROM example WHERE cluster = ?"
            " ORDER BY last_day DESC, count DESC, text LIMIT 1)"
            " AND text NOT IN (SELECT text FROM example WHERE cluster = ? ORDER BY count DESC, last_day DESC, text"
            " LIMIT ?)",
            (cluster, cluster, cluster, KEPT_EXAMPLES - 1),
        )

    def _drop_clusters(self, kept: int) -> list[int]:
        rows = self._connection.execute(
            "DELETE FROM cluster WHERE id NOT IN"
            " (SELECT id FROM cluster ORDER BY count DESC, last_day DESC, id DESC LIMIT ?) RETURNING id",
            (kept,),
        ).fetchall()
        return [number for (number,) in rows]


def read_clusters(connection: sqlite3.Connection, min_count: int = 1) -> list[Cluster]:
    """The clusters, most frequent first. Raises LearningError ``learning.open``."""
    try:
        rows: Sequence[tuple[int, str, int, int, int, int, int, int]] = connection.execute(
            "SELECT id, lang, count, rejected, refused, handed_over, first_day, last_day FROM cluster"
            " WHERE count >= ? ORDER BY count DESC, last_day DESC, id",
            (min_count,),
        ).fetchall()
        return [
            Cluster(*row, wordings=_wordings(connection, row[0]), hints=_hints(connection, row[0]))
            for row in rows
        ]
    except sqlite3.Error as error:
        raise LearningError(
            f"what was learnt cannot be read ({error}); check the disk", "learning.open"
        ) from error


def forget_clusters(connection: sqlite3.Connection) -> int:
    """Delete every cluster, and leave nothing of them in the file; how many there were.

    Raises LearningError ``learning.busy``.
    """
    try:
        with _transaction(connection):
            count = connection.execute("DELETE FROM cluster").rowcount
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise LearningError(f"not all could be forgotten ({error}); try again", "learning.busy") from error
    return count


def _wordings(connection: sqlite3.Connection, cluster: int) -> tuple[Wording, ...]:
    rows = connection.execute(
        "SELECT text, count FROM example WHERE cluster = ? ORDER BY count DESC, last_day DESC, text",
        (cluster,),
    )
    return tuple(Wording(text, count) for text, count in rows)


def _hints(connection: sqlite3.Connection, cluster: int) -> tuple[Hint, ...]:
    rows: Sequence[tuple[str, int, float, int]] = connection.execute(
        "SELECT matter, nearest, certainty, settled FROM hint WHERE cluster = ?"
        " ORDER BY 2 * settled + certainty DESC, matter",
        (cluster,),
    ).fetchall()
    return tuple(
        Hint(matter, n, certainty / n if n else 0.0, settled) for matter, n, certainty, settled in rows
    )


def _transaction(connection: sqlite3.Connection) -> AbstractContextManager[object]:
    """Everything or nothing; the connection is in autocommit mode otherwise."""
    connection.execute("BEGIN IMMEDIATE")
    return connection
