"""The allow-list of what may leave a kiosk: record kinds and, for each, its keys.

This is where a citizen's privacy is held at the border. A record is refused when its kind or one of
its keys is not listed, and every text value must be an identifier or plain ASCII: no sentence in
Chinese can pass, and no English one through a key that holds an identifier.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, ValidationError

from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Lane, Millis, PackId, Reference, Sha256, TargetResult, Token, Version

JsonScalar: TypeAlias = bool | int | float | str | None

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
# What a program says about a part that failed: printable ASCII, one line.
Note = Annotated[str, StringConstraints(pattern=r"^[ -~]*$", max_length=200)]
Milliseconds = Annotated[float, Field(ge=0, le=3_600_000)] | None
Act = Literal[
    "answer",
    "clarify",
    "confirm",
    "ask_slot",
    "handoff",
    "reject",
    "repeat",
    "smalltalk",
    "command",
    "goodbye",
]


class RecordData(BaseModel):
    """Base of the record kinds; numbers are taken for identifiers (a visit may simply be counted)."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )


class VisitStarted(RecordData):
    """Somebody began to use the kiosk."""

    visit: Reference
    trigger: Token | None = None


class Turn(RecordData):
    """One question and its answer: what kind of answer, for which matter, how quickly; never the words."""

    visit: Reference
    turn: int = Field(ge=0, le=10_000)
    channel: Literal["voice", "touch", "text"]
    lang: Language | None = None
    act: Act
    matter: Token | None = None
    facet: Token | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    endpoint_ms: Milliseconds = None
    recognise_ms: Milliseconds = None
    understand_ms: Milliseconds = None
    first_audio_ms: Milliseconds = None
    caption_ms: Milliseconds = None


class VisitEnded(RecordData):
    """The visit is over and everything of it is wiped."""

    visit: Reference
    outcome: Token | None = None
    turns: int = Field(default=0, ge=0, le=10_000)
    seconds: float = Field(default=0.0, ge=0, le=86_400)


class Rating(RecordData):
    """How somebody who was answered liked it: 1 not, 2 so-so, 3 satisfied. Of which visit is not told."""

    rating: int = Field(ge=1, le=3, strict=True)
    turns: Literal["1", "2-3", "4+"]


class Part(RecordData):
    """A part of the kiosk (microphone, camera, link, …) changed its state."""

    part: Token
    state: Token
    reason: Note = ""


class Update(RecordData):
    """Something was put in use, on trial, proven, refused or returned; ``code`` names why. Of its trial only counts."""

    kind: Literal["knowledge", "model", "config"]
    name: PackId
    version: Version
    sha256: Sha256
    result: TargetResult
    code: Token | None = None
    turns: int | None = Field(default=None, ge=0, le=1000)
    missed: int | None = Field(default=None, ge=0, le=1000)
    deaths: int | None = Field(default=None, ge=0, le=1000)


class OutboxNote(RecordData):
    """The outbox speaks of itself: records given up (and between which times), not taken by the disk, damage."""

    dropped: int = Field(default=0, ge=0)
    since: Millis | None = None
    until: Millis | None = None
    lost: int = Field(default=0, ge=0)
    damaged: bool = False


class Unknown(RecordData):
    """Questions of one visit that were not understood: how many, and the matter nearest to them; never the words."""

    matter: Token | None = None
    count: int = Field(ge=1, le=10_000)


class Health(RecordData):
    """The machine: load of a core, shares of memory and disk in use, heat of the processor, seconds since power-on."""

    load: float = Field(ge=0, le=1000)
    memory: float | None = Field(default=None, ge=0, le=1)
    disk: float | None = Field(default=None, ge=0, le=1)
    celsius: float | None = Field(default=None, ge=-60, le=200)
    up_s: int | None = Field(default=None, ge=0)


class Presence(RecordData):
    """Somebody came to stand before the kiosk, or left: no picture, no place, no track; only this may be told of it."""

    present: bool
    count: int = Field(ge=0, le=100)
    band: Literal["near", "far"] | None = None


class Staff(RecordData):
    """Somebody opened the staff corner, or tried to: how many wrong PINs in a row, never a digit of them.

    Or what was done in it, and whether that failed.
    """

    outcome: Literal[
        "opened",
        "refused",
        "locked",
        "volume",
        "speaker",
        "doctor",
        "network",
        "export",
        "wipe",
        "restart",
        "reboot",
    ]
    wrong: int = Field(default=0, ge=0, le=1000)
    failed: bool = False


class QueueCount(RecordData):
    """How many numbers of a queue were taken, called or found absent in some minutes; of which visits is not told."""

    queue: Token
    what: Literal["taken", "called", "absent"]
    count: int = Field(ge=1, le=10_000)


class Handover(RecordData):
    """A citizen asks for a person; carries the matters touched so far, nothing of what was said."""

    handover: Reference
    visit: Reference
    lang: Language | None = None
    matters: tuple[Annotated[Token, Strict()], ...] = Field(default=(), max_length=8)


_KINDS: dict[tuple[Lane, str], type[RecordData]] = {
    ("tm", "visit.started"): VisitStarted,
    ("tm", "turn"): Turn,
    ("tm", "visit.ended"): VisitEnded,
    ("tm", "rating"): Rating,
    ("tm", "part"): Part,
    ("tm", "update"): Update,
    ("tm", "outbox"): OutboxNote,
    ("tm", "unknown"): Unknown,
    ("tm", "health"): Health,
    ("tm", "presence"): Presence,
    ("tm", "staff"): Staff,
    ("tm", "queue"): QueueCount,
    ("ev", "handover"): Handover,
    ("ev", "part"): Part,
    ("ev", "update"): Update,
}


def record_kinds(lane: Lane) -> tuple[str, ...]:
    """List the kinds that may go out on ``lane`` (``tm`` telemetry, ``ev`` alarms)."""
    return tuple(kind for listed, kind in _KINDS if listed == lane)


def record_model(lane: Lane, kind: str) -> type[RecordData]:
    """The model of a listed kind. Raises KeyError."""
    return _KINDS[lane, kind]


def record_models(lane: Lane) -> dict[str, type[RecordData]]:
    """The model of each kind that may go out on ``lane``."""
    return {kind: model for (listed, kind), model in _KINDS.items() if listed == lane}


def check_record(lane: Lane, kind: str, data: Mapping[str, object]) -> RecordData:
    """Check a record against the allow-list and return it typed.

    Raises ProtocolError ``record.kind`` or ``record.data``; the text names keys, never values.
    """
    model = _KINDS.get((lane, kind))
    if model is None:
        raise ProtocolError(
            "record.kind",
            f"this kind may not leave the kiosk on up/{lane}; allowed are {', '.join(record_kinds(lane))}",
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProtocolError("record.data", f"{kind}: {describe(error, tuple(model.model_fields))}") from None


def describe(error: ValidationError, keys: tuple[str, ...] = ()) -> str:
    """Say what a validation found, without values and without keys that are not ours."""
    parts: list[str] = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:4]:
        if item["type"] == "extra_forbidden":
            parts.append(f"a key that is not on the list ({', '.join(keys)})" if keys else "an unknown key")
        else:
            where = ".".join(str(step) for step in item["loc"][:3] if isinstance(step, int) or step in keys)
            parts.append(f"{where}: {item['msg']}" if where else item["msg"])
    return "; ".join(parts)
