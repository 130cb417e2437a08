"""The messages of protocol 1, as pydantic models: unknown keys are refused, every size is bounded.

Times named ``at`` are wall-clock milliseconds since 1970 (UTC) as the sender's clock has them;
``exp`` of a command is in seconds since 1970. What a record may hold is in ``records``.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fleet.protocol.tree import Kind

# Largest whole number that JSON readers of every language keep exactly (2^53 - 1).
MAX_SAFE_INTEGER = 9_007_199_254_740_991
MAX_RECORDS_PER_BATCH = 200
MAX_ATTACHMENT_BYTES = 2 * 1024 * 1024

Millis = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
Count = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
Sequence = Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_][a-z0-9_.-]{0,79}$")]
# An artefact built from several packs joins their ids with "+".
PackId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_][a-z0-9_.+-]{0,127}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,127}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# A sentence of software for technicians (why a pack was refused); control characters stay out.
Reason = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)]

FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]

QueueId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]
WindowId = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=10)]
TicketNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{3}$")]

Lane = Literal["ev", "tm"]
# trial: in use, and watched; returned: it was in use, and what was before it is so again.
TargetResult = Literal["fetching", "fetched", "trial", "active", "rejected", "returned", "failed"]
CommandState = Literal["ACCEPTED", "RUNNING", "SUCCEEDED", "FAILED", "REJECTED", "EXPIRED"]
FINAL_COMMAND_STATES: frozenset[CommandState] = frozenset({"SUCCEEDED", "FAILED", "REJECTED", "EXPIRED"})


class Message(BaseModel):
    """Base of all messages: immutable, no unknown keys, no NaN, and no values in error texts."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class Presence(Message):
    """``up/presence``, retained, and the kiosk's last will.

    ``boot`` names one start of the kiosk's agent, ``conn`` counts its connections. An ``off`` whose ``conn`` is
    not the newest one is the late will of an older connection and means nothing, and an ``on`` that comes behind
    the ``off`` of its own connection means nothing either: the order in which they arrive does not matter.
    """

    state: Literal["on", "off"]
    boot: Reference
    conn: Sequence
    at: Millis


class TargetName(Message):
    """Which file is in use or wanted: its name (a pack's id), its version, and the hash of its bytes."""

    name: PackId
    version: Version
    sha256: Sha256


class ClockState(Message):
    """The kiosk's clock less the time it trusts, and where that comes from.

    ``signed``: the centre has told it, signed, since the program began; ``system``: nobody has, so the clock is
    believed; ``floor``: nobody has, and the clock stands before a time that has certainly passed.
    """

    skew_ms: int = Field(ge=-MAX_SAFE_INTEGER, le=MAX_SAFE_INTEGER)
    source: Literal["signed", "system", "floor"]


class Birth(Message):
    """``up/birth``: said after every connect and whenever the server comes back.

    ``run`` is the server's run (``srv/state``) that it answers: it proves that the kiosk was there in that run.
    """

    boot: Reference
    conn: Sequence
    at: Millis
    run: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    versions: dict[Token, Version] = Field(max_length=32)
    running: dict[Kind, TargetName] = Field(default_factory=dict)
    desired_rev: Count = 0  # highest revision the kiosk has ever seen; a younger server goes above it
    depth: Count = 0  # records waiting in the outbox
    dropped: Count = 0  # records given up since this start because the outbox was full or they were too old
    lost: Count = 0  # records the disk did not take since this start
    faults: tuple[Reason, ...] = Field(default=(), max_length=16)
    clock: ClockState | None = None


class Record(Message):
    """One record of a batch; ``data`` is checked against the allow-list of its kind by ``records``."""

    seq: Sequence
    kind: Token
    at: Millis
    data: dict[str, bool | int | float | str | list[str] | None] = Field(max_length=32)


class Batch(Message):
    """``up/tm`` and ``up/ev`` (zlib): records of one boot in rising seq.

    ``floor``: nothing of this boot and lane at or below it is in the outbox any more.
    ``after``: seq of the record sent before the first one here (or ``floor``). The server moves its
    cumulative mark over a batch only when it has everything up to ``after``; a batch that a broker
    lost can therefore never be acknowledged by the batch behind it. ``behind``: records that still wait
    on the kiosk and are neither in this batch nor on their way.
    """

    boot: Reference
    floor: Count
    after: Count
    behind: Count = 0
    records: tuple[Record, ...] = Field(min_length=1, max_length=MAX_RECORDS_PER_BATCH)


class Ack(Message):
    """``dn/ack``: everything of ``boot`` and ``lane`` up to ``seq`` is committed; the kiosk may delete it."""

    boot: Reference
    lane: Lane
    seq: Count


class Attachment(Message):
    """What belongs to a result and is too large for it: it comes in parts on ``up/att/{id}``."""

    name: FileName
    media: Literal["application/json", "text/plain", "image/png"]
    size: int = Field(ge=1, le=MAX_ATTACHMENT_BYTES)
    sha256: Sha256
    parts: int = Field(ge=1, le=64)


class CommandResult(Message):
    """``up/cmd/{id}``: how far the command is; ``number`` is the one that a window's call came to.

    ``data`` are small figures of what was done; what is larger is an attachment.
    """

    id: Reference
    state: CommandState
    reason: Reason = ""
    at: Millis
    number: TicketNumber | None = None
    data: dict[Token, bool | int | float | Reason] = Field(default_factory=dict, max_length=16)
    attachment: Attachment | None = None


class QueueState(Message):
    """One queue of a hall: its letter and names, the windows that call it, how many wait, what was called last."""

    queue: QueueId
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    names: dict[
        Literal["zh", "en"], Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=80)]
    ]
    windows: tuple[WindowId, ...] = Field(max_length=64)
    waiting: int = Field(ge=0, le=9999)
    last: TicketNumber | None = None
    window: WindowId | None = None  # to which it was called


class Queues(Message):
    """``up/queue``: how the queues of a kiosk that numbers stand. Said after every birth and change."""

    at: Millis
    queues: tuple[QueueState, ...] = Field(max_length=12)


class ServerState(Message):
    """``srv/state``, retained, and the last will of the server's workers.

    ``on`` announces a run, named by ``run``: whoever hears a new one says everything again. In ``off``, ``run`` names
    the worker that has gone; kiosks hold what they have until the next ``on``, which comes at once while another
    worker is there.
    """

    state: Literal["on", "off"]
    run: Reference
    at: Millis
