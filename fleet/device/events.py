"""What the agent tells the kiosk. Times ``at`` are ``time.monotonic()`` seconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias


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
class KnowledgeFetched:
    """An artefact lies complete and verified at ``path``, asked for by revision ``rev``."""

    at: float
    rev: int
    pack: str
    version: str
    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class KnowledgeFailed:
    """The artefact of revision ``rev`` cannot be had; the centre has been told why."""

    at: float
    rev: int
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


AgentEvent: TypeAlias = (
    LinkUp | LinkDown | KnowledgeFetched | KnowledgeFailed | HandoverAccepted | QueueCommanded
)
