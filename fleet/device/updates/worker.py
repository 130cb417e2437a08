"""The thread that fetches what the centre wants: python-tuf's client blocks, and the link's thread must not."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tuf.api.exceptions import DownloadError, RepositoryError

from fleet.device.errors import FetchError
from fleet.device.pauses import retry_delay, second_look
from fleet.device.updates.client import Session, UpdateClient
from fleet.device.updates.download import clean
from fleet.device.updates.transports import Transport, UnreachableError
from fleet.device.updates.trusted import told
from fleet.protocol.tree import Kind
from fleet.protocol.updates import Target

logger = logging.getLogger(__name__)

_BUSY_S = 5.0


class Told(Protocol):
    """Who is told, in the worker's thread."""

    def fetching(self, rev: int, kind: Kind, target: Target, percent: int) -> None:
        """A target is on its way."""
        ...

    def arrived(self, rev: int, kind: Kind, target: Target, path: Path) -> None:
        """A target lies whole and verified at ``path``."""
        ...

    def failed(self, rev: int, kind: Kind, target: Target, reason: str) -> None:
        """A target cannot be had now."""
        ...


class SupersededError(Exception):
    """Something else is wanted meanwhile, or the kiosk stops."""


class UpdateWorker:
    """``want``, ``nudge`` and ``stop`` may be called from any thread. The thread exists once something is wanted."""

    def __init__(
        self, client: UpdateClient, metadata: Sequence[Transport], bulk: Sequence[Transport], told: Told
    ) -> None:
        """``metadata`` and ``bulk``: the transports for each, in the order in which they are tried."""
        self._client = client
        self._metadata = metadata
        self._bulk = bulk
        self._told = told
        self._changed = threading.Condition()
        self._wanted: tuple[int, Mapping[Kind, Target]] = (0, {})
        self._keep: frozenset[str] = frozenset()
        self._generation = 0
        self._nudged = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    def want(self, rev: int, targets: Mapping[Kind, Target], keep: frozenset[str]) -> None:
        """Fetch these and nothing else; ``keep`` are the hashes of files in use, which are not cleaned away."""
        with self._changed:
            if self._wanted == (rev, targets):
                return
            self._wanted, self._keep = (rev, dict(targets)), keep
            self._generation += 1
            self._changed.notify_all()
            if targets and self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="fleet-updates", daemon=True)
                self._thread.start()

    def nudge(self) -> None:
        """The centre is back: what waits for it need not wait longer."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Give up what is on its way, which stays on disk as far as it came, and end."""
        with self._changed:
            self._stopping = True
            self._generation += 1
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        done = -1
        while (job := self._next(done)) is not None:
            done, rev, targets = job
            self._pursue(done, rev, targets)

    def _next(self, done: int) -> tuple[int, int, dict[Kind, Target]] | None:
        """Wait for something that is not ``done`` yet; None when the kiosk stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._generation != done)
            self._nudged = False
            rev, targets = self._wanted
            return None if self._stopping else (self._generation, rev, dict(targets))

    def _pursue(self, generation: int, rev: int, missing: dict[Kind, Target]) -> None:
        """Until all is there or something else is wanted."""
        failures = 0
        while missing:
            try:
                pause = self._round(generation, rev, missing)
            except SupersededError:
                return
            except UnreachableError as error:
                logger.info("updates wait: %s", error)
                pause, failures = retry_delay(failures), failures + 1
            except Exception as error:  # the thread has no other supervisor, and must not end
                logger.exception("error while fetching updates")
                pause = self._fail(rev, missing, FetchError("fetch.failed", type(error).__name__))
            if missing and not self._rest(generation, pause):
                return

    def _round(self, generation: int, rev: int, missing: dict[Kind, Target]) -> float:
        """One attempt at everything; takes out of ``missing`` what has arrived. Seconds until the next."""
        wanted = {target.sha256 for target in missing.values()}
        try:
            with self._client.session(self._metadata) as session:
                clean(self._client.incoming, wanted | self._keep)
                for kind, target in list(missing.items()):
                    if self._one(generation, rev, session, kind, target):
                        del missing[kind]
        except FetchError as error:
            return _BUSY_S if error.code == "updates.busy" else self._fail(rev, missing, error)
        return second_look()

    def _one(self, generation: int, rev: int, session: Session, kind: Kind, target: Target) -> bool:
        def progress(have: int, total: int) -> None:
            if self._generation != generation:
                raise SupersededError
            self._told.fetching(rev, kind, target, have * 100 // total)

        self._told.fetching(rev, kind, target, 0)
        try:
            path = session.fetch(session.expect(target), self._bulk, progress)
        except UnreachableError:
            raise
        except FetchError as error:
            self._told.failed(rev, kind, target, str(error))
            return False
        except (RepositoryError, DownloadError, OSError) as error:
            self._told.failed(rev, kind, target, str(told(error)))
            return False
        if self._generation != generation:
            raise SupersededError
        self._told.arrived(rev, kind, target, path)
        return True

    def _fail(self, rev: int, missing: Mapping[Kind, Target], error: FetchError) -> float:
        for kind, target in missing.items():
            self._told.failed(rev, kind, target, str(error))
        return second_look()

    def _rest(self, generation: int, pause: float) -> bool:
        """Wait, unless nudged; False when something else is wanted meanwhile."""
        until = time.monotonic() + pause
        with self._changed:
            self._changed.wait_for(
                lambda: self._generation != generation or self._nudged, max(until - time.monotonic(), 0.0)
            )
            self._nudged = False
            return self._generation == generation
