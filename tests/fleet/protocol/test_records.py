"""The allow-list: the records kiosks make pass, a citizen's words do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.protocol.errors import ProtocolError
from fleet.protocol.records import check_record, record_kinds

GOOD = [
    ("tm", "visit.started", {"visit": "12", "trigger": "near"}),
    ("tm", "visit.started", {"visit": 12, "trigger": "voice"}),
    (
        "tm",
        "turn",
        {
            "visit": "12",
            "turn": 3,
            "channel": "voice",
            "lang": "zh",
            "act": "answer",
            "matter": "gov.id_card.replace",
            "facet": "materials",
            "confidence": 0.93,
            "endpoint_ms": 412,
            "first_audio_ms": 780.5,
            "caption_ms": None,
        },
    ),
    ("tm", "unknown", {"matter": "gov.residence_permit.apply", "count": 2}),
    ("tm", "presence", {"present": True, "count": 3, "band": "near"}),
    ("tm", "queue", {"queue": "police", "what": "taken", "count": 7}),
    ("tm", "staff", {"outcome": "locked", "wrong": 5}),
    ("tm", "staff", {"outcome": "export", "failed": True}),
    ("tm", "visit.ended", {"visit": "12", "outcome": "left", "turns": 3, "seconds": 61.2}),
    ("tm", "rating", {"rating": 3, "turns": "2-3"}),
    ("tm", "part", {"part": "microphone", "state": "down", "reason": "ALSA: No such device"}),
    (
        "ev",
        "update",
        {
            "kind": "knowledge",
            "name": "hall+gov",
            "version": "2026.11.1",
            "sha256": "0" * 64,
            "result": "returned",
            "code": "misses",
            "turns": 7,
            "missed": 5,
            "deaths": 0,
        },
    ),
    (
        "ev",
        "handover",
        {"handover": "r1-12-3", "visit": "12", "lang": "en", "matters": ["gov.id_card.replace"]},
    ),
]


@pytest.mark.parametrize(("lane", "kind", "data"), GOOD)
def test_the_records_of_a_kiosk_pass(lane, kind, data):
    checked = check_record(lane, kind, data)
    assert check_record(lane, kind, checked.model_dump(mode="json", exclude_none=True)) == checked


def test_a_key_that_is_not_on_the_list_is_refused_and_not_repeated():
    said = "我的身份证号是110101199003070011"
    with pytest.raises(ProtocolError) as caught:
        check_record("tm", "turn", {**GOOD[2][2], said: 1})
    assert caught.value.code == "record.data"
    assert said not in str(caught.value)
    assert "not on the list" in str(caught.value)


@pytest.mark.parametrize("key", ["visit", "lang", "act", "matter", "facet", "channel"])
@pytest.mark.parametrize("text", ["我想办居住证", "I lost my card", "6222020200112233445 yes", "张三"])
def test_no_sentence_passes_through_a_key_that_is_on_the_list(key, text):
    with pytest.raises(ProtocolError) as caught:
        check_record("tm", "turn", {**GOOD[2][2], key: text})
    assert text not in str(caught.value)


@given(st.sampled_from(GOOD), st.text(alphabet="办理身份证居住社保张王李", min_size=1, max_size=20))
def test_no_chinese_passes_anywhere(good, text):
    lane, kind, data = good
    for key in data:
        with pytest.raises(ProtocolError):
            check_record(lane, kind, {**data, key: text})


def test_a_kind_belongs_to_its_lane():
    with pytest.raises(ProtocolError) as caught:
        check_record("ev", "turn", GOOD[2][2])
    assert caught.value.code == "record.kind"
    with pytest.raises(ProtocolError):
        check_record("tm", "transcript", {})
    assert set(record_kinds("ev")) == {"handover", "part", "update"}


@given(
    st.dictionaries(
        st.text(max_size=12), st.one_of(st.none(), st.booleans(), st.floats(), st.text(), st.integers())
    )
)
def test_anything_else_is_refused_with_a_code(data):
    try:
        check_record("tm", "turn", data)
    except ProtocolError as error:
        assert error.code == "record.data"
