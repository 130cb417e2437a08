"""Presence over the real broker: what it does with wills when connections overtake each other."""

import threading

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from fleet.protocol.codec import encode
from fleet.protocol.messages import Birth, Presence
from fleet.server.leading import present_run
from tests.fleet.server.test_broker import context_of
from tests.fleet.waiting import wait_until

TOPIC = "k1/main/overtaken-1/up/presence"


def said(state: str, conn: int) -> bytes:
    return encode(Presence.model_validate({"state": state, "boot": "b1", "conn": conn, "at": 1}))


def birth(centre, conn: int, at: int) -> bytes:
    with centre.store.reading() as tx:
        return encode(Birth(boot="b1", conn=conn, at=at, versions={}, run=present_run(tx).name))


def connect(machine, centre, conn: int) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="overtaken-1", protocol=mqtt.MQTTv5)
    client.tls_set_context(context_of(machine, "overtaken-1"))
    announced = threading.Event()
    client.will_set(TOPIC, said("off", conn), qos=1, retain=True)

    def announce(*_: object) -> None:
        client.publish(TOPIC, said("on", conn), qos=1, retain=True)
        client.publish("k1/main/overtaken-1/up/birth", birth(centre, conn, at=1), qos=1)
        announced.set()

    client.on_connect = announce
    client.connect("127.0.0.1", machine.port)
    client.loop_start()
    assert announced.wait(20)
    return client


def test_the_will_of_an_overtaken_connection_leaves_the_light_on(machine, make_centre):
    centre = make_centre(machine)

    def light() -> str:
        return next((view.light for view in centre.views.kiosks(True) if view.id == "overtaken-1"), "")

    first = connect(machine, centre, 1)
    wait_until(lambda: light() == "online", "online light")
    first.reconnect_delay_set(600, 600)  # it must not push back
    second = connect(machine, centre, 2)
    # The broker has said the will of the first by now; this round trip through the centre is behind it.
    second.publish("k1/main/overtaken-1/up/birth", birth(centre, 2, at=10**15), qos=1)
    wait_until(
        lambda: any(
            (view.clock_skew_ms or 0) > 0 for view in centre.views.kiosks(True) if view.id == "overtaken-1"
        ),
        "birth",
    )
    assert light() == "online"
    late = said("off", 1)
    second.publish(TOPIC, late, qos=1, retain=True)
    second.publish("k1/main/overtaken-1/up/birth", b"counted as refused", qos=1)
    wait_until(
        lambda: any(view.refused for view in centre.views.kiosks(True) if view.id == "overtaken-1"),
        "the last",
    )
    assert light() == "online"
    second.disconnect()
    for client in (second, first):
        client.loop_stop()


def test_a_kiosk_that_vanished_while_the_server_was_away_is_not_shown_as_online(
    machine, make_centre, make_kiosk
):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk

    def light() -> str:
        return next((view.light for view in centre.views.kiosks(True) if view.id == name), "")

    kiosk.agent.start()
    wait_until(lambda: light() == "online", "online light")
    centre.stop()
    kiosk.agent.stop()
    again = make_centre(machine)
    wait_until(lambda: next(v.light for v in again.views.kiosks(True) if v.id == name) == "checking", "doubt")
