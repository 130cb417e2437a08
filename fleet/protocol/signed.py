"""What only the centre may say, signed: a broker, or whoever has taken one over, cannot invent it.

A signed message carries the exact text that was signed, so there is no canonical form to agree on. The purpose is
signed with it: what was signed as one kind of message never passes as another. Keys are Ed25519 (RFC 8032) and are
named by the first half of the SHA-256 of the raw public key.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import StringConstraints

from fleet.protocol.codec import MAX_MESSAGE_BYTES, decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Message

Purpose = Literal["command", "desired", "time"]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Keys = Mapping[str, Ed25519PublicKey]

M = TypeVar("M", bound=Message)


class Signed(Message):
    """``body`` is the signed message as JSON text, ``sig`` the Ed25519 signature in base64, by the key ``key``."""

    key: KeyId
    sig: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
    body: Annotated[str, StringConstraints(max_length=12 * 1024)]


def key_id(key: Ed25519PublicKey) -> str:
    """Name a public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def sign(purpose: Purpose, message: Message, key: Ed25519PrivateKey) -> bytes:
    """Write a message that the holder of ``key`` answers for."""
    body = encode(message)
    signature = base64.b64encode(key.sign(_signed_bytes(purpose, body))).decode()
    return encode(Signed(key=key_id(key.public_key()), sig=signature, body=body.decode()))


def decode_signed(purpose: Purpose, model: type[M], payload: bytes, keys: Keys) -> M:
    """Read a message that one of ``keys`` (by id) has signed for this purpose.

    Raises ProtocolError ``signed.key``, ``signed.signature``, or as ``decode``.
    """
    envelope = decode(Signed, payload, MAX_MESSAGE_BYTES)
    key = keys.get(envelope.key)
    if key is None:
        raise ProtocolError("signed.key", f"{model.__name__} is signed by a key that is not trusted here")
    body = envelope.body.encode()
    try:
        key.verify(base64.b64decode(envelope.sig), _signed_bytes(purpose, body))
    except InvalidSignature:
        raise ProtocolError("signed.signature", f"{model.__name__}: the signature is wrong") from None
    return decode(model, body)


def _signed_bytes(purpose: Purpose, body: bytes) -> bytes:
    return b"yingbin/1 " + purpose.encode() + b"\n" + body
