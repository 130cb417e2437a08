"""The light: no late will, lost goodbye or restart makes it lie for longer than the grace."""

from hypothesis import given
from hypothesis import strategies as st

from fleet.protocol.messages import Presence
from fleet.server.presence import GRACE_MS, Light, doubt, hear, settled
from fleet.server.views import light_of


def said(state: str, conn: str) -> Presence:
    return Presence.model_validate({"state": state, "boot": "b", "conn": conn, "at": 0})


def test_the_will_of_an_older_connection_changes_nothing():
    light = hear(None, said("on", "c1"), 10)
    light = hear(light, said("on", "c2"), 20)
    assert hear(light, said("off", "c1"), 30) == light == Light("on", "c2", 20)
    assert hear(light, said("off", "c2"), 40) == Light("off", "c2", 40)


def test_since_is_when_it_changed_not_when_it_was_said_again():
    light = hear(None, said("on", "c1"), 10)
    assert hear(light, said("on", "c1"), 99).since == 10
    light = hear(light, said("off", "c1"), 100)
    assert hear(light, said("off", "c1"), 200).since == 100


def test_a_server_that_was_away_doubts_what_it_believed():
    light = doubt(Light("on", "c1", 10), 1000)
    assert light_of(light.state, light.conn, light.since, True, 1001) == "checking"
    assert settled(light, 1000 + GRACE_MS + 1).state == "off"
    assert hear(light, said("on", "c1"), 1500) == Light("on", "c1", 1500)
    assert doubt(Light("off", "c1", 10), 1000) == Light("off", "c1", 10)


def test_without_a_link_nothing_is_known():
    assert light_of("on", "c1", 0, False, 5) == "unknown"
    assert light_of(None, "", 0, True, 5) == "never"


@st.composite
def histories(draw):
    """A kiosk's connections, each ended by its will or by a goodbye, wills delayed at will."""
    events: list[tuple[str, str]] = []
    late: list[tuple[str, str]] = []
    online = ""
    for number in range(draw(st.integers(1, 8))):
        conn = f"c{number}"
        events.append(("on", conn))
        online = conn
        while late and draw(st.booleans()):
            events.append(late.pop(0))
        end = draw(st.sampled_from(["goodbye", "will now", "will late", "stays"]))
        if end == "stays":
            continue
        online = ""
        (late if end == "will late" else events).append(("off", conn))
    events += late
    return events, online


@given(histories())
def test_never_online_when_gone_and_never_gone_when_online(history):
    events, online = history
    light = None
    for now, (state, conn) in enumerate(events):
        light = hear(light, said(state, conn), now)
    assert light is not None
    last = max((conn for _, conn in events), key=lambda conn: int(conn[1:]))
    gone = ("off", last) in events
    assert light.state == ("off" if gone else "on")
    assert light.conn == last
    if online:
        assert light.state == "on"
