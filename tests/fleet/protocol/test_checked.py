"""Batches read in one pass: the same records are taken and refused as one by one."""

import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.protocol.checked import decode_checked
from fleet.protocol.codec import decode_batch
from fleet.protocol.errors import ProtocolError
from fleet.protocol.records import check_record, record_kinds, record_models

KEYS = sorted(
    {name for kind in record_models("tm").values() for name in kind.model_fields} | {"matters", "text"}
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["1", "hall.hours", "answer", "voice", "zh", "near", "1.5", "True", "", "您好", "a b", "x" * 81]
    ),
    st.lists(st.one_of(st.sampled_from(["hall.hours", "您好"]), st.integers(0, 9), st.none()), max_size=3),
    st.dictionaries(st.sampled_from(["a"]), st.integers(), max_size=1),
)
good = {
    "turn": {"visit": "1", "turn": 1, "channel": "voice", "act": "answer"},
    "visit.started": {"visit": 7},
    "rating": {"rating": 3, "turns": "1"},
    "presence": {"present": True, "count": 1, "band": "near"},
    "handover": {"handover": "h", "visit": "7", "matters": ["hall.hours"]},
}


@st.composite
def records(draw):
    kind = draw(st.sampled_from([*record_kinds("tm"), *good, "transcript"]))
    data = dict(good.get(kind, {}))
    data.update(draw(st.dictionaries(st.sampled_from(KEYS), values, max_size=3)))
    return {"kind": kind, "at": draw(st.integers(0, 5)), "data": data}


def one_by_one(lane, payload):
    batch = decode_batch(payload)
    taken, refused = [], 0
    for record in batch.records:
        try:
            data = check_record(lane, record.kind, record.data)
        except ProtocolError:
            refused += 1
        else:
            taken.append((record.seq, record.kind, record.at, data.model_dump(mode="json")))
    return (batch.boot, batch.floor, batch.after, batch.behind, batch.records[-1].seq), taken, refused


@settings(max_examples=300)
@given(st.sampled_from(["tm", "ev"]), st.lists(records(), min_size=1, max_size=4), st.integers(0, 2))
def test_the_same_is_taken_and_refused_as_record_by_record(lane, several, after):
    said = {
        "boot": "b1",
        "floor": 0,
        "after": after,
        "records": [{"seq": seq, **one} for seq, one in enumerate(several, 2)],
    }
    payload = zlib.compress(json.dumps(said).encode())
    try:
        expected = one_by_one(lane, payload)
    except ProtocolError as error:
        with pytest.raises(ProtocolError) as caught:
            decode_checked(lane, payload)
        assert caught.value.code == error.code
        return
    batch = decode_checked(lane, payload)
    taken = [(one.seq, one.kind, one.at, one.data.model_dump(mode="json")) for one in batch.records]
    assert (
        (batch.boot, batch.floor, batch.after, batch.behind, batch.last),
        taken,
        len(batch.refusals),
    ) == expected


@settings(max_examples=1000)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(zlib.compress)))
def test_hostile_bytes_are_refused_with_a_code(payload):
    with pytest.raises(ProtocolError):
        decode_checked("tm", payload)
