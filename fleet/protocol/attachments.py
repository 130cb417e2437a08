"""What is too large for a command's result goes up in parts on ``up/att/{id}``, each with what the whole is.

A part is one line of JSON and then raw bytes, at most 48 KB. The centre puts the whole together when it has every
part, in any order and however often each comes.
"""

import hashlib

from pydantic import Field

from fleet.protocol.codec import MAX_HEADER_BYTES, decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Attachment, Message
from fleet.protocol.updates import MAX_CHUNK_BYTES

PART_BYTES = MAX_CHUNK_BYTES


class AttachmentPart(Message):
    """First line of a part: of which whole it is the ``index``-th."""

    whole: Attachment
    index: int = Field(ge=0, lt=64)


def describe_attachment(name: str, media: str, content: bytes) -> Attachment:
    """What is said of ``content`` in the result and with each part. Raises ValueError when it is empty or too large."""
    return Attachment.model_validate(
        {
            "name": name,
            "media": media,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "parts": -(-len(content) // PART_BYTES),
        }
    )


def part_of(whole: Attachment, content: bytes, index: int) -> bytes:
    """Write the ``index``-th part."""
    header = encode(AttachmentPart(whole=whole, index=index))
    return header + b"\n" + content[index * PART_BYTES : (index + 1) * PART_BYTES]


def decode_part(payload: bytes) -> tuple[AttachmentPart, bytes]:
    """Read a part. Raises ProtocolError ``message.size``, ``message.invalid`` or ``attachment.part``."""
    if len(payload) > PART_BYTES + MAX_HEADER_BYTES:
        raise ProtocolError("message.size", f"a part of {len(payload)} bytes is over the limit")
    head, feed, data = payload.partition(b"\n")
    if not feed:
        raise ProtocolError("message.invalid", "a part without a header line")
    part = decode(AttachmentPart, head, MAX_HEADER_BYTES)
    whole = part.whole
    if whole.parts != -(-whole.size // PART_BYTES) or part.index >= whole.parts:
        raise ProtocolError("attachment.part", "the numbers of the parts do not fit the size")
    if len(data) != min(PART_BYTES, whole.size - part.index * PART_BYTES):
        raise ProtocolError("attachment.part", "a part of another length than its place has")
    return part, data
