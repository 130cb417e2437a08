"""What the agent tells the kiosk. Times ``at`` are ``time.monotonic()`` seconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from fleet.protocol.commands import CommandArgs
from fleet.protocol.tree import Kind


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The broker took the connection and the subscriptions."""

    at: float


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The connection is gone or was refused; ``reason`` is for technicians."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class TargetFetched:
    """A file lies complete and verified at ``path``, asked for by revision ``rev`` (0: it came on a stick)."""

    at: float
    rev: int
    kind: Kind
    name: str
    version: str
    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class TargetFailed:
    """The file that revision ``rev`` asks for cannot be had now; the centre has been told why."""

    at: float
    rev: int
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """A person in the centre took the hand-over; ``text`` is theirs for the citizen to read."""

    at: float
    handover: str
    text: str


@dataclass(frozen=True, slots=True)
class QueueCommanded:
    """A window calls: the next number of a queue, the last one again, or its owner is absent.

    The kiosk answers with ``Agent.conclude(command, …)``.
    """

    at: float
    command: str
    verb: Literal["next", "again", "absent"]
    queue: str
    window: str


@dataclass(frozen=True, slots=True)
class CommandAsked:
    """The centre wants something of the kiosk: ``args`` are those of ``name`` in ``fleet.protocol.commands``.

    After ``until``, monotonic seconds, it is not to be begun any more. The kiosk says ``Agent.begin(command)`` when it
    begins and ``Agent.conclude(command, …)`` when it is over.
    """

    at: float
    command: str
    name: str
    args: CommandArgs
    until: float


AgentEvent: TypeAlias = (
    LinkUp | LinkDown | TargetFetched | TargetFailed | HandoverAccepted | QueueCommanded | CommandAsked
)
