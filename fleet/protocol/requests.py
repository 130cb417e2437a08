"""What a kiosk may ask on ``up/req``: told apart by ``op``."""

from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from fleet.protocol.errors import ProtocolError
from fleet.protocol.timing import TimeRequest
from fleet.protocol.updates import ChunkRequest

MAX_REQUEST_BYTES = 2048

Request: TypeAlias = ChunkRequest | TimeRequest
_READER: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="op")])


def decode_request(payload: bytes) -> Request:
    """Read a request. Raises ProtocolError ``message.size`` or ``message.invalid``."""
    if len(payload) > MAX_REQUEST_BYTES:
        raise ProtocolError(
            "message.size", f"a request of {len(payload)} bytes; at most {MAX_REQUEST_BYTES} are taken"
        )
    try:
        return _READER.validate_json(payload)
    except ValidationError as error:
        kinds = ", ".join(sorted({item["type"] for item in error.errors(include_input=False)})[:4])
        raise ProtocolError("message.invalid", f"not a request of this protocol: {kinds}") from None
