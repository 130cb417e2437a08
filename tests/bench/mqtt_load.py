"""Publishes prepared MQTT packets as fast as the broker takes them: ``python -m tests.bench.mqtt_load PORT FILE``.

A process of its own, so that it does not share an interpreter with what is measured, and bare of a client library,
so that it is not what is measured. FILE holds PUBLISH packets (QoS 1), each behind its length in four bytes; the
packet ids are written here. It connects, says ``ready``, and begins at a line on its standard input.
"""

import socket
import struct
import sys
from pathlib import Path

_WINDOW = 1000  # published, but not yet acknowledged by the broker
_CHUNK = 64
_PUBACK = 0x40


def publish_packet(topic: str, payload: bytes) -> bytes:
    """A PUBLISH packet of MQTT 5 with QoS 1, without properties; its id is zero until it is sent."""
    name = topic.encode()
    body = struct.pack(">H", len(name)) + name + b"\0\0" + b"\0" + payload
    return b"\x32" + _length(len(body)) + body


def write_packets(path: Path, packets: list[bytes]) -> None:
    """Write what ``main`` reads."""
    path.write_bytes(b"".join(struct.pack(">I", len(packet)) + packet for packet in packets))


def main() -> None:
    """Connect, wait for the word, publish all and wait for the last acknowledgement."""
    port, path = int(sys.argv[1]), Path(sys.argv[2])
    packets = _read_packets(path.read_bytes())
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name = b"load"
    body = b"\0\4MQTT\5\2\0\0\0" + struct.pack(">H", len(name)) + name
    connection.sendall(b"\x10" + _length(len(body)) + body)
    if connection.recv(1024)[0] != 0x20:
        raise SystemExit("the broker did not take the connection")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    _publish(connection, packets)
    connection.sendall(b"\xe0\0")


def _publish(connection: socket.socket, packets: list[bytearray]) -> None:
    sent = acknowledged = 0
    rest = b""
    while acknowledged < len(packets):
        while sent < len(packets) and sent - acknowledged <= _WINDOW - _CHUNK:
            chunk = packets[sent : sent + _CHUNK]
            for number, packet in enumerate(chunk, sent):
                at = _id_at(packet)
                packet[at : at + 2] = struct.pack(">H", number % 65_000 + 1)
            connection.sendall(b"".join(chunk))
            sent += len(chunk)
        rest += connection.recv(65_536)
        while len(rest) >= 2 and len(rest) >= 2 + rest[1]:
            acknowledged += rest[0] == _PUBACK
            rest = rest[2 + rest[1] :]


def _read_packets(data: bytes) -> list[bytearray]:
    packets, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        packets.append(bytearray(data[at + 4 : at + 4 + length]))
        at += 4 + length
    return packets


def _id_at(packet: bytearray) -> int:
    at = 1
    while packet[at] & 0x80:
        at += 1
    return at + 3 + struct.unpack_from(">H", packet, at + 1)[0]


def _length(value: int) -> bytes:
    written = bytearray()
    while True:
        value, low = divmod(value, 128)
        written.append(low | (0x80 if value else 0))
        if not value:
            return bytes(written)


if __name__ == "__main__":
    main()
