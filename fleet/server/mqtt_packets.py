"""MQTT 5.0 packets, as far as a server that reads thousands of small messages a second needs them; pure.

The centre has a reader of its own because paho takes several system calls and objects for each packet: measured in
ADR 32. Chapters are those of the OASIS standard of 2019.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_PACKET_BYTES = 1 << 20
"""Told the broker (Maximum Packet Size) and enforced here."""
PINGREQ = b"\xc0\x00"
_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP, _DISCONNECT = 2, 3, 4, 9, 13, 14
_EXPIRY, _KEEPALIVE, _RECEIVE_MAXIMUM, _MAXIMUM_PACKET = 0x02, 0x13, 0x21, 0x27
# Sizes of property values in bytes, by identifier (2.2.2.2): 0 a number of variable length, -1 a string, -2 two.
_SIZES = {
    0x01: 1, 0x02: 4, 0x03: -1, 0x08: -1, 0x09: -1, 0x0B: 0, 0x11: 4, 0x12: -1, 0x13: 2, 0x15: -1, 0x16: -1,
    0x1A: -1, 0x1C: -1, 0x1F: -1, 0x21: 2, 0x22: 2, 0x23: 2, 0x24: 1, 0x25: 1, 0x26: -2, 0x27: 4, 0x28: 1,
    0x29: 1, 0x2A: 1,
}  # fmt: skip


class MqttError(Exception):
    """The broker says something that is not MQTT 5.0, or too much of it: the connection is of no use any more."""


@dataclass(frozen=True, slots=True)
class Connack:
    """The broker's answer to CONNECT; ``keepalive`` in seconds where it wants another than asked for."""

    reason: int
    receive_maximum: int
    keepalive: int | None


@dataclass(slots=True)
class Publish:
    """A message. ``packet`` is its id, 0 for QoS 0."""

    topic: bytes
    payload: bytes
    packet: int


@dataclass(frozen=True, slots=True)
class Puback:
    """The broker has a message of ours."""

    packet: int


@dataclass(frozen=True, slots=True)
class Suback:
    """The answer to SUBSCRIBE, a reason for each filter."""

    reasons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pong:
    """The broker is there."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The broker ends the connection."""

    reason: int


Packet = Connack | Publish | Puback | Suback | Pong | Disconnected


@dataclass(frozen=True, slots=True)
class Filter:
    """A subscription with QoS 1. ``own``: with what we publish; ``retained``: with what lies there already."""

    topic: str
    own: bool = True
    retained: bool = False


def connect(client_id: str, keepalive: int, receive_maximum: int, will: tuple[str, bytes]) -> bytes:
    """CONNECT with a clean start and a retained will of QoS 1 (3.1)."""
    flags = 0x02 | 0x04 | 0x08 | 0x20
    properties = struct.pack(">BHBI", _RECEIVE_MAXIMUM, receive_maximum, _MAXIMUM_PACKET, MAX_PACKET_BYTES)
    body = b"\0\4MQTT\5" + struct.pack(">BH", flags, keepalive) + _number(len(properties)) + properties
    body += _binary(client_id.encode()) + b"\0" + _binary(will[0].encode()) + _binary(will[1])
    return b"\x10" + _number(len(body)) + body


def subscribe(packet: int, filters: Sequence[Filter]) -> bytes:
    """SUBSCRIBE (3.8)."""
    body = struct.pack(">H", packet) + b"\0"
    for wanted in filters:
        body += _binary(wanted.topic.encode()) + bytes(
            [0x01 | (0 if wanted.own else 0x04) | (0 if wanted.retained else 0x20)]
        )
    return b"\x82" + _number(len(body)) + body


