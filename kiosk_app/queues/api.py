"""The small JSON API of queue systems, version 1: what docs/queue.md promises, checked on both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kiosk_app.queues.port import Call, Line, QueueError, Standing, Ticket

MAX_BYTES = 64 * 1024
TAKE, STANDING = "/v1/take", "/v1/standing"

QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,2}[0-9]{1,4}$")]
WindowName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=10)]
Request = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Code = Literal["queue.full", "queue.unknown", "queue.open"]
_Count = Annotated[int, Field(ge=0, le=9999)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class TakeAsked(_Document):
    """``POST /v1/take``: a number of a queue; a request that is sent twice gets one number."""

    queue: QueueName
    request: Request


class TicketTold(_Document):
    """The number."""

    number: Number
    ahead: _Count | None = None
    at: AwareDatetime


class LineTold(_Document):
    """How long one queue is."""

    queue: QueueName
    waiting: _Count | None = None
    last: Number | Literal[""] = ""


class CallTold(_Document):
    """One number that was called."""

    order: int = Field(ge=1, le=2**53 - 1)
    queue: QueueName
    number: Number
    window: WindowName


class StandingTold(_Document):
    """``GET /v1/standing``: every queue, and the newest calls of today, oldest first."""

    queues: tuple[LineTold, ...] = Field(max_length=64)
    calls: tuple[CallTold, ...] = Field(default=(), max_length=64)


class RefusalTold(_Document):
    """Why there is no number."""

    code: Code


M = TypeVar("M", bound=_Document)


def read(model: type[M], payload: bytes) -> M:
    """A document of the other side. Raises QueueError ``queue.answer``; the text names places, never values."""
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(
            str(part)[:20] for part in first["loc"][:3] if isinstance(part, int) or part in model.model_fields
        )
        raise QueueError(
            f"what it answers is not as docs/queue.md has it ({where or 'document'}: {first['type']})",
            "queue.answer",
        ) from None


def ticket_of(queue: str, told: TicketTold) -> Ticket:
    """As the kiosk has it, in the hall's own time zone."""
    return Ticket(queue, told.number, told.ahead, _local(told.at))


def standing_of(told: StandingTold) -> Standing:
    """As the kiosk has it."""
    return Standing(
        tuple(Line(line.queue, line.waiting, line.last) for line in told.queues),
        tuple(Call(call.order, call.queue, call.number, call.window) for call in told.calls),
    )


def told_ticket(ticket: Ticket) -> bytes:
    """As it goes over the wire."""
    return TicketTold(number=ticket.number, ahead=ticket.ahead, at=ticket.at).model_dump_json().encode()


def told_standing(standing: Standing) -> bytes:
    """As it goes over the wire."""
    return (
        StandingTold(
            queues=tuple(
                LineTold(queue=one.queue, waiting=one.waiting, last=one.last) for one in standing.lines
            ),
            calls=tuple(
                CallTold(order=one.order, queue=one.queue, number=one.number, window=one.window)
                for one in standing.calls
            ),
        )
        .model_dump_json()
        .encode()
    )


def _local(at: datetime) -> datetime:
    return at.astimezone()
