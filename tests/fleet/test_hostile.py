"""Every handler of the agent and of the intake under hostile messages: raw bytes, and well-formed ones bent."""

import json
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from fleet.device.agent import Agent
from fleet.device.settings import AgentSettings
from fleet.protocol import messages as m
from fleet.protocol import updates as u
from fleet.protocol.attachments import describe_attachment, part_of
from fleet.protocol.codec import encode, encode_batch, encode_chunk
from fleet.protocol.commands import Order
from fleet.protocol.errors import ProtocolError
from fleet.protocol.requests import decode_request
from fleet.protocol.signed import sign
from fleet.protocol.timing import TimeAnswer, TimeRequest
from fleet.protocol.topics import UpKind, UpTopic, parse_up
from fleet.server import orders, tables
from fleet.server.attachments import Attachments
from fleet.server.intake import Intake
from fleet.server.store import Store
from tests.fleet.device.signing import KEY, KIOSK, TENANT, command, identity_in, tell_time
from tests.fleet.hostility import LIMIT_S, hostile

pytestmark = [pytest.mark.hostile, pytest.mark.timeout(LIMIT_S)]

NOW = time.time()
SHA = "ab" * 32
PATH = f"targets/knowledge/{SHA}.gov-1-abababab.ybk"
STRANGER = Ed25519PrivateKey.generate()

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        ["", "../../etc/passwd", "a" * 600, "\x00", "\u202e", "$(reboot)", "1e999", "k1/#", "+"]
    )
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def _spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _spots(inner, (*path, key))


@st.composite
def bent(draw: st.DrawFn, document: dict[str, Any]) -> bytes:
    """A good document with some of its values exchanged, left out or added to."""
    copy = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        spot = draw(st.sampled_from(list(_spots(copy))))
        if not spot:
            copy = draw(st.just(copy) | trees)
            if not isinstance(copy, dict):
                break
            copy[draw(st.text(max_size=9))] = draw(trees)
            continue
        holder = copy
        for key in spot[:-1]:
            holder = holder[key]
        if draw(st.booleans()):
            holder[spot[-1]] = draw(trees)
        else:
            del holder[spot[-1]]
    return json.dumps(copy).encode()


def payloads(*good: bytes, packed: Callable[[bytes], bytes] = lambda data: data) -> st.SearchStrategy[bytes]:
    """Raw bytes, cut and changed good messages, and bent ones as they would be packed."""
    documents = [json.loads(_plain(message)) for message in good]
    return st.one_of(
        st.binary(max_size=400),
        st.sampled_from([b"", b"{}", b"[" * 5000, b"\xff" * 70_000, b"null", b'{"a":' * 2000]),
        st.builds(_changed, st.sampled_from(good), st.integers(0, 500), st.binary(max_size=4)),
        st.one_of(*(bent(document) for document in documents)).map(packed),
    )


def _plain(message: bytes) -> bytes:
    if message[:1] == b"x":
        message = zlib.decompress(message)
    return message.partition(b"\n")[0]


def _changed(message: bytes, at: int, new: bytes) -> bytes:
    at %= len(message)
    return message[:at] + new + message[at + len(new) :] if new else message[:at]


# --- the device ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """An agent that believes it is connected and knows the time."""
    events: list[object] = []
    folder = tmp_path_factory.mktemp("agent")
    mine = AgentSettings(kiosk=KIOSK, data_dir=folder, identity=identity_in(folder / "identity"))
    made = Agent(mine, events.append)
    made._conn = 1
    tell_time(made, NOW)
    made.record("visit.started", {"visit": "1"})
    yield made, events
    made.stop()


_order = command(NOW)
_signed_by_others = (
    sign("command", _order, STRANGER),
    sign("time", _order, KEY),
    sign("command", command(NOW, kiosk="hall-2"), KEY),
)
_time = sign("time", TimeAnswer(nonce="0" * 32, tenant=TENANT, kiosk=KIOSK, at=int(NOW * 1000)), STRANGER)
_chunk = encode_chunk(u.ChunkHeader(corr="r1", path=PATH, offset=0, total=9), b"nine byte")
_wanted = u.Desired(tenant=TENANT, kiosk=KIOSK, rev=2)

DOWN: dict[str, st.SearchStrategy[bytes]] = {
    f"k1/{TENANT}/{KIOSK}/dn/ack": payloads(encode(m.Ack(boot="other", lane="tm", seq=1))),
    f"k1/{TENANT}/{KIOSK}/dn/cmd/c1": payloads(encode(_order), *_signed_by_others),
    f"k1/{TENANT}/{KIOSK}/dn/res/r1": payloads(_chunk, packed=lambda data: data + b"\nbytes")
    | payloads(_time),
    f"k1/{TENANT}/{KIOSK}/dn/desired": payloads(
        encode(_wanted), sign("desired", _wanted, STRANGER), sign("command", _wanted, KEY)
    ),
    f"k1/{TENANT}/srv/state": payloads(encode(m.ServerState(state="off", run="r", at=1))),
}


@pytest.mark.parametrize("topic", DOWN)
def test_no_message_to_a_kiosk_does_what_its_centre_has_not_signed(agent, topic):
    made, events = agent
    boot = made._outbox.boot

    @hostile
    @given(DOWN[topic])
    def play(payload: bytes) -> None:
        events.clear()
        depth, floor = made.depth, made._time.floor_ms
        made.on_message(topic, payload)
        made.on_tick()
        assert made.depth == depth, "nothing but a true acknowledgement empties the outbox"
        assert made._time.floor_ms == floor
        assert made._targets.desired_rev == 0
        assert events == []
        assert made._ledger.result_of("c1") is None
        assert len(made._faults) <= 16

    play()
    assert made._outbox.boot == boot


