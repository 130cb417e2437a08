"""The server's connection: what hostile kiosks send does not end it; what the broker does is survived."""

import random

import pytest

from fleet.server import tables
from fleet.server.broker_address import BrokerUrl
from fleet.server.errors import FleetError
from tests.fleet.conftest import stored, turn
from tests.fleet.server.test_broker import Client
from tests.fleet.waiting import wait_until


def test_a_kiosk_that_sends_rubbish_disturbs_nobody(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    hostile = Client.of(machine, "rubbish-1")
    assert hostile.connected.wait(10)
    kiosk.agent.start()
    chance = random.Random(5)
    kinds = ("presence", "birth", "tm", "ev", "reported", "req", "cmd/x", "cmd/.")
    for number in range(400):
        topic = f"k1/main/rubbish-1/up/{chance.choice(kinds)}"
        hostile.mqtt.publish(topic, chance.randbytes(chance.randrange(2000)), qos=number % 2)
        if number % 40 == 0:
            kiosk.agent.record("turn", turn(number))
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox of the good kiosk")
    assert stored(centre, kiosk.settings.kiosk) == list(range(0, 400, 40))
    wait_until(lambda: len(hostile.published) == 400, "answers of the broker")

    def refused() -> dict[str, int]:
        return {view.id: view.refused for view in centre.views.kiosks(True)}

    wait_until(lambda: refused()["rubbish-1"] > 100, "refusals of what the broker has handed on")
    assert centre.ingest.connected
    assert refused()[kiosk.settings.kiosk] == 0
    hostile.close()


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1", "mqtt://x", "mqtts://", "mqtts://x:99999", "mqtts://x/path", "mqtts://me@x"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(FleetError) as caught:
        BrokerUrl.parse(url)
    assert caught.value.code == "broker.url"


@pytest.mark.parametrize(
    ("url", "host", "port", "dialled"),
    [
        ("mqtts://broker.example", "broker.example", 8883, "broker.example"),
        ("mqtts://0.0.0.0:18883", "0.0.0.0", 18883, "127.0.0.1"),  # noqa: S104
        ("mqtts://[::1]:1", "::1", 1, "::1"),
    ],
)
def test_an_address_may_leave_the_port_out_and_may_mean_everywhere(url, host, port, dialled):
    address = BrokerUrl.parse(url)
    assert (address.host, address.port, address.dialled) == (host, port, dialled)


def test_a_message_that_the_database_refuses_costs_only_itself(machine, make_centre, make_kiosk, monkeypatch):
    centre, kiosk = make_centre(machine), make_kiosk(machine)

    def refused(tx, name, *_: object) -> None:
        tx.execute(tables.kiosk.insert().values(id=name, added_at=1))

    monkeypatch.setattr("fleet.server.intake.outcomes.remember", refused)
    for number in range(20):
        kiosk.agent.record("turn", turn(number))
    kiosk.agent.start()
    wait_until(lambda: kiosk.agent.depth == 0, "empty outbox")
    assert stored(centre, kiosk.settings.kiosk) == list(range(20))

    def refusals() -> list[tuple[int, str]]:
        return [(view.refused, view.refusal) for view in centre.views.kiosks(True)]

    wait_until(lambda: refusals()[0][0], "count of what was refused")
    assert refusals() == [(1, "store.refused: the database refuses it (IntegrityError)")]
    assert centre.views.kiosks(True)[0].light == "online"
