"""The agent as the kiosk sees it: hostile messages, damaged files, errors of the kiosk's own handlers."""

import socket
import threading
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet.device import link
from fleet.device.agent import Agent
from fleet.device.events import HandoverAccepted, LinkDown, LinkUp, TargetFailed, TargetFetched
from fleet.device.pauses import FIRST_RETRY_S, LONGEST_RETRY_S, POWER_ON_S, first_delay, retry_delay
from fleet.device.settings import AgentSettings
from fleet.protocol.codec import encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.signed import sign
from fleet.protocol.updates import Desired, Target
from fleet.server.identity.office import Office
from fleet.server.identity.tls import listener_context
from tests.fleet.conftest import Machine, stored, turn
from tests.fleet.device.signing import KEY, command, identity_in, signed, tell_time
from tests.fleet.server.test_broker import Client
from tests.fleet.waiting import wait_until


def desired(rev: int, key: Ed25519PrivateKey = KEY, **more: object) -> bytes:
    whole = {"tenant": "main", "kiosk": "hall-1", "rev": rev, **more}
    return sign("desired", Desired.model_construct(**whole), key)  # type: ignore[arg-type]


@pytest.fixture
def agent(tmp_path):
    """An agent that was not started: its handlers may be called from here."""
    events: list[object] = []
    identity = identity_in(tmp_path / "identity")
    settings = AgentSettings(kiosk="hall-1", data_dir=tmp_path / "agent", identity=identity)
    made = Agent(settings, events.append)
    made._conn = 1
    yield made, events
    made.stop()


def test_unknown_keys_are_refused_before_anything_is_written(agent):
    made, _ = agent
    with pytest.raises(ProtocolError):
        made.record("turn", {**turn(1), "heard": "我想办居住证"})
    with pytest.raises(ProtocolError):
        made.alarm("turn", turn(1))
    assert made.depth == 0


def test_a_visit_that_is_over_accepts_no_handover(agent):
    made, events = agent
    made.alarm("handover", {"handover": "h1", "visit": 7, "lang": "zh", "matters": []})
    made.alarm("handover", {"handover": "h2", "visit": 8, "lang": "zh", "matters": []})
    made.record("visit.ended", {"visit": 7})
    now = time.time()
    tell_time(made, now)
    for name in ("h1", "h2"):
        args = {"handover": name, "text": "马上就到"}
        wanted = command(now, id=f"c-{name}", args=args)
        made.on_message(f"k1/main/hall-1/dn/cmd/c-{name}", signed(wanted))
    assert [event.handover for event in events if isinstance(event, HandoverAccepted)] == ["h2"]


def test_a_command_whose_topic_names_another_is_not_done(agent):
    made, events = agent
    made.alarm("handover", {"handover": "h1", "visit": 7})
    now = time.time()
    tell_time(made, now)
    made.on_message("k1/main/hall-1/dn/cmd/c2", signed(command(now)))
    assert events == []


def test_a_target_as_large_as_the_disk_is_not_begun(agent):
    made, events = agent
    huge = Target.model_construct(
        name="gov", version="1", sha256="a" * 64, size=1 << 60, path="knowledge/gov-1-aaaaaaaa.ybk"
    )
    made.on_message("k1/main/hall-1/dn/desired", desired(1, targets={"knowledge": huge}))
    assert not [event for event in events if isinstance(event, TargetFailed | TargetFetched)]
    assert made._targets.desired_rev == 0


def test_a_name_that_cannot_go_over_the_wire_is_refused(agent):
    made, _ = agent
    with pytest.raises(ProtocolError) as caught:
        made.report_target("knowledge", "gov", "1", "not a hash", "active")
    assert caught.value.code == "target.name"


def test_an_older_revision_is_ignored(agent):
    made, _ = agent
    for rev in (5, 3):
        made.on_message("k1/main/hall-1/dn/desired", desired(rev))
    assert made._targets.desired_rev == 5


