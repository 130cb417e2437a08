"""Messages to bytes and back. What comes in is hostile until proved otherwise.

Every reader takes any bytes at all and either returns a checked message or raises ProtocolError;
memory is bounded before anything is parsed.
"""

import zlib
from itertools import pairwise
from typing import TypeVar

from pydantic import ValidationError

from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Batch, Lane, Message
from fleet.protocol.records import describe
from fleet.protocol.updates import MAX_CHUNK_BYTES, ChunkHeader

MAX_MESSAGE_BYTES = 16 * 1024
MAX_BATCH_BYTES = 48 * 1024  # compressed, on the wire
MAX_BATCH_UNPACKED = 512 * 1024
MAX_HEADER_BYTES = 1024

M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    """Write a message as UTF-8 JSON."""
    return message.model_dump_json(exclude_none=True).encode()


def decode(model: type[M], payload: bytes, limit: int = MAX_MESSAGE_BYTES) -> M:
    """Read a message of type ``model``.

    Raises ProtocolError ``message.size`` or ``message.invalid``.
    """
    if len(payload) > limit:
        raise ProtocolError(
            "message.size", f"{model.__name__} of {len(payload)} bytes; at most {limit} are taken"
        )
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise ProtocolError(
            "message.invalid", f"{model.__name__}: {describe(error, tuple(model.model_fields))}"
        ) from None


def encode_ack(boot: str, lane: Lane, seq: int) -> bytes:
    """An ``Ack`` as ``encode`` would write it, at a tenth of the time: the centre says one to nearly every message.

    ``boot`` is a reference that has been checked.
    """
    return b'{"boot":"%s","lane":"%s","seq":%d}' % (boot.encode(), lane.encode(), seq)


def encode_batch(batch: Batch) -> bytes:
    """Write a batch as zlib-compressed JSON. Raises ProtocolError ``batch.size`` above 48 KB."""
    # Level 1: on a kiosk's small core the ratio gained by more is not worth the time.
    payload = zlib.compress(encode(batch), 1)
    if len(payload) > MAX_BATCH_BYTES:
        raise ProtocolError(
            "batch.size", f"a batch of {len(payload)} bytes; at most {MAX_BATCH_BYTES} are sent"
        )
    return payload


def decode_batch(payload: bytes) -> Batch:
    """Read a batch.

    Raises ProtocolError ``batch.size``, ``batch.zlib``, ``batch.order`` or ``message.invalid``.
    """
    return decode_plain_batch(unpack(payload))


def decode_plain_batch(plain: bytes) -> Batch:
    """Read a batch that is unpacked already. Raises ProtocolError ``batch.order`` or as ``decode``."""
    batch = decode(Batch, plain, MAX_BATCH_UNPACKED)
    check_order(batch.floor, batch.after, [record.seq for record in batch.records])
    return batch


def check_order(floor: int, after: int, seqs: list[int]) -> None:
    """Raise ProtocolError ``batch.order`` unless floor, after and the records' seqs rise."""
    rising = len(seqs) == 1 or all(a < b for a, b in pairwise(seqs))
    if seqs[0] <= after or floor > after or not rising:
        raise ProtocolError("batch.order", "floor, after and the records' seq do not rise")


def unpack(payload: bytes) -> bytes:
    """Unpack a batch's bytes, bounded. Raises ProtocolError ``batch.size`` or ``batch.zlib``."""
    if len(payload) > MAX_BATCH_BYTES:
        raise ProtocolError(
            "batch.size", f"a batch of {len(payload)} bytes; at most {MAX_BATCH_BYTES} are taken"
        )
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(payload, MAX_BATCH_UNPACKED + 1)
    except zlib.error:
        raise ProtocolError("batch.zlib", "not a zlib stream") from None
    if len(plain) > MAX_BATCH_UNPACKED:
        raise ProtocolError("batch.size", f"a batch unpacks to more than {MAX_BATCH_UNPACKED} bytes")
    if not reader.eof or reader.unused_data:
        raise ProtocolError("batch.zlib", "a zlib stream that is cut off or has something behind its end")
    return plain


def encode_chunk(header: ChunkHeader, data: bytes) -> bytes:
    """Write a piece of a file: one line of JSON, then the bytes as they are."""
    return encode(header) + b"\n" + data


def decode_chunk(payload: bytes) -> tuple[ChunkHeader, bytes]:
    """Read a piece of a file. Raises ProtocolError ``message.size`` or ``message.invalid``."""
    if len(payload) > MAX_CHUNK_BYTES + MAX_HEADER_BYTES:
        raise ProtocolError("message.size", f"a chunk message of {len(payload)} bytes is over the limit")
    head, feed, data = payload.partition(b"\n")
    if not feed:
        raise ProtocolError("message.invalid", "a chunk message without a header line")
    return decode(ChunkHeader, head, MAX_HEADER_BYTES), data
