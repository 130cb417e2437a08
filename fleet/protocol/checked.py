"""Batches as the centre reads them: every record typed by its kind, in one pass over the bytes.

What the pass refuses is looked at record by record, so that one bad record costs only itself.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, create_model

from fleet.protocol.codec import check_order, decode_plain_batch, unpack
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import MAX_RECORDS_PER_BATCH, Count, Lane, Message, Millis, Reference, Sequence
from fleet.protocol.records import RecordData, check_record, record_models


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record whose ``data`` has passed the allow-list of its kind."""

    seq: int
    kind: str
    at: int
    data: RecordData


@dataclass(slots=True)
class CheckedBatch:
    """A batch as in ``Batch``; ``last`` is the seq of its last record, refused or not."""

    boot: str
    floor: int
    after: int
    behind: int
    last: int
    records: tuple[CheckedRecord, ...]
    refusals: tuple[ProtocolError, ...] = ()


def decode_checked(lane: Lane, payload: bytes) -> CheckedBatch:
    """Read a batch. Raises ProtocolError as ``decode_batch``; records that break the protocol are ``refusals``."""
    plain = unpack(payload)
    try:
        batch = _BATCHES[lane].validator.validate_json(plain)
    except ValidationError:
        return _one_by_one(lane, plain)
    check_order(batch.floor, batch.after, [record.seq for record in batch.records])
    return CheckedBatch(
        batch.boot, batch.floor, batch.after, batch.behind, batch.records[-1].seq, batch.records
    )


def _one_by_one(lane: Lane, plain: bytes) -> CheckedBatch:
    batch = decode_plain_batch(plain)
    good: list[CheckedRecord] = []
    refusals: list[ProtocolError] = []
    for record in batch.records:
        try:
            data = check_record(lane, record.kind, record.data)
        except ProtocolError as error:
            refusals.append(error)
        else:
            good.append(CheckedRecord(record.seq, record.kind, record.at, data))
    return CheckedBatch(
        batch.boot,
        batch.floor,
        batch.after,
        batch.behind,
        batch.records[-1].seq,
        tuple(good),
        tuple(refusals),
    )


def _batches(lane: Lane) -> TypeAdapter[Any]:
    records = [_record(kind, model) for kind, model in record_models(lane).items()]
    tagged = Annotated[reduce(or_, records), Field(discriminator="kind")]
    several = Annotated[tuple[tagged, ...], Field(min_length=1, max_length=MAX_RECORDS_PER_BATCH)]
    return TypeAdapter(
        create_model(
            "Batch",
            __base__=Message,
            boot=(Reference, ...),
            floor=(Count, ...),
            after=(Count, ...),
            behind=(Count, 0),
            records=(several, ...),
        )
    )


def _record(kind: str, data: type[RecordData]) -> type[Message]:
    fields: dict[str, Any] = {
        "seq": (Sequence, ...),
        "kind": (Literal[kind], ...),
        "at": (Millis, ...),
        "data": (data, ...),
    }
    return create_model(f"Record_{kind}", __base__=Message, **fields)


_BATCHES: dict[Lane, TypeAdapter[Any]] = {"ev": _batches("ev"), "tm": _batches("tm")}