@pytest.mark.parametrize(
    "document",
    [
        desired(7, kiosk="hall-2"),
        desired(7, tenant="other"),
        desired(7, Ed25519PrivateKey.generate()),
        sign("command", Desired(tenant="main", kiosk="hall-1", rev=7), KEY),
        encode(Desired(tenant="main", kiosk="hall-1", rev=7)),
    ],
    ids=["another kiosk's", "another tenant's", "another key's", "another purpose's", "nobody's"],
)
def test_a_desired_document_that_is_not_the_centres_word_to_this_kiosk_changes_nothing(agent, document):
    made, _ = agent
    made.on_message("k1/main/hall-1/dn/desired", document)
    assert made._targets.desired_rev == 0
    assert len(made._faults) == 1


def test_a_damaged_outbox_is_reported_and_service_goes_on(machine, make_centre, make_kiosk, tmp_path):
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "outbox.sqlite").write_bytes(b"damage" * 2000)
    centre, kiosk = make_centre(machine), make_kiosk(machine, folder=folder)
    name = kiosk.settings.kiosk
    kiosk.agent.start()
    kiosk.agent.record("turn", turn(1))
    wait_until(lambda: stored(centre, name, "outbox"), "note of the damage")
    view = next(item for item in centre.views.kiosks(True) if item.id == name)
    assert any(fault.startswith("outbox.damaged") for fault in view.faults)
    assert stored(centre, name) == [1]


def test_an_error_in_the_kiosks_own_handler_does_not_end_the_link(machine, make_centre, make_kiosk, tmp_path):
    centre = make_centre(machine)
    kiosk = make_kiosk(machine)
    kiosk.agent.stop()
    raised = threading.Event()

    def emit(event: object) -> None:
        if type(event) is LinkUp:
            raised.set()
            raise LookupError("the kiosk's handler is broken")

    broken = Agent(kiosk.settings.model_copy(update={"data_dir": tmp_path / "broken"}), emit)
    broken.start()
    assert raised.wait(10)
    broken.record("turn", turn(1))
    wait_until(lambda: broken.depth == 0, "empty outbox")
    assert stored(centre, kiosk.settings.kiosk) == [1]
    view = next(item for item in centre.views.kiosks(True) if item.id == kiosk.settings.kiosk)
    assert "LookupError" in view.faults
    broken.stop()


def test_what_was_recorded_before_the_start_and_after_the_stop_waits(tmp_path):
    settings_ = AgentSettings(kiosk="hall-1", data_dir=tmp_path, port=1)
    first = Agent(settings_, lambda event: None)
    first.record("turn", turn(1))
    first.start()
    first.record("turn", turn(2))
    first.stop()
    second = Agent(settings_, lambda event: None)
    assert second.depth == 2
    second.stop()


def test_a_kiosk_that_stops_in_order_is_offline_at_once(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)

    def light() -> str:
        return next((view.light for view in centre.views.kiosks(True) if view.id == kiosk.settings.kiosk), "")

    kiosk.agent.start()
    wait_until(lambda: light() == "online", "online light")
    kiosk.agent.stop()
    wait_until(lambda: light() == "offline", "offline light")


def test_retries_spread_over_the_whole_time_and_have_a_cap():
    bounds: list[float] = []
    for failures in range(20):
        retry_delay(failures, lambda low, high: bounds.append(high) or low)
    assert bounds[0] == FIRST_RETRY_S
    assert bounds[1] == 2 * FIRST_RETRY_S
    assert max(bounds) == LONGEST_RETRY_S
    assert len({retry_delay(9) for _ in range(20)}) > 10


def test_who_gets_its_power_back_with_a_whole_city_waits_a_while():
    assert first_delay(POWER_ON_S - 1, 30.0, lambda low, high: (low + high) / 2) == 15.0
    assert first_delay(POWER_ON_S, 30.0) == 0.0
    assert len({first_delay(5.0, 30.0) for _ in range(20)}) > 10


def test_a_kiosk_just_switched_on_does_not_connect_at_once_and_stops_at_once(
    machine, make_kiosk, monkeypatch
):
    monkeypatch.setattr(link, "uptime", lambda: 5.0)
    monkeypatch.setattr(link, "first_delay", lambda up_s, spread_s: spread_s if up_s == 5.0 else 0.0)
    kiosk = make_kiosk(machine, power_on_spread_s=600.0)
    kiosk.agent.start()
    assert not any(isinstance(event, LinkUp) for event in kiosk.events)
    stopping = threading.Thread(target=kiosk.agent.stop)
    stopping.start()
    stopping.join(5)
    assert not stopping.is_alive()
    assert not kiosk.events


