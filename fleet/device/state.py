"""What the centre wants of this kiosk and what became of it: desired, reported, and the fetch between."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fleet.device.errors import FetchError
from fleet.device.events import AgentEvent, KnowledgeFailed, KnowledgeFetched
from fleet.device.knowledge import Fetch, clean, verified
from fleet.device.ledger import Ledger
from fleet.protocol.messages import (
    Artefact,
    ChunkHeader,
    ChunkRequest,
    Desired,
    KnowledgeName,
    KnowledgeReport,
    KnowledgeResult,
    Reported,
)

logger = logging.getLogger(__name__)

_SETTLED: frozenset[KnowledgeResult] = frozenset({"active", "rejected", "returned", "failed"})


class KnowledgeState:
    """Follows ``dn/desired``. ``report`` may be called from any thread, the rest from the link's."""

    def __init__(
        self,
        ledger: Ledger,
        folder: Path,
        request: Callable[[ChunkRequest], bool],
        emit: Callable[[AgentEvent], None],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._folder = folder
        self._request = request
        self._emit = emit
        self._wall_clock = wall_clock
        self._guard = threading.RLock()
        self._desired = ledger.note("desired", Desired)
        self._reported = ledger.note("reported", Reported) or Reported(rev=0, at=self._now_ms())
        self._told_rev = 0
        self._fetch: Fetch | None = None
        self.unsent = True

    @property
    def desired_rev(self) -> int:
        """Highest revision ever seen."""
        return self._desired.rev if self._desired else 0

    @property
    def reported(self) -> Reported:
        """The report as it stands; what is to be sent when ``unsent``."""
        with self._guard:
            self.unsent = False
            return self._reported

    @property
    def running(self) -> KnowledgeName | None:
        """The knowledge in use, as far as the kiosk has told."""
        return self._reported.running

    def want(self, desired: Desired) -> None:
        """Take a desired document: fetch what is new, answer what is settled."""
        with self._guard:
            if desired.rev < self.desired_rev:
                logger.warning("desired revision %d is older than %d, ignored", desired.rev, self.desired_rev)
                return
            if self._desired != desired:
                self._desired = desired
                self._ledger.keep_note("desired", desired)
            if desired.knowledge is None:
                self._fetch = None
                self._keep(Reported(rev=desired.rev, at=self._now_ms(), running=self.running))
            elif not self._is_settled(desired):
                self._pursue(desired.rev, desired.knowledge)

    def report(self, name: KnowledgeName, result: KnowledgeResult, reason: str) -> None:
        """Note what the kiosk says became of an artefact."""
        with self._guard:
            wanted = self._desired.knowledge if self._desired else None
            asked = self._desired is not None and wanted is not None and wanted.sha256 == name.sha256
            running = name if result in ("trial", "active") else self.running
            if asked:
                self._conclude(self.desired_rev, name, result, reason, running)
            else:
                # Not what was asked for (its own pack, the last good one): the answer to the revision stays.
                self._keep(self._reported.model_copy(update={"running": running, "at": self._now_ms()}))

    def rewind(self) -> None:
        """A new connection or a new server: ask again for what is missing."""
        with self._guard:
            if self._fetch is not None:
                self._fetch.rewind()

    def pump(self, now: float) -> None:
        """Keep a fetch going."""
        with self._guard:
            if self._fetch is not None:
                self._fetch.pump(now)

    def take(self, header: ChunkHeader, data: bytes) -> None:
        """Take a piece of the artefact."""
        with self._guard:
            if self._fetch is None:
                return
            try:
                self._fetch.take(header, data)
                path = self._fetch.finish() if self._fetch.done else None
            except (FetchError, OSError) as error:
                self._fail(self._fetch.artefact, str(error))
                return
            if path is not None:
                self._arrive(self._fetch.artefact, path)

    def _is_settled(self, desired: Desired) -> bool:
        reported = self._reported
        return (
            reported.rev == desired.rev
            and reported.knowledge is not None
            and reported.knowledge.result in _SETTLED
        )

    def _is_tried(self, name: KnowledgeName) -> bool:
        told = self._reported.knowledge
        return told is not None and told.result == "trial" and told.sha256 == name.sha256

    def _pursue(self, rev: int, artefact: Artefact) -> None:
        if self.running is not None and self.running.sha256 == artefact.sha256:
            self._conclude(rev, artefact, "trial" if self._is_tried(artefact) else "active", "", self.running)
            return
        if self._fetch is not None and self._fetch.artefact == artefact:
            self._conclude(rev, artefact, "fetching", "", self.running)
            return
        self._fetch = None
        path = verified(artefact, self._folder)
        if path is not None:
            self._arrive(artefact, path)
            return
        try:
            clean(self._folder, {artefact.sha256} | ({self.running.sha256} if self.running else set()))
            self._fetch = Fetch(artefact, self._folder, self._request)
        except (FetchError, OSError) as error:
            self._fail(artefact, str(error))
            return
        logger.info("fetching knowledge %s %s (%d bytes)", artefact.pack, artefact.version, artefact.size)
        self._conclude(rev, artefact, "fetching", "", self.running)

    def _arrive(self, artefact: Artefact, path: Path) -> None:
        rev = self.desired_rev
        self._fetch = None
        self._conclude(rev, artefact, "fetched", "", self.running)
        if self._told_rev == rev:
            return
        self._told_rev = rev
        self._emit(
            KnowledgeFetched(time.monotonic(), rev, artefact.pack, artefact.version, artefact.sha256, path),
        )

    def _fail(self, artefact: Artefact, reason: str) -> None:
        logger.warning("knowledge %s cannot be had: %s", artefact.sha256[:12], reason)
        self._fetch = None
        self._conclude(self.desired_rev, artefact, "failed", reason, self.running)
        self._emit(KnowledgeFailed(time.monotonic(), self.desired_rev, reason))

    def _conclude(
        self,
        rev: int,
        name: KnowledgeName,
        result: KnowledgeResult,
        reason: str,
        running: KnowledgeName | None,
    ) -> None:
        line = "".join(letter if letter.isprintable() else " " for letter in reason)[:500]
        report = KnowledgeReport(
            pack=name.pack, version=name.version, sha256=name.sha256, result=result, reason=line
        )
        in_use = (
            None
            if running is None
            else KnowledgeName(**running.model_dump(include={"pack", "version", "sha256"}))
        )
        self._keep(Reported(rev=rev, at=self._now_ms(), knowledge=report, running=in_use))

    def _keep(self, reported: Reported) -> None:
        if reported.model_copy(update={"at": self._reported.at}) == self._reported:
            return
        self._reported = reported
        self.unsent = True
        self._ledger.keep_note("reported", reported)

    def _now_ms(self) -> int:
        return int(self._wall_clock() * 1000)
