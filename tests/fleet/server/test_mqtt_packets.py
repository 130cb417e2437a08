"""MQTT packets: whole ones in any pieces, hostile ones refused; the real broker's are in the tests of the ingest."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.server import mqtt_packets as mqtt
from fleet.server.mqtt_packets import MqttError, Reader
from tests.fleet.hostility import LIMIT_S, hostile


def message(topic: str, payload: bytes, packet: int = 7, properties: bytes = b"") -> bytes:
    head = struct.pack(">H", len(topic)) + topic.encode() + (struct.pack(">H", packet) if packet else b"")
    body = head + mqtt._number(len(properties)) + properties + payload
    return (b"\x32" if packet else b"\x30") + mqtt._number(len(body)) + body


SAID = [
    (b"\x20\x09\x00\x00\x06\x21\x00\x14\x13\x00\x3c", mqtt.Connack(0, 20, 60)),
    (b"\x20\x03\x00\x87\x00", mqtt.Connack(0x87, 65_535, None)),
    (b"\x90\x05\x00\x01\x00\x01\x87", mqtt.Suback((1, 0x87))),
    (b"\x40\x02\x01\x02", mqtt.Puback(258)),
    (b"\x40\x03\x01\x02\x10", mqtt.Puback(258)),
    (b"\xd0\x00", mqtt.Pong()),
    (b"\xe0\x00", mqtt.Disconnected(0)),
    (b"\xe0\x02\x8e\x00", mqtt.Disconnected(0x8E)),
    (message("k1/main/a/up/tm", b"x" * 300), mqtt.Publish(b"k1/main/a/up/tm", b"x" * 300, 7)),
    (message("a", b"", 65_535, b"\x02\0\0\0\x1e"), mqtt.Publish(b"a", b"", 65_535)),
    (message("a", b"zero", 0), mqtt.Publish(b"a", b"zero", 0)),
]


@given(st.lists(st.sampled_from(SAID), max_size=8), st.lists(st.integers(1, 40), min_size=1))
def test_packets_are_found_however_the_bytes_are_cut(said, cuts):
    stream = b"".join(data for data, _ in said)
    reader, found, at, turn = Reader(), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        found.extend(reader.feed(stream[at : at + size]))
        at, turn = at + size, turn + 1
    assert found == [packet for _, packet in said]


@pytest.mark.hostile
@pytest.mark.timeout(LIMIT_S)
@hostile
@given(st.lists(st.binary(max_size=40), max_size=4))
def test_hostile_bytes_end_the_connection_and_nothing_else(pieces):
    reader = Reader()
    try:
        for piece in pieces:
            list(reader.feed(piece))
    except MqttError:
        return


@pytest.mark.hostile
@pytest.mark.timeout(LIMIT_S)
@hostile
@given(st.sampled_from([data for data, _ in SAID]), st.integers(0, 30), st.integers(0, 255))
def test_a_changed_byte_ends_the_connection_and_nothing_else(data, place, value):
    changed = bytearray(data)
    changed[place % len(changed)] = value
    try:
        list(Reader().feed(bytes(changed)))
    except MqttError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"\x32\xff\xff\xff\xff\x01",
        b"\x32\x80\x80\x80\x01" + b"x" * 10,
        b"\x34\x05\x00\x01a\x00\x01",
        b"\x32\x06\x00\x01a\x00\x00\x00",
        b"\x32\x04\x00\x09ab",
        b"\x00\x00",
        b"\x20\x05\x00\x00\x02\x7f\x00",
        b"\x40\x01\x00",
    ],
)
def test_what_is_no_packet_is_refused(data):
    with pytest.raises(MqttError):
        list(Reader().feed(data))


def test_an_unfinished_packet_waits():
    reader = Reader()
    assert list(reader.feed(b"\x32\xff")) == []
    assert list(reader.feed(b"\x01\x00")) == []