class OneShotBroker(threading.Thread):
    """Lets a kiosk connect and subscribe, and then says that another has taken its place, as MQTT 5 has it.

    Debian's mosquitto (2.0.11) closes the connection without a word.
    """

    def __init__(self, office: Office) -> None:
        super().__init__(daemon=True)
        listener = socket.create_server(("127.0.0.1", 0))
        tls = listener_context(office.authority, office.broker_pair)
        self._listener = tls.wrap_socket(listener, server_side=True)
        self.port = self._listener.getsockname()[1]
        self.connections = 0

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.recv(4096)  # CONNECT
                connection.sendall(bytes.fromhex("2003000000"))
                subscribe = connection.recv(4096)
                connection.sendall(b"\x90\x05" + subscribe[2:4] + bytes.fromhex("000101"))
                connection.sendall(bytes.fromhex("e0028e00"))
                connection.recv(4096)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.join(5)


def twin(machine: Machine, folder: Path, port: int) -> AgentSettings:
    return AgentSettings(
        kiosk="twin", data_dir=folder / "agent", port=port, identity=machine.identity("twin")
    )


def test_who_is_taken_over_says_so_and_leaves_the_other_in_peace(machine, tmp_path):
    broker, events = OneShotBroker(machine.office), []
    broker.start()
    made = Agent(twin(machine, tmp_path, broker.port), events.append)
    made.start()
    wait_until(lambda: any(isinstance(event, LinkDown) for event in events), "end of the connection")
    down = next(event for event in events if isinstance(event, LinkDown))
    assert "another device is connected as twin" in down.reason
    wait_until(lambda: "LinkError link.taken_over" in made._birth().faults, "fault for the centre")
    threading.Event().wait(3 * FIRST_RETRY_S)
    assert broker.connections == 1
    made.stop()
    broker.stop()


def test_who_was_taken_over_is_not_so_for_ever(machine, tmp_path, monkeypatch):
    monkeypatch.setattr(link, "truce", lambda: 0.05)
    monkeypatch.setattr(link, "retry_delay", lambda failures: 0.05)
    broker = OneShotBroker(machine.office)
    broker.start()
    made = Agent(twin(machine, tmp_path, broker.port), lambda event: None)
    made.start()
    wait_until(lambda: broker.connections >= 2, "second attempt")
    broker.stop()  # from now on nobody is there to take over
    told = len(made._birth().faults)
    threading.Event().wait(0.3)
    assert len(made._birth().faults) <= told + 1  # one may have been under way
    made.stop()


def test_a_connection_that_ends_at_once_again_and_again_is_tried_more_and_more_seldom(
    machine, make_kiosk, monkeypatch
):
    delays: list[int] = []
    monkeypatch.setattr(link, "retry_delay", lambda failures: delays.append(failures) or 0.05)
    kiosk = make_kiosk(machine)
    kiosk.agent.start()
    for ended in range(1, 4):
        wait_until(lambda: kiosk.agent.connected, "connection")
        other = Client.of(machine, kiosk.settings.kiosk)
        wait_until(lambda ended=ended: len(delays) >= ended, "end of the connection")
        other.close()
    assert delays[:3] == [0, 1, 2]


def test_two_devices_of_one_name_are_seen_at_the_centre_and_work_on(
    machine, make_centre, make_kiosk, tmp_path, monkeypatch
):
    monkeypatch.setattr(link, "retry_delay", lambda failures: 0.3)
    centre = make_centre(machine)
    own, copy = make_kiosk(machine, "twin"), make_kiosk(machine, "twin", tmp_path / "copy")
    for kiosk in (own, copy):
        kiosk.agent.start()
        kiosk.agent.record("turn", turn(1))

    def copied() -> bool:
        return any(view.copied_at for view in centre.views.kiosks(True) if view.id == "twin")

    wait_until(copied, "sign of a second device")
    copy.agent.stop()
    wait_until(lambda: own.agent.connected and own.agent.depth == 0, "connection of the kiosk alone")
