"""Bytes: messages survive the way there and back; anything hostile ends as a ProtocolError."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.protocol import messages as m
from fleet.protocol import updates as u
from fleet.protocol.codec import (
    MAX_BATCH_BYTES,
    MAX_BATCH_UNPACKED,
    MAX_MESSAGE_BYTES,
    decode,
    decode_batch,
    decode_chunk,
    encode,
    encode_ack,
    encode_batch,
    encode_chunk,
)
from fleet.protocol.commands import Command
from fleet.protocol.errors import ProtocolError
from fleet.protocol.timing import TimeAnswer, TimeRequest

SHA = "ab" * 32
PATH = f"targets/knowledge/{SHA}.gov-1-abababab.ybk"
EVERY = [
    m.Presence(state="on", boot="b1", conn=1, at=1),
    m.Birth(boot="b1", conn=1, at=1, versions={"yingbin": "0.1.0"}, depth=3, faults=("outbox.damaged",)),
    m.Ack(boot="b1", lane="tm", seq=4),
    u.Desired(
        tenant="main",
        kiosk="hall-1",
        rev=2,
        targets={
            "knowledge": u.Target(
                name="hall+gov", version="1", sha256=SHA, size=10, path="knowledge/hall+gov-1-aaaaaaaa.ybk"
            )
        },
    ),
    u.Reported(
        rev=2,
        at=1,
        results={
            "config": u.TargetReport(
                name="site", version="1", sha256=SHA, result="rejected", reason="门牌不对"
            )
        },
    ),
    u.Job(id="2-config", at=1, kind="config", step="fetching", percent=40),
    Command(
        id="x1",
        tenant="main",
        kiosk="hall-1",
        name="handover.accept",
        at=1,
        exp=9,
        args={"handover": "h", "text": "马上就到"},
    ),
    m.CommandResult(id="x1", state="EXPIRED", at=1),
    m.CommandResult(
        id="x1",
        state="SUCCEEDED",
        at=1,
        data={"percent": 60, "aloud": True},
        attachment=m.Attachment(name="log.txt", media="text/plain", size=9, sha256=SHA, parts=1),
    ),
    TimeRequest(corr="c", nonce="0" * 32),
    TimeAnswer(nonce="0" * 32, tenant="main", kiosk="hall-1", at=5),
    u.ChunkRequest(corr="c", path=PATH, offset=0, length=100),
    m.ServerState(state="off", run="r", at=1),
]
MODELS = [type(message) for message in EVERY]


def a_batch(count: int = 3, floor: int = 0) -> m.Batch:
    records = tuple(
        m.Record(seq=floor + 1 + number, kind="turn", at=1, data={"visit": "1", "turn": number})
        for number in range(count)
    )
    return m.Batch(boot="b1", floor=floor, after=floor, records=records)


@pytest.mark.parametrize("message", EVERY, ids=lambda message: type(message).__name__)
def test_a_message_survives(message):
    assert decode(type(message), encode(message)) == message


def test_a_batch_survives_and_is_small():
    batch = a_batch(200)
    payload = encode_batch(batch)
    assert decode_batch(payload) == batch
    assert len(payload) < len(encode(batch)) / 4


def test_a_chunk_survives_with_any_bytes():
    header = u.ChunkHeader(corr="c", path=PATH, offset=5, total=100)
    data = b"\n\x00{}" + bytes(range(256))
    assert decode_chunk(encode_chunk(header, data)) == (header, data)


@given(st.sampled_from(MODELS), st.binary(max_size=400))
def test_bytes_of_any_kind_are_refused(model, payload):
    with pytest.raises(ProtocolError):
        decode(model, payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=12,
)


@given(st.sampled_from(EVERY), st.data())
def test_a_message_with_one_value_exchanged_is_checked(message, data):
    document = json.loads(encode(message))
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(json_values)
    try:
        decoded = decode(type(message), json.dumps(document).encode())
    except ProtocolError as error:
        assert error.code == "message.invalid"
    else:
        assert decode(type(message), encode(decoded)) == decoded


@given(st.binary(max_size=300))
def test_batches_and_chunks_of_any_bytes(payload):
    for read in (decode_batch, decode_chunk):
        with pytest.raises(ProtocolError):
            read(payload)
    with pytest.raises(ProtocolError):
        decode_batch(zlib.compress(payload))


def test_a_zip_bomb_is_stopped_before_it_unfolds():
    bomb = zlib.compress(b" " * (MAX_BATCH_UNPACKED * 80), 9)
    assert len(bomb) < MAX_BATCH_BYTES
    with pytest.raises(ProtocolError) as caught:
        decode_batch(bomb)
    assert caught.value.code == "batch.size"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"x" * (MAX_BATCH_BYTES + 1), "batch.size"),
        (b"", "batch.zlib"),
        (encode_batch(a_batch())[:-3], "batch.zlib"),
        (encode_batch(a_batch()) + b"more", "batch.zlib"),
        (zlib.compress(b"{}"), "message.invalid"),
        (zlib.compress(b"[" * 100_000), "message.invalid"),
    ],
)
def test_what_is_wrong_with_a_batch_has_a_code(payload, code):
    with pytest.raises(ProtocolError) as caught:
        decode_batch(payload)
    assert caught.value.code == code


@pytest.mark.parametrize("change", [{"after": 9}, {"floor": 1}, {"records": "twice"}])
def test_a_batch_whose_numbers_do_not_rise_is_refused(change):
    document = json.loads(encode(a_batch()))
    document.update(change)
    if change.get("records"):
        document["records"] = [a_batch(1).model_dump()["records"][0]] * 2
    with pytest.raises(ProtocolError) as caught:
        decode_batch(zlib.compress(json.dumps(document).encode()))
    assert caught.value.code == "batch.order"


def test_a_message_over_the_limit_is_not_even_parsed():
    with pytest.raises(ProtocolError) as caught:
        decode(m.Presence, b" " * (MAX_MESSAGE_BYTES + 1))
    assert caught.value.code == "message.size"


def test_errors_do_not_quote_what_came():
    with pytest.raises(ProtocolError) as caught:
        decode(m.Presence, '{"state":"我叫张三","secret words":1}'.encode())
    assert "张三" not in str(caught.value)
    assert "secret" not in str(caught.value)


@given(
    boot=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True),
    lane=st.sampled_from(["ev", "tm"]),
    seq=st.integers(0, m.MAX_SAFE_INTEGER),
)
def test_an_acknowledgement_is_written_as_every_other_message(boot: str, lane: m.Lane, seq: int) -> None:
    assert encode_ack(boot, lane, seq) == encode(m.Ack(boot=boot, lane=lane, seq=seq))
