"""What the centre wants of this kiosk and what became of it: desired and reported, by kind of target."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from fleet.device.events import AgentEvent, TargetFailed, TargetFetched
from fleet.device.ledger import Ledger
from fleet.device.updates.jobs import JobNotes
from fleet.protocol.messages import Message, TargetName, TargetResult
from fleet.protocol.tree import Kind
from fleet.protocol.updates import Desired, Reported, Target, TargetReport

logger = logging.getLogger(__name__)

_SETTLED: frozenset[TargetResult] = frozenset({"active", "rejected", "returned", "failed"})

Pursue = Callable[[int, Mapping[Kind, Target], frozenset[str]], None]


class Settled(Message):
    """Which kinds of revision ``rev`` the kiosk itself has answered: they are not fetched again."""

    rev: int
    kinds: tuple[Kind, ...] = ()


class TargetState:
    """Follows ``dn/desired``. ``want`` runs in the link's thread, ``report`` in any, the rest in the worker's."""

    def __init__(
        self,
        ledger: Ledger,
        jobs: JobNotes,
        emit: Callable[[AgentEvent], None],
        changed: Callable[[], None],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """``changed`` is called when there is something to send."""
        self._ledger = ledger
        self._jobs = jobs
        self._emit = emit
        self._changed = changed
        self._wall_clock = wall_clock
        self._guard = threading.RLock()
        self._desired = ledger.note("desired", Desired)
        self._reported = ledger.note("reported", Reported) or Reported(rev=0, at=self._now_ms())
        self._settled = ledger.note("settled", Settled) or Settled(rev=0)
        self._told: set[tuple[int, Kind]] = set()
        self.pursue: Pursue = lambda rev, targets, keep: None
        """What fetches; set once, before the first desired document."""
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
    def running(self) -> dict[Kind, TargetName]:
        """What is in use, as far as the kiosk has told."""
        return self._reported.running

    def want(self, desired: Desired) -> None:
        """Take a desired document: have what is new fetched, answer what is settled."""
        with self._guard:
            if desired.rev < self.desired_rev:
                logger.warning("desired revision %d is older than %d, ignored", desired.rev, self.desired_rev)
                return
            if self._desired != desired:
                self._desired = desired
                self._ledger.keep_note("desired", desired)
            if self._settled.rev != desired.rev:
                self._settle(desired.rev, ())
            missing: dict[Kind, Target] = {}
            results: dict[Kind, TargetReport] = {}
            for kind, target in desired.targets.items():
                told, running = self._reported.results.get(kind), self.running.get(kind)
                if told is not None and self._reported.rev == desired.rev and kind in self._settled.kinds:
                    results[kind] = told
                elif running is not None and running.sha256 == target.sha256:
                    tried = told is not None and told.result == "trial" and told.sha256 == target.sha256
                    results[kind] = _report(target, "trial" if tried else "active")
                else:
                    missing[kind] = target
                    same = told is not None and self._reported.rev == desired.rev
                    results[kind] = told if told is not None and same else _report(target, "fetching")
            self._keep(Reported(rev=desired.rev, at=self._now_ms(), results=results, running=self.running))
            in_use = frozenset(name.sha256 for name in self.running.values())
        self.pursue(desired.rev, missing, in_use)

    def report(self, kind: Kind, name: TargetName, result: TargetResult, reason: str) -> None:
        """Note what the kiosk says became of a target."""
        with self._guard:
            target = self._desired.targets.get(kind) if self._desired else None
            running = dict(self.running)
            if result in ("trial", "active"):
                running[kind] = name
            if target is not None and target.sha256 == name.sha256:
                if result in _SETTLED:
                    self._settle(self.desired_rev, (*self._settled.kinds, kind))
                self._conclude(kind, target, result, reason, running)
                self._jobs.note(self.desired_rev, kind, result, 100, reason)
            else:
                # Not what was asked for (its own pack, the last good one): the answer to the revision stays.
                self._keep(self._reported.model_copy(update={"running": running, "at": self._now_ms()}))

    def fetching(self, rev: int, kind: Kind, target: Target, percent: int) -> None:
        """See Told."""
        with self._guard:
            self._jobs.note(rev, kind, "fetching", percent)
            if rev == self.desired_rev and percent:
                self._conclude(kind, target, "fetching", "", self.running)
        self._changed()

    def arrived(self, rev: int, kind: Kind, target: Target, path: Path) -> None:
        """See Told."""
        with self._guard:
            if rev != self.desired_rev or kind in self._settled.kinds:
                return
            self._conclude(kind, target, "fetched", "", self.running)
            self._jobs.note(rev, kind, "fetched", 100)
            new = (rev, kind) not in self._told
            self._told.add((rev, kind))
        self._changed()
        if new:
            self._emit(
                TargetFetched(time.monotonic(), rev, kind, target.name, target.version, target.sha256, path)
            )

    def failed(self, rev: int, kind: Kind, target: Target, reason: str) -> None:
        """See Told."""
        with self._guard:
            if rev != self.desired_rev:
                return
            told = _line(reason)
            known = self._reported.results.get(kind)
            new = known is None or (known.result, known.reason) != ("failed", told)
            logger.warning("%s %s cannot be had: %s", kind, target.sha256[:12], told)
            self._conclude(kind, target, "failed", told, self.running)
            self._jobs.note(rev, kind, "failed", 0, told)
        self._changed()
        if new:
            self._emit(TargetFailed(time.monotonic(), rev, kind, told))

    def _settle(self, rev: int, kinds: tuple[Kind, ...]) -> None:
        self._settled = Settled(rev=rev, kinds=tuple(dict.fromkeys(kinds)))
        self._ledger.keep_note("settled", self._settled)

    def _conclude(
        self,
        kind: Kind,
        target: Target,
        result: TargetResult,
        reason: str,
        running: Mapping[Kind, TargetName],
    ) -> None:
        results = dict(self._reported.results)
        results[kind] = _report(target, result, _line(reason))
        self._keep(Reported(rev=self.desired_rev, at=self._now_ms(), results=results, running=dict(running)))

    def _keep(self, reported: Reported) -> None:
        if reported.model_copy(update={"at": self._reported.at}) == self._reported:
            return
        self._reported = reported
        self.unsent = True
        self._ledger.keep_note("reported", reported)

    def _now_ms(self) -> int:
        return int(self._wall_clock() * 1000)


def _report(target: Target, result: TargetResult, reason: str = "") -> TargetReport:
    return TargetReport(
        name=target.name, version=target.version, sha256=target.sha256, result=result, reason=reason
    )


def _line(reason: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in reason)[:500]