def test_no_topic_to_a_kiosk_breaks_it(agent):
    made, _ = agent
    levels = st.sampled_from(
        ["k1", TENANT, KIOSK, "dn", "up", "cmd", "res", "ack", "desired", "", "+", "#", "é"]
    )

    @hostile
    @given(st.lists(levels | st.text(max_size=5), max_size=8).map("/".join), st.binary(max_size=40))
    def play(topic: str, payload: bytes) -> None:
        made.on_message(topic, payload)

    play()


# --- the centre ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """A store with two kiosks, one with a command out and one that is attacked from."""
    folder = tmp_path_factory.mktemp("centre")
    store = Store(f"sqlite:///{folder / 'fleet.sqlite'}")
    for kiosk in ("bystander", KIOSK):
        store.add_kiosk(kiosk)
    sent: list[Order] = []
    orders.order(store, "bystander", "log", {}, None, lambda _, made: not sent.append(made))
    yield store, Attachments(folder / "attachments"), sent[0].id
    store.close()


def _batch(kind: str) -> bytes:
    turn = {"visit": "1", "turn": 1, "channel": "voice", "act": "answer"}
    wanted = ("turn", turn) if kind == "tm" else ("handover", {"handover": "h"})
    record = m.Record.model_validate({"seq": 1, "kind": wanted[0], "at": 5, "data": wanted[1]})
    return encode_batch(m.Batch(boot="b1", floor=0, after=0, records=(record,)))


_whole = describe_attachment("kiosk.log", "text/plain", b"line\n")
_state = m.QueueState.model_validate(
    {"queue": "a", "letter": "A", "names": {"zh": "甲"}, "windows": ("1",), "waiting": 1}
)
UP: dict[UpKind, st.SearchStrategy[bytes]] = {
    "presence": payloads(encode(m.Presence(state="on", boot="b1", conn=1, at=1))),
    "birth": payloads(
        encode(
            m.Birth(
                boot="b1",
                conn=1,
                at=1,
                versions={"yingbin": "1"},
                faults=("x",),
                clock=m.ClockState(skew_ms=5, source="signed"),
            )
        )
    ),
    "tm": payloads(_batch("tm"), packed=zlib.compress),
    "ev": payloads(_batch("ev"), packed=zlib.compress),
    "reported": payloads(
        encode(
            u.Reported(rev=1, at=1, running={"knowledge": m.TargetName(name="gov", version="1", sha256=SHA)})
        )
    ),
    "cmd": payloads(
        encode(m.CommandResult(id="c1", state="SUCCEEDED", at=1, data={"a": 1}, attachment=_whole))
    ),
    "att": payloads(part_of(_whole, b"line\n", 0), packed=lambda data: data + b"\nline\n"),
    "job": payloads(encode(u.Job(id="c1", at=1, kind="config", step="fetching", percent=40))),
    "queue": payloads(encode(m.Queues(at=1, queues=(_state,)))),
    "req": payloads(
        encode(u.ChunkRequest(corr="c", path=PATH, offset=0, length=9)),
        encode(TimeRequest(corr="c", nonce="0" * 32)),
    ),
}


@pytest.mark.parametrize("kind", UP)
def test_no_message_from_a_kiosk_breaks_the_centre_or_touches_another(centre, kind):
    store, attachments, foreign = centre

    @hostile
    @given(UP[kind], st.sampled_from(["c1", foreign]))
    def play(payload: bytes, reference: str) -> None:
        intake = Intake(attachments)
        intake.apply(
            UpTopic(TENANT, KIOSK, kind, reference if kind in ("cmd", "att", "job") else ""), payload
        )
        with store.writing() as tx:
            acks = intake.write(tx, 1000).acks
            for stream in acks:
                assert stream[0] == KIOSK
            other = tx.execute(select(tables.kiosk).where(tables.kiosk.c.id == "bystander")).one()
            assert (other.last_seen, other.boot, other.refused) == (None, None, 0)
            row = tx.execute(
                select(tables.command.c.state).where(tables.command.c.id == foreign)
            ).scalar_one()
            assert row == "SENT"
            for table in (tables.record, tables.handover, tables.queues, tables.reported, tables.presence):
                strange = select(func.count()).select_from(table).where(table.c.kiosk != KIOSK)
                assert tx.execute(strange).scalar_one() == 0
        assert not attachments.has(foreign)

    play()
    intake = Intake(attachments)
    said = m.Presence(state="on", boot="b9", conn=9, at=1)
    intake.apply(UpTopic(TENANT, KIOSK, "presence", ""), encode(said))
    with store.writing() as tx:
        intake.write(tx, 2000)
        assert tx.execute(select(tables.kiosk.c.last_seen).where(tables.kiosk.c.id == KIOSK)).scalar() == 2000


def test_requests_are_read_or_refused():
    @hostile
    @given(UP["req"])
    def play(payload: bytes) -> None:
        try:
            request = decode_request(payload)
        except ProtocolError as error:
            assert error.code in ("message.size", "message.invalid")
        else:
            assert isinstance(request, u.ChunkRequest | TimeRequest)

    play()


def test_topics_from_kiosks_are_read_or_refused():
    levels = st.sampled_from(["k1", TENANT, KIOSK, "up", "dn", "cmd", "att", "tm", "", "+", "#", "../x", "é"])

    @hostile
    @given(st.lists(levels | st.text(max_size=5), max_size=8).map("/".join))
    def play(topic: str) -> None:
        try:
            parsed = parse_up(topic)
        except ProtocolError as error:
            assert error.code.startswith("topic.")
        else:
            assert topic.startswith(f"k1/{parsed.tenant}/{parsed.kiosk}/up/{parsed.kind}")

    play()
