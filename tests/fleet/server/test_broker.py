"""The broker as configured: who may say and hear what, proved with real clients."""

import os
import signal
import ssl
import stat
import threading
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from fleet.device.events import LinkDown
from fleet.device.identity import IdentityFiles
from fleet.device.tls import make_context
from fleet.server.broker import SERVER_ACCOUNT, Broker, server_account
from fleet.server.errors import FleetError
from fleet.server.settings import MAX_WORKERS
from tests.fleet.conftest import Machine, make_machine
from tests.fleet.waiting import wait_until


class Client:
    """A paho client that remembers what it was told."""

    def __init__(self, port: int, context: ssl.SSLContext, client_id: str = "") -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.refused: list[object] = []
        self.connected = threading.Event()
        self.subscribed: list[list[int]] = []
        self.published: list[int] = []
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        client.tls_set_context(context)
        client.on_connect = self._on_connect
        client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))
        client.on_subscribe = lambda _c, _d, _m, reasons, _p: self.subscribed.append(
            [r.value for r in reasons]
        )
        client.on_publish = lambda _c, _d, _m, reason, _p: self.published.append(reason.value)
        self.mqtt = client
        client.connect("127.0.0.1", port)
        client.loop_start()

    @classmethod
    def of(cls, machine: Machine, name: str, client_id: str = "") -> "Client":
        """Connect as a kiosk or as the server."""
        return cls(machine.port, context_of(machine, name), client_id)

    def _on_connect(self, _client, _data, _flags, reason, _properties) -> None:
        if reason.is_failure:
            self.refused.append(reason)
        else:
            self.connected.set()

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()


def context_of(machine: Machine, name: str) -> ssl.SSLContext:
    """TLS as a kiosk or the server speaks it."""
    if not name.startswith(SERVER_ACCOUNT):
        return make_context(IdentityFiles(machine.identity(name)))
    worker = int(name.partition("-")[2] or 1)
    return machine.office.broker_address(worker).context()


@pytest.fixture
def connect(machine):
    made: list[Client] = []

    def make(name: str, client_id: str = "") -> Client:
        made.append(Client.of(machine, name, client_id))
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
    # The last one that was said; the server's state of another test may lie in the broker, retained.
    wait_until(lambda: ("k1/main/srv/state", b"k1/main/srv/state") in mine.heard, "the last message")
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


def test_workers_of_the_server_are_there_beside_each_other(connect):
    first, last, kiosk = connect(SERVER_ACCOUNT), connect(server_account(MAX_WORKERS)), connect("acl-a")
    for client in (first, last, kiosk):
        assert client.connected.wait(10)
        client.mqtt.subscribe("k1/main/+/up/#", 1)
        wait_until(lambda client=client: client.subscribed, "answer to the subscription")
    kiosk.mqtt.publish("k1/main/acl-a/up/tm", b"for both", qos=1)
    for client in (first, last):
        wait_until(lambda client=client: client.heard, "the message at each worker")
    assert kiosk.heard == []


def test_a_kiosk_cannot_push_another_off_by_its_client_id(connect):
    victim = connect("acl-a", client_id="acl-a")
    assert victim.connected.wait(10)
    attacker = connect("acl-b", client_id="acl-a")
    assert attacker.connected.wait(10)
    victim.mqtt.publish("k1/main/acl-a/up/tm", b"still here", qos=1)
    wait_until(lambda: victim.published, "answer of the broker")
    assert victim.mqtt.is_connected()


def test_secrets_are_for_their_owner_only(machine):
    machine.office.broker_address()
    folders = (machine.office.authority.folder, machine.office.broker_folder.folder)
    assert stat.S_IMODE(folders[0].stat().st_mode) == 0o700
    secrets = [path for folder in folders for path in folder.rglob("*") if path.suffix == ".key"]
    assert {path.stem for path in secrets} >= {"ca", "broker", SERVER_ACCOUNT}
    for path in (*secrets, folders[1] / "access", IdentityFiles(machine.identity("acl-a")).key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_an_identity_that_is_gone_is_a_link_that_is_down_with_a_reason(machine, make_kiosk):
    kiosk = make_kiosk(machine)
    key = IdentityFiles(kiosk.settings.identity).key
    key.unlink()
    kiosk.agent.start()
    wait_until(lambda: kiosk.of(LinkDown), "word that the link is down")
    assert str(key.parent) in kiosk.of(LinkDown)[0].reason
    assert "kiosk provision" in kiosk.of(LinkDown)[0].reason


def test_a_port_that_is_taken_is_said(machine, tmp_path):
    office = machine.office
    with pytest.raises(FleetError) as caught:
        Broker(type(office.broker_folder)(tmp_path / "broker"), office.broker_url).start()
    assert caught.value.code == "broker.port"


def test_a_broker_left_behind_by_a_killed_server_is_replaced(mosquitto, tmp_path: Path):
    machine = make_machine(tmp_path)
    left = machine.broker
    left.start()
    left._stopping.set()  # nobody watches it any more, as after a kill of the server
    new = machine.new_broker()
    new.start()
    assert new.pid not in (None, left.pid)
    assert machine.office.broker_folder.running_pid() == new.pid
    new.stop()


def test_a_broker_that_dies_is_started_again(own_machine):
    pid = own_machine.broker.pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: own_machine.broker.pid not in (None, pid), "a new broker")
