"""What the staff corner's pages are told of the kiosk, one frozen value each. Not a word of a citizen is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from hardware.doctor import CheckResult
from hardware.health import Health
from hardware.network import Interface

StaffTask = Literal["speaker", "doctor", "network", "export", "restart", "reboot", "wipe"]

ASKED_TWICE: frozenset[StaffTask] = frozenset({"restart", "reboot", "wipe"})
"""Not done on one touch."""

MOST_TURNS = 12


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How far a task is. ``code`` says which sentence tells it, ``detail`` what stands in that sentence."""

    task: StaffTask
    state: Literal["idle", "busy", "done", "failed"]
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BoardReport:
    """How the board is doing."""

    health: Health


@dataclass(frozen=True, slots=True)
class SoundReport:
    """Which devices are in use, by name (empty: none), and where the site's volume comes from."""

    microphone: str
    speaker: str
    volume_kept: bool
    """Set here, and kept over restarts; otherwise it is the configuration's."""
    overruns: int = 0
    """How often sound was lost since the microphone was opened."""


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One turn in milliseconds; None where a stage did not happen."""

    channel: Literal["voice", "touch", "text"]
    ago_s: float
    caption: float | None = None
    """From the first voiced sample to the first words on the screen."""
    endpoint: float | None = None
    """From the last voiced sample until that was sure; the next three follow it."""
    recognise: float | None = None
    understand: float | None = None
    speak: float | None = None
    sound: float | None = None
    """From the last voiced sample, or the touch, to the first sample of the answer: the four together."""


@dataclass(frozen=True, slots=True)
class TurnsReport:
    """The latest turns, newest first."""

    turns: tuple[TurnLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The self-test so far: what is done, how many there are, which one is being done (empty: none)."""

    done: tuple[CheckResult, ...] = ()
    total: int = 0
    doing: str = ""


@dataclass(frozen=True, slots=True)
class BrokerReport:
    """The way to the centre. ``reach_ms`` is how long a connection took; None when none came, with the reason."""

    address: str
    reach_ms: float | None
    reason: str
    connected: bool
    contact_ago_s: float | None
    """Since the broker or the centre was last heard."""
    waiting: int
    """Records that the centre has not taken yet."""


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """The network as the board sees it; ``broker`` is None where the kiosk works alone."""

    interfaces: tuple[Interface, ...]
    route: str
    """The default route: ``gateway (interface)``, empty when there is none."""
    broker: BrokerReport | None


@dataclass(frozen=True, slots=True)
class HoldingsReport:
    """What this kiosk keeps that can be wiped, in bytes, and what else the page of maintenance must know."""

    learnt: int
    cache: int
    log: int
    waiting: int
    """Records for the centre, which a wipe keeps."""
    may_reboot: bool
    stick: str
    """Where a stick is mounted; empty when there is none that could be written."""


@dataclass(frozen=True, slots=True)
class SoundLook:
    """One moment: the level and the room's own noise in dBFS, and whether it is speech (None: cannot be told).

    It is asked for by the page that draws it; at ten a second it would only keep the session busy.
    """

    level_dbfs: float
    room_dbfs: float | None
    speech: bool | None


Report = TaskReport | BoardReport | SoundReport | TurnsReport | DoctorReport | NetworkReport | HoldingsReport

Kind = TypeVar("Kind")


def latest(reports: Sequence[Report], kind: type[Kind]) -> Kind | None:
    """The newest report of a kind."""
    return next((one for one in reversed(reports) if isinstance(one, kind)), None)


def task_of(reports: Sequence[Report], name: StaffTask) -> TaskReport:
    """What became of a task; an idle one when it was not begun."""
    found = (one for one in reversed(reports) if isinstance(one, TaskReport) and one.task == name)
    return next(found, TaskReport(name, "idle"))


def with_report(reports: tuple[Report, ...], new: Report) -> tuple[Report, ...]:
    """``new`` in the place of the one before of its kind, or of its task."""
    return (*(one for one in reports if not _same(one, new)), new)


def _same(one: Report, new: Report) -> bool:
    if isinstance(one, TaskReport) and isinstance(new, TaskReport):
        return one.task == new.task
    return type(one) is type(new)
