"""Attacks on commands over a real broker: forged, replayed, carried to another kiosk, late, too large, ill-formed."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet.device.events import CommandAsked
from fleet.device.uploads import Enclosure
from fleet.protocol.attachments import decode_part, describe_attachment, part_of
from fleet.protocol.commands import COMMANDS, MAX_TTL_S, Command, Order
from fleet.protocol.errors import ProtocolError
from fleet.protocol.signed import sign
from fleet.server import orders, results
from fleet.server.attachments import Attachments, PartOf
from fleet.server.errors import FleetError
from fleet.server.identity.authority import utc_now
from tests.fleet.waiting import wait_until

METACHARACTERS = (
    "; rm -rf / $(reboot) `id` | nc -l 1 && echo > /etc/passwd 'x' \"y\" \\ %s {0} \u202e ../../x"
)


class Hall:
    """A centre and a kiosk that does whatever it is asked, on one broker."""

    def __init__(self, machine, make_centre, make_kiosk) -> None:
        self.machine, self.make_kiosk = machine, make_kiosk
        self.centre, self.kiosk = make_centre(machine), make_kiosk(machine)
        self.name = self.kiosk.settings.kiosk
        self.centre.store.add_kiosk(self.name)
        self.kiosk.agent.start()
        wait_until(lambda: self.kiosk.agent._time.signed, "signed time at the kiosk")

    @property
    def key(self) -> Ed25519PrivateKey:
        """The centre's own."""
        return self.machine.office.authority.signing.current(utc_now())

    def order(self, name: str, ttl: int | None = None, /, **args: object) -> str:
        return orders.order(self.centre.store, self.name, name, args, ttl, self.centre.ingest.send_command)

    def smuggle(self, topic: str, payload: bytes) -> None:
        """What somebody sends who has taken the server's place at the broker, but has not its key."""
        assert self.centre.ingest._link.publish(topic, payload)

    def view(self, command: str) -> results.CommandView:
        return results.view(self.centre.store, command, self.centre.attachments.has)

    def asked(self) -> list[CommandAsked]:
        return self.kiosk.of(CommandAsked)


@pytest.fixture
def hall(machine, make_centre, make_kiosk):
    return Hall(machine, make_centre, make_kiosk)


def forged(kiosk: str, **change: object) -> Command:
    now = int(time.time())
    values = {
        "id": "f1",
        "tenant": "main",
        "kiosk": kiosk,
        "name": "restart",
        "at": now * 1000,
        "exp": now + 60,
        "args": {},
    }
    return Command.model_validate({**values, **change})


def answered(hall: Hall) -> None:
    """What was sent before a command has been seen when that is answered."""
    command = hall.order("volume", percent=50)
    wait_until(lambda: hall.view(command).state == "ACCEPTED", "answer to a true command")


def test_a_command_reaches_its_kiosk_and_what_came_of_it_comes_back(hall):
    command = hall.order("screenshot")
    wait_until(hall.asked, "the command at the kiosk")
    wait_until(lambda: hall.view(command).state == "ACCEPTED", "word that it was taken")
    picture = bytes(range(256)) * 700  # four parts
    hall.kiosk.agent.begin(command)
    enclosure = Enclosure("screen.png", "image/png", picture)
    hall.kiosk.agent.conclude(command, True, figures={"bytes": len(picture)}, enclosure=enclosure)
    wait_until(lambda: hall.view(command).complete, "the whole picture in the centre")
    wait_until(lambda: hall.view(command).state == "SUCCEEDED", "the result in the centre")
    view = hall.view(command)
    assert view.data == {"bytes": len(picture)}
    assert view.attachment is not None and view.attachment["parts"] == 4
    assert hall.centre.attachments.read(command) == picture


def test_an_attachment_that_a_centre_missed_comes_to_the_next(hall, make_centre):
    command = hall.order("log")
    wait_until(hall.asked, "the command at the kiosk")
    hall.centre.stop()
    hall.kiosk.agent.conclude(command, True, enclosure=Enclosure("kiosk.log", "text/plain", b"a line\n"))
    hall.centre = make_centre(hall.machine)
    wait_until(lambda: hall.view(command).complete, "the log in the centre")
    assert hall.view(command).state == "SUCCEEDED"


