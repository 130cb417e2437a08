"""Topics: what is built can be parsed, nothing else can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.protocol.errors import ProtocolError
from fleet.protocol.topics import KioskTopics, check_name, parse_down, parse_up, server_state, up_filter

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
references = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)


@given(names, names, references, st.sampled_from(["presence", "birth", "tm", "ev", "reported", "req", "cmd"]))
def test_what_a_kiosk_says_comes_back_from_its_topic(tenant, kiosk, reference, kind):
    topic = KioskTopics(tenant, kiosk).up(kind, reference if kind == "cmd" else None)
    parsed = parse_up(topic)
    assert (parsed.tenant, parsed.kiosk, parsed.kind) == (tenant, kiosk, kind)
    assert parsed.reference == (reference if kind == "cmd" else "")
    assert topic.count("/") <= 6


@given(names, names, references, st.sampled_from(["ack", "desired", "res", "cmd"]))
def test_what_a_kiosk_hears_comes_back_from_its_topic(tenant, kiosk, reference, kind):
    named = kind in ("res", "cmd")
    parsed = parse_down(KioskTopics(tenant, kiosk).down(kind, reference if named else None))
    assert (parsed.tenant, parsed.kiosk, parsed.kind, parsed.reference) == (
        tenant,
        kiosk,
        kind,
        reference if named else "",
    )


@given(st.text(max_size=80))
def test_any_other_text_is_refused_with_a_code(text):
    for parse in (parse_up, parse_down):
        try:
            parsed = parse(text)
        except ProtocolError as error:
            assert error.code.startswith("topic.")
        else:
            assert text.split("/")[1:3] == [parsed.tenant, parsed.kiosk]


@pytest.mark.parametrize(
    "topic",
    [
        "k1/main/a/up/cmd",
        "k1/main/a/up/tm/more",
        "k1/main/a/dn/tm",
        "k2/main/a/up/tm",
        "k1/main/a/up/tm/",
        "k1/main/+/up/tm",
        "k1/main/A/up/tm",
        "k1/main/a/up",
        "",
    ],
)
def test_topics_that_no_kiosk_uses(topic):
    with pytest.raises(ProtocolError):
        parse_up(topic)


@pytest.mark.parametrize("name", ["", "-a", "A", "a/b", "a+", "#", "a" * 33, "_server", "a\n", "门厅"])
def test_names_that_could_reach_into_other_topics_are_refused(name):
    with pytest.raises(ProtocolError) as caught:
        check_name(name)
    assert caught.value.code == "topic.name"


def test_the_servers_topics():
    assert server_state("main") == "k1/main/srv/state"
    assert up_filter("main") == "k1/main/+/up/#"