def publish(packet: int, topic: bytes, payload: bytes, *, retain: bool, expiry_s: int | None) -> bytes:
    """PUBLISH with QoS 1 (3.3)."""
    properties = b"\0" if expiry_s is None else struct.pack(">BBI", 5, _EXPIRY, expiry_s)
    length = 2 + len(topic) + 2 + len(properties) + len(payload)
    head = struct.pack(">H", len(topic)) + topic + struct.pack(">H", packet)
    return (b"\x33" if retain else b"\x32") + _number(length) + head + properties + payload


def acknowledge(packets: Sequence[int]) -> bytes:
    """A PUBACK for each (3.4)."""
    return b"".join([struct.pack(">BBH", 0x40, 2, packet) for packet in packets])


def disconnect() -> bytes:
    """DISCONNECT, so that the will is not said (3.14)."""
    return b"\xe0\x00"


class Reader:
    """Cuts a stream of bytes into packets; what is not whole yet waits."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Take bytes; gives every packet that is whole. Raises MqttError."""
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        try:
            while end - at >= 2:
                length, body = data[at + 1], at + 2
                if length & 0x80:
                    length, body = _read_number(data, at + 1)
                    if body > end:
                        break
                if length > MAX_PACKET_BYTES:
                    raise MqttError(f"a packet of {length} bytes")
                if body + length > end:
                    break
                yield _read(data[at], data, body, body + length)
                at = body + length
        finally:
            self._rest = data[at:]


def _read(first: int, data: bytes, at: int, end: int) -> Packet:
    try:
        match first >> 4:
            case 3:
                return _read_publish(first, data, at, end)
            case 4 if end - at >= 2:
                return Puback(data[at] << 8 | data[at + 1])
            case 2 if end - at >= 3:
                values = _read_properties(data, at + 2, end)
                return Connack(
                    data[at + 1], values.get(_RECEIVE_MAXIMUM, 65_535) or 65_535, values.get(_KEEPALIVE)
                )
            case 9 if end - at >= 4:
                length, behind = _read_number(data, at + 2)
                return Suback(tuple(data[behind + length : end]))
            case 13:
                return Pong()
            case 14:
                return Disconnected(data[at] if end > at else 0)
            case kind:
                raise MqttError(f"a packet of type {kind} or length {end - at}")
    except IndexError:
        raise MqttError("a packet that is cut off") from None


def _read_publish(first: int, data: bytes, at: int, end: int) -> Publish:
    behind = at + 2 + (data[at] << 8 | data[at + 1])
    topic, packet = data[at + 2 : behind], 0
    qos = first >> 1 & 3
    if qos > 1:
        raise MqttError("a message of another quality of service than asked for")
    if qos:
        packet = data[behind] << 8 | data[behind + 1]
        behind += 2
        if not packet:
            raise MqttError("a message without its id")
    length, behind = (data[behind], behind + 1) if data[behind] < 0x80 else _read_number(data, behind)
    if behind + length > end:
        raise MqttError("a message that is cut off")
    return Publish(topic, data[behind + length : end], packet)


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length (1.5.5) and the place behind it, which is behind the data when it is cut off."""
    value = 0
    for place in range(4):
        if at + place >= len(data):
            return 0, len(data) + 1
        value |= (data[at + place] & 0x7F) << 7 * place
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise MqttError("a length of more than four bytes")


def _read_properties(data: bytes, at: int, end: int) -> dict[int, int]:
    length, at = _read_number(data, at)
    end = min(end, at + length)
    values: dict[int, int] = {}
    while at < end:
        name, at = data[at], at + 1
        size = _SIZES.get(name)
        if size is None:
            raise MqttError("an unknown property")
        if size > 0:
            values[name] = int.from_bytes(data[at : at + size], "big")
            at += size
        elif size == 0:
            values[name], at = _read_number(data, at)
        for _ in range(-size):
            at += 2 + (data[at] << 8 | data[at + 1])
    return values


def _number(value: int) -> bytes:
    written = bytearray()
    while True:
        value, low = divmod(value, 128)
        written.append(low | (0x80 if value else 0))
        if not value:
            return bytes(written)


def _binary(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data