def test_forged_commands_are_not_done_and_not_answered(hall):
    stranger = Ed25519PrivateKey.generate()
    plain = forged(hall.name)
    topic = f"k1/main/{hall.name}/dn/cmd/f1"
    for payload in (
        plain.model_dump_json().encode(),
        sign("command", plain, stranger),
        sign("time", plain, hall.key),
        sign("command", plain, stranger).replace(b'"key":"', b'"key":"0'),
        b"x" * 60_000,
        b"",
        b"\xff\xfe",
        b"[" * 9000,
    ):
        hall.smuggle(topic, payload)
    answered(hall)
    assert [event.name for event in hall.asked()] == ["volume"]
    assert hall.kiosk.agent._ledger.result_of("f1") is None
    faults = hall.kiosk.agent._birth().faults
    assert any("signed.key" in fault for fault in faults), faults


def test_a_command_that_was_captured_means_nothing_to_another_kiosk(hall):
    key = hall.key
    captured = sign("command", forged("another-kiosk", name="volume", args={"percent": 100}), key)
    hall.smuggle(f"k1/main/{hall.name}/dn/cmd/f1", captured)
    hall.smuggle(f"k1/main/{hall.name}/dn/cmd/f2", sign("command", forged(hall.name), key))
    answered(hall)
    assert [event.args.model_dump() for event in hall.asked()] == [{"percent": 50}]


def test_a_replayed_command_is_not_done_again_also_after_a_restart(hall):
    key = hall.key
    topic, payload = f"k1/main/{hall.name}/dn/cmd/f1", sign("command", forged(hall.name), key)
    for _ in range(3):
        hall.smuggle(topic, payload)
    wait_until(hall.asked, "the command at the kiosk")
    hall.kiosk.agent.conclude("f1", True, "done")
    answered(hall)
    assert [event.name for event in hall.asked()] == ["restart", "volume"]
    hall.kiosk.agent.stop()
    hall.kiosk = hall.make_kiosk(hall.machine, hall.name, hall.kiosk.settings.data_dir)
    hall.kiosk.agent.start()
    wait_until(lambda: hall.kiosk.agent._time.signed, "signed time at the kiosk")
    hall.smuggle(topic, payload)
    answered(hall)
    assert [event.name for event in hall.asked()] == ["volume"]
    known = hall.kiosk.agent._ledger.result_of("f1")
    assert known is not None and (known.state, known.reason) == ("SUCCEEDED", "done")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda now: {"exp": now - 1}, "EXPIRED"),
        (lambda now: {"exp": now + 2 * MAX_TTL_S}, "REJECTED"),
        (lambda now: {"at": 1, "exp": now + 60}, "REJECTED"),
        (lambda _: {"name": "shell", "args": {"run": "reboot"}}, "REJECTED"),
        (lambda _: {"args": {"now": METACHARACTERS}}, "REJECTED"),
        (lambda _: {"args": {"now": True, "shell": "reboot"}}, "REJECTED"),
    ],
)
def test_even_the_centres_own_key_cannot_ask_for_what_is_not_allowed(hall, change, state):
    said = forged(hall.name, **change(int(time.time())))
    hall.smuggle(f"k1/main/{hall.name}/dn/cmd/f1", sign("command", said, hall.key))
    wait_until(lambda: hall.kiosk.agent._ledger.result_of("f1"), "the command at the kiosk")
    refused = hall.kiosk.agent._ledger.result_of("f1")
    assert refused is not None and refused.state == state
    assert hall.asked() == []


def _texts() -> list[tuple[str, str]]:
    return [
        (name, key) for name, kind in COMMANDS.items() if kind.operators for key in kind.args.model_fields
    ]


@pytest.mark.parametrize(("name", "key"), _texts())
def test_shell_metacharacters_in_any_argument_are_refused_or_stay_words(store, name, key):
    store.add_kiosk("hall-1")
    base = {"message": {"zh": "好"}, "out_of_service": {"on": True}, "volume": {"percent": 50}}.get(name, {})
    sent: list[Order] = []
    for text in (METACHARACTERS, METACHARACTERS[:40]):
        try:
            orders.order(
                store, "hall-1", name, {**base, key: text}, None, lambda _, one: not sent.append(one)
            )
        except FleetError as refused:
            assert refused.code == "command.args"
            assert key in refused.message, "it says which argument"
    assert all(one.args[key] == METACHARACTERS[:40] for one in sent)
    assert not sent or key in ("zh", "en", "where_zh", "where_en")


