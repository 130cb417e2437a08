"""Who leads the workers: one row in the database, renewed by its holder, taken over when it stands still.

The leader alone begins the server's *runs*. A run is announced on ``srv/state``; kiosks answer it by saying
everything again, so whatever a worker took with it when it died comes back. Everything else a worker does needs no
leader.
"""

import secrets
import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, select, update

from fleet.server import tables
from fleet.server.presence import Run
from fleet.server.store import Store, now_ms
from fleet.server.upsert import insert_new

BEAT_S = 2.0
STILL_S = 10.0
"""A holder that has not renewed for so long is gone. Counted by the onlooker's own clock: no two need agree."""
_NAME = "leader"
_NOBODY = Run("", 0)


def present_run(tx: Connection) -> Run:
    """The run that kiosks are to answer; a nameless one before there ever was one."""
    columns = tables.lease.c
    row = tx.execute(select(columns.run, columns.began_at).where(columns.name == _NAME)).first()
    return _NOBODY if row is None else Run(row.run, row.began_at)


class Leadership:
    """This worker's side of the lease. Used from one thread; database errors go to the caller."""

    def __init__(self, store: Store, account: str, clock: Callable[[], float] = time.monotonic) -> None:
        """``account``: the worker's at the broker, which lets no two in with the same."""
        self.me = f"{secrets.token_hex(8)}-{account}"
        """Names this start of this worker in the lease and in its last will."""
        self.leads = False
        self._store = store
        self._clock = clock
        self._seen: tuple[str, int] | None = None
        self._seen_at = 0.0

    def beat(self, gone: str = "") -> bool:
        """Renew the lease, or take it when its holder stands still or is ``gone``. Returns ``leads``."""
        columns = tables.lease.c
        with self._store.writing() as tx:
            row = tx.execute(select(columns.holder, columns.beat).where(columns.name == _NAME)).first()
            if row is None:
                first = {"holder": self.me, "beat": 0, "run": "", "term": 0, "began_at": now_ms()}
                self.leads = insert_new(tx, tables.lease, {"name": _NAME, **first})
            elif row.holder == self.me or self._is_free(row.holder, row.beat, gone):
                self.leads = self._write(tx, columns.beat == row.beat, holder=self.me, beat=row.beat + 1)
            else:
                self.leads = False
        return self.leads

    def begin_run(self) -> Run | None:
        """Begin a new run; None when another worker leads by now."""
        columns = tables.lease.c
        with self._store.writing() as tx:
            term = tx.execute(
                select(columns.term).where(columns.name == _NAME, columns.holder == self.me).with_for_update()
            ).scalar()
            self.leads = term is not None
            if term is None:
                return None
            # A later run has the higher name; the end tells it from those of a database that was replaced.
            run = Run(f"{term + 1:08x}-{secrets.token_hex(3)}", now_ms())
            self._write(tx, columns.holder == self.me, run=run.name, term=term + 1, began_at=run.since)
            return run

    def resign(self) -> None:
        """Let another worker lead at once."""
        if self.leads:
            self.leads = False
            with self._store.writing() as tx:
                self._write(tx, tables.lease.c.holder == self.me, holder="")

    def _is_free(self, holder: str, beat: int, gone: str) -> bool:
        if (holder, beat) != self._seen:
            self._seen, self._seen_at = (holder, beat), self._clock()
        is_an_earlier_me = holder.partition("-")[2] == self.me.partition("-")[2]
        return holder in ("", gone) or is_an_earlier_me or self._clock() - self._seen_at > STILL_S

    def _write(self, tx: Connection, condition: ColumnElement[bool], **values: object) -> bool:
        statement = update(tables.lease).where(tables.lease.c.name == _NAME, condition)
        return tx.execute(statement.values(**values)).rowcount == 1
