"""What of a visit is told to the centre: identifiers, numbers, milliseconds. Never a word of anybody."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Protocol

from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Lane
from fleet.protocol.records import JsonScalar
from hardware.health import Health
from kiosk_app.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    Event,
    MicrophoneBack,
    MicrophoneClear,
    MicrophoneImpaired,
    MicrophoneLost,
    PartDown,
    PartUp,
    PersonEngaged,
    PinAccepted,
    PinRefused,
    StaffTold,
)
from kiosk_app.session import (
    CallStaff,
    Effect,
    KeepVolume,
    Rated,
    StaffWork,
    TryLoudspeaker,
    VisitEnded,
    VisitStarted,
)
from kiosk_app.session.state import STARTING
from kiosk_app.staff.reports import TaskReport
from kiosk_app.trace import TurnTrace
from kiosk_app.updating.news import News

logger = logging.getLogger(__name__)

_MOST_MATTERS = 8
_MOST_PEOPLE = 100
_LONGEST_REASON = 200
_MOST_WAITING = 256

Data = Mapping[str, JsonScalar | list[str]]


class Recorder(Protocol):
    """Where records go: the agent's outbox."""

    def record(self, kind: str, data: Data) -> None:
        """Keep telemetry until the centre has it."""
        ...

    def alarm(self, kind: str, data: Data) -> None:
        """Keep an alarm until the centre has it; it goes first."""
        ...


