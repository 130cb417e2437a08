"""The broker as configured: who may say and hear what, proved with real clients."""

import os
import signal
import stat
import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from fleet.device.events import LinkDown
from fleet.server.broker import SERVER_ACCOUNT, Accounts, Broker
from fleet.server.errors import FleetError
from tests.fleet.conftest import free_port
from tests.fleet.waiting import wait_until


class Client:
    """A paho client that remembers what it was told."""

    def __init__(self, port: int, username: str | None, password: str | None, client_id: str = "") -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.refused: list[object] = []
        self.connected = threading.Event()
        self.subscribed: list[list[int]] = []
        self.published: list[int] = []
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        if username:
            client.username_pw_set(username, password)
        client.on_connect = self._on_connect
        client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))
        client.on_subscribe = lambda _c, _d, _m, reasons, _p: self.subscribed.append(
            [r.value for r in reasons]
        )
        client.on_publish = lambda _c, _d, _m, reason, _p: self.published.append(reason.value)
        self.mqtt = client
        client.connect("127.0.0.1", port)
        client.loop_start()

    def _on_connect(self, _client, _data, _flags, reason, _properties) -> None:
        if reason.is_failure:
            self.refused.append(reason)
        else:
            self.connected.set()

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()


@pytest.fixture
def connect(machine):
    made: list[Client] = []

    def make(name: str | None, password: str | None = None, client_id: str = "") -> Client:
        if name and password is None:
            path = machine.accounts.server_password
            if name != SERVER_ACCOUNT:
                path = machine.accounts.kiosk_password(name)
                path = path if path.exists() else machine.accounts.add_kiosk(name)
            password = path.read_text().strip()
        made.append(Client(machine.port, name, password, client_id))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_a_kiosk_hears_only_what_is_said_to_it(connect):
    mine, server = connect("acl-a"), connect(SERVER_ACCOUNT)
    assert mine.connected.wait(10)
    assert server.connected.wait(10)
    mine.mqtt.subscribe(
        [("k1/main/acl-b/dn/#", 1), ("k1/main/acl-a/dn/#", 1), ("k1/main/srv/state", 1), ("#", 1)]
    )
    wait_until(lambda: mine.subscribed, "answer to the subscription")
    for topic in ("k1/main/acl-b/dn/ack", "k1/main/acl-b/up/tm", "k1/main/acl-a/dn/ack", "k1/main/srv/state"):
        server.mqtt.publish(topic, topic, qos=1)
    wait_until(lambda: "k1/main/srv/state" in dict(mine.heard), "the last message")
    assert {topic for topic, _ in mine.heard} == {"k1/main/acl-a/dn/ack", "k1/main/srv/state"}


def test_a_kiosk_cannot_speak_for_another_or_for_the_server(connect):
    mine, server = connect("acl-a"), connect(SERVER_ACCOUNT)
    assert mine.connected.wait(10)
    assert server.connected.wait(10)
    server.mqtt.subscribe("k1/main/#", 1)
    wait_until(lambda: server.subscribed, "answer to the subscription")
    forged = [
        "k1/main/acl-b/up/tm",
        "k1/main/acl-b/dn/cmd/x",
        "k1/main/acl-a/dn/desired",
        "k1/main/acl-a/up/invention",
        "k1/main/srv/state",
        "k1/other/acl-a/up/tm",
    ]
    for topic in forged:
        mine.mqtt.publish(topic, b"forged", qos=1)
    mine.mqtt.publish("k1/main/acl-a/up/tm", b"mine", qos=1)
    wait_until(lambda: ("k1/main/acl-a/up/tm", b"mine") in server.heard, "the kiosk's own message")
    assert not [item for item in server.heard if item[1] == b"forged"]
    wait_until(lambda: len(mine.published) == len(forged) + 1, "the broker's answers")
    assert mine.published.count(0x87) == len(forged)  # not authorised


@pytest.mark.parametrize(
    ("name", "password"), [(None, None), ("acl-a", "wrong"), ("nobody", "x"), (SERVER_ACCOUNT, "x")]
)
def test_strangers_are_turned_away(connect, machine, name, password):
    machine.accounts.add_kiosk("acl-a")
    client = connect(name, password)
    wait_until(lambda: client.refused, "refusal")
    assert not client.connected.is_set()


def test_a_kiosk_cannot_push_another_off_by_its_client_id(connect):
    victim = connect("acl-a", client_id="acl-a")
    assert victim.connected.wait(10)
    attacker = connect("acl-b", client_id="acl-a")
    assert attacker.connected.wait(10)
    victim.mqtt.publish("k1/main/acl-a/up/tm", b"still here", qos=1)
    wait_until(lambda: victim.published, "answer of the broker")
    assert victim.mqtt.is_connected()


def test_an_account_added_while_the_broker_runs_is_taken_at_once_and_renewed(machine, connect):
    first = machine.accounts.add_kiosk("late-1").read_text().strip()
    client = connect("late-1", first)
    assert client.connected.wait(10)
    second = machine.accounts.add_kiosk("late-1").read_text().strip()
    assert first != second
    stale = connect("late-1", first)
    wait_until(lambda: stale.refused, "refusal of the old password")


def test_secrets_are_for_their_owner_only(machine):
    machine.accounts.add_kiosk("late-1")
    folder = machine.accounts.folder
    for path in (folder / "accounts", folder / "access", machine.accounts.server_password):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "late-1" in (folder / "accounts").read_text()
    assert (
        machine.accounts.kiosk_password("late-1").read_text().strip() not in (folder / "accounts").read_text()
    )


def test_a_wrong_password_is_a_link_that_is_down_with_a_reason(machine, make_kiosk):
    kiosk = make_kiosk(machine)
    kiosk.settings.password_file.write_text("wrong\n")
    kiosk.agent.start()
    wait_until(lambda: kiosk.of(LinkDown), "word that the link is down")
    assert "refuses this kiosk" in kiosk.of(LinkDown)[0].reason


def test_a_missing_password_file_is_named(machine, make_kiosk):
    kiosk = make_kiosk(machine)
    kiosk.settings.password_file.unlink()
    kiosk.agent.start()
    wait_until(lambda: kiosk.of(LinkDown), "word that the link is down")
    assert str(kiosk.settings.password_file) in kiosk.of(LinkDown)[0].reason


def test_a_port_that_is_taken_is_said(machine, tmp_path):
    with pytest.raises(FleetError) as caught:
        Broker(Accounts(tmp_path / "broker", "main"), machine.port).start()
    assert caught.value.code == "broker.port"


def test_a_broker_left_behind_by_a_killed_server_is_replaced(mosquitto, tmp_path):
    accounts, port = Accounts(tmp_path / "broker", "main"), free_port()
    left = Broker(accounts, port)
    left.start()
    left._stopping.set()  # nobody watches it any more, as after a kill of the server
    new = Broker(accounts, port)
    new.start()
    assert new.pid not in (None, left.pid)
    assert accounts.running_pid() == new.pid
    new.stop()


def test_a_broker_that_dies_is_started_again(own_machine):
    pid = own_machine.broker.pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: own_machine.broker.pid not in (None, pid), "a new broker")