@pytest.fixture
def store(tmp_path):
    from fleet.server.store import Store

    opened = Store(f"sqlite:///{tmp_path / 'fleet.sqlite'}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "args", "ttl", "code", "says"),
    [
        ("shell", {}, None, "command.unknown", "screenshot"),
        ("queue.next", {"queue": "a", "window": "1"}, None, "command.unknown", "there are doctor"),
        ("volume", {"percent": "loud"}, None, "command.args", "percent"),
        ("volume", {"percent": 101}, None, "command.args", "percent"),
        ("volume", {}, None, "command.args", "percent"),
        ("volume", {"percent": 50, "per cent": 1}, None, "command.args", "per cent"),
        ("message", {"minutes": 5}, None, "command.args", "zh or en"),
        ("restart", {}, MAX_TTL_S + 1, "command.ttl", "86400"),
        ("restart", {}, 0, "command.ttl", "1 to"),
    ],
)
def test_what_cannot_be_sent_says_what_and_why(store, name, args, ttl, code, says):
    store.add_kiosk("hall-1")
    with pytest.raises(FleetError) as refused:
        orders.order(store, "hall-1", name, args, ttl, lambda *_: pytest.fail("it was sent"))
    assert refused.value.code == code
    assert says in refused.value.message


def test_a_kiosk_can_fill_the_centre_with_nothing_that_it_was_not_asked_for(store, tmp_path):
    store.add_kiosk("hall-1")
    store.add_kiosk("hall-2")
    command = orders.order(store, "hall-1", "log", {}, None, lambda *_: True)
    volume = orders.order(store, "hall-1", "volume", {"percent": 50}, None, lambda *_: True)
    folder = tmp_path / "attachments"
    kept = Attachments(folder)
    content = b"x" * 100_000
    whole = describe_attachment("kiosk.log", "text/plain", content)

    def code_of(kiosk: str, id_: str, payload: bytes) -> str:
        with store.writing() as tx:
            try:
                kept.take(tx, kiosk, PartOf(id_, *decode_part(payload)))
            except ProtocolError as error:
                return error.code
        return ""

    first = part_of(whole, content, 0)
    assert code_of("hall-2", command, first) == "attachment.unasked"
    assert code_of("hall-1", volume, first) == "attachment.unasked"
    assert code_of("hall-1", "nobody-asked", first) == "attachment.unasked"
    assert code_of("hall-1", command, first[:-1]) == "attachment.part"
    assert code_of("hall-1", command, first + b"x") != ""
    huge = first.replace(b'"size":100000', b'"size":99999999')
    assert code_of("hall-1", command, huge) == "message.invalid"
    assert not folder.exists() or not list(folder.iterdir())
    for index in (2, 0, 0, 1):
        assert code_of("hall-1", command, part_of(whole, content, index)) == ""
    assert kept.read(command) == content
    liar = orders.order(store, "hall-1", "log", {}, None, lambda *_: True)
    false = whole.model_copy(update={"sha256": "0" * 64})
    codes = [code_of("hall-1", liar, part_of(false, content, index)) for index in range(3)]
    assert codes == ["", "", "attachment.hash"]
    assert not kept.has(liar)
    assert code_of("hall-1", liar, part_of(whole, content, 0)) == ""
    assert code_of("hall-1", liar, part_of(false, content, 1)) == "attachment.part"


def test_attachments_are_kept_for_some_days(store, tmp_path, monkeypatch):
    store.add_kiosk("hall-1")
    command = orders.order(store, "hall-1", "log", {}, None, lambda *_: True)
    kept = Attachments(tmp_path / "attachments", keep_days=7)
    whole = describe_attachment("kiosk.log", "text/plain", b"line\n")
    with store.writing() as tx:
        kept.take(tx, "hall-1", PartOf(command, *decode_part(part_of(whole, b"line\n", 0))))
    kept.sweep()
    assert kept.has(command)
    now = time.time()
    monkeypatch.setattr("fleet.server.attachments.time.time", lambda: now + 8 * 86_400)
    kept._sweep_at = 0.0
    kept.sweep()
    assert not kept.has(command)
    with pytest.raises(FleetError) as missing:
        kept.read(command)
    assert missing.value.code == "attachment.missing"


def test_silence_ends_a_command_and_work_has_more_time(store):
    store.add_kiosk("hall-1")
    silent = orders.order(store, "hall-1", "doctor", {}, None, lambda *_: True)
    busy = orders.order(store, "hall-1", "doctor", {}, None, lambda *_: True)
    with store.writing() as tx:
        said = results.CommandResult(id=busy, state="RUNNING", at=1)
        results.hear(tx, "hall-1", said, 1)
    late = int((time.time() + 400) * 1000)
    results.expire(store, late)
    states = [results.view(store, one, lambda _: False).state for one in (silent, busy)]
    assert states == ["EXPIRED", "RUNNING"]
    results.expire(store, late + results.UNFINISHED_MS)
    assert results.view(store, busy, lambda _: False).state == "EXPIRED"