class Telemetry:
    """Turns events, effects and traces into records.

    A kiosk serves before its outbox is open, and when that cannot be opened. Until there is a recorder the parts that
    are down are kept, for a kiosk that cannot open is what the centre has to learn of, and the newest records.
    """

    def __init__(self, *, expected: bool = True) -> None:
        """``expected``: whether there will ever be a recorder; without one no record is kept for it."""
        self._recorder: Recorder | None = None
        self._down: dict[str, str] = {}
        self._waiting: deque[tuple[Lane, str, Data]] = deque(maxlen=_MOST_WAITING if expected else 0)
        self._lock = threading.Lock()

    def connect(self, recorder: Recorder) -> None:
        """Send records to ``recorder`` from now on, first what waited for it; from any thread."""
        with self._lock:
            self._recorder = recorder
            down, self._down = self._down, {}
            while self._waiting:
                self._write(recorder, *self._waiting.popleft())
        for part, reason in down.items():
            self._part(part, "down", reason)

    def visits(self, effects: Iterable[Effect]) -> None:
        """Record the visits that began and ended, and how they were rated."""
        for effect in effects:
            match effect:
                case VisitStarted():
                    self._record("visit.started", {"visit": str(effect.visit), "trigger": effect.trigger})
                case VisitEnded():
                    self._record(
                        "visit.ended",
                        {
                            "visit": str(effect.visit),
                            "outcome": effect.outcome,
                            "turns": effect.turns,
                            "seconds": round(max(0.0, effect.seconds), 1),
                        },
                    )
                case Rated():
                    self._record("rating", {"rating": effect.rating, "turns": _bucket(effect.turns)})
                case _:
                    pass

    def turn(self, trace: TurnTrace) -> None:
        """Record a completed turn."""
        self._record("turn", {key: value for key, value in trace.record().items() if value is not None})

    def health(self, health: Health) -> None:
        """Record how the machine is."""
        data: dict[str, JsonScalar] = {
            "load": round(health.load_per_core, 2),
            "memory": _share(health.memory_free_bytes, health.memory_total_bytes),
            "disk": _share(health.disk_free_bytes, health.disk_total_bytes),
            "up_s": int(health.uptime_s),
        }
        if health.cpu_celsius is not None:
            data["celsius"] = round(health.cpu_celsius, 1)
        self._record("health", data)

    def parts(self, event: Event) -> None:
        """Record a part that went away or came back."""
        match event:
            case PartDown() if event.reason != STARTING:
                self._part(event.part, "down", event.reason)
            case PartUp():
                self._part(event.part, "up")
            case MicrophoneLost():
                self._part("microphone", "down", event.reason)
            case MicrophoneBack():
                self._part("microphone", "up")
            case MicrophoneImpaired():
                self._part("microphone_sound", "down", f"{event.fault}: {event.reason}")
            case MicrophoneClear():
                self._part("microphone_sound", "up")
            case CameraLost():
                self._part("camera", "down", event.reason)
            case CameraBack():
                self._part("camera", "up")
            case _:
                pass

    def presence(self, event: Event) -> None:
        """Record that a customer came or left; who passes by is not told."""
        match event:
            case PersonEngaged():
                self._record(
                    "presence", {"present": True, "count": min(event.count, _MOST_PEOPLE), "band": "near"}
                )
            case CustomerLeft():
                self._record("presence", {"present": False, "count": 0})
            case _:
                pass

    def staff(self, event: Event) -> None:
        """Record who opened the staff corner or tried to; never with which digits."""
        match event:
            case PinAccepted():
                self._record("staff", {"outcome": "opened"})
            case PinRefused(broken=False):
                outcome = "locked" if event.locked_until else "refused"
                self._record("staff", {"outcome": outcome, "wrong": event.wrong})
            case _:
                pass

    def work(self, event: Event, effects: Iterable[Effect]) -> None:
        """Record what was done in the staff corner: the task by its name, and whether it failed."""
        for effect in effects:
            match effect:
                case StaffWork("restart" | "reboot" as task):
                    self._record("staff", {"outcome": task})
                case TryLoudspeaker():
                    self._record("staff", {"outcome": "speaker"})
                case KeepVolume(by_staff=True):
                    self._record("staff", {"outcome": "volume"})
                case _:
                    pass
        match event:
            case StaffTold(report=TaskReport(task=task, state="done" | "failed" as state)) if (
                task != "network"
            ):
                self._record("staff", {"outcome": task, "failed": state == "failed"})
            case _:
                pass

    def update(self, news: News) -> None:
        """Record what became of an update, first of all what went wrong; from any thread."""
        data: dict[str, JsonScalar | list[str]] = {
            "kind": news.kind,
            "name": news.target.name,
            "version": news.target.version,
            "sha256": news.target.sha256,
            "result": news.result,
        }
        if news.code:
            data["code"] = news.code
        if news.trial is not None:
            trial = news.trial
            data |= {"turns": trial.turns, "missed": trial.missed, "deaths": trial.deaths}
        self._record("update", data, "ev" if news.code else "tm")

    def unknown(self, matter: str | None, count: int) -> None:
        """Record how many questions of a visit were not understood, and near which matter; from any thread."""
        self._record("unknown", {"matter": matter, "count": count} if matter else {"count": count})

    def queue(self, queue: str, what: str, count: int) -> None:
        """Record how many numbers of a queue were taken, called or found absent; from any thread."""
        self._record("queue", {"queue": queue, "what": what, "count": count})

    def call_staff(self, call: CallStaff) -> None:
        """Ask the centre for a person."""
        data: Data = {
            "handover": call.handover,
            "visit": str(call.visit),
            "lang": call.lang,
            "matters": list(call.matters[-_MOST_MATTERS:]),
        }
        if self._recorder is not None:
            try:
                self._recorder.alarm("handover", data)
            except ProtocolError:
                logger.exception("a hand-over was refused by the outbox")

    def _part(self, part: str, state: str, reason: str = "") -> None:
        with self._lock:
            if self._recorder is None:
                self._down.pop(part, None)
                if state == "down":
                    self._down[part] = reason
                return
        printable = "".join(c if " " <= c <= "~" else "?" for c in reason)[:_LONGEST_REASON]
        self._record("part", {"part": part, "state": state, "reason": printable})

    def _record(self, kind: str, data: Data, lane: Lane = "tm") -> None:
        with self._lock:
            recorder = self._recorder
            if recorder is None:
                self._waiting.append((lane, kind, data))
                return
        self._write(recorder, lane, kind, data)

    @staticmethod
    def _write(recorder: Recorder, lane: Lane, kind: str, data: Data) -> None:
        put = recorder.record if lane == "tm" else recorder.alarm
        try:
            put(kind, data)
        except ProtocolError:
            logger.exception("a record of kind %s was refused by the outbox", kind)


def _bucket(turns: int) -> str:
    """Few, some or many questions: no more of a visit goes with its rating."""
    return "1" if turns <= 1 else "2-3" if turns <= 3 else "4+"


def _share(free: int, total: int) -> float:
    """How much is in use, 0 to 1."""
    return round(1.0 - free / total, 3) if total else 0.0
