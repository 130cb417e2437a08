"""The sender's window, in virtual time, against a server that loses what it likes."""

import random

import pytest

from fleet.device.outbox import Outbox
from fleet.device.sender import FIRST_TIMEOUT_S, WINDOW, Sender
from fleet.protocol.codec import decode_batch
from fleet.protocol.messages import Ack, Batch


class Wire:
    """Takes batches as the connection does; ``open`` says whether it takes any."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Batch]] = []
        self.open = True

    def publish(self, lane: str, payload: bytes) -> bool:
        if self.open:
            self.sent.append((lane, decode_batch(payload)))
        return self.open


@pytest.fixture
def outbox(tmp_path):
    box = Outbox(tmp_path / "outbox.sqlite")
    yield box
    box.close()


def fill(outbox: Outbox, count: int) -> None:
    for number in range(count):
        outbox.append("tm", "turn", {"turn": number})


def test_alarms_go_before_telemetry_however_late_they_come(outbox):
    wire = Wire()
    fill(outbox, 300)
    outbox.append("ev", "handover", {})
    Sender(outbox, wire.publish).pump(0.0)
    assert [lane for lane, _ in wire.sent] == ["ev", "tm", "tm"]


def test_no_more_than_the_window_is_on_its_way(outbox):
    wire = Wire()
    fill(outbox, 200 * (WINDOW + 3))
    sender = Sender(outbox, wire.publish)
    sender.pump(0.0)
    sender.pump(1.0)
    assert len(wire.sent) == WINDOW
    assert [batch.behind for _, batch in wire.sent] == [
        200 * (WINDOW + 2 - number) for number in range(WINDOW)
    ]
    sender.acknowledged(Ack(boot=outbox.boot, lane="tm", seq=400))
    sender.pump(2.0)
    assert len(wire.sent) == WINDOW + 2
    assert wire.sent[WINDOW][1].after == 200 * WINDOW


def test_silence_brings_everything_again_and_longer_pauses(outbox):
    wire = Wire()
    fill(outbox, 5)
    sender = Sender(outbox, wire.publish)
    sender.pump(0.0)
    sender.pump(FIRST_TIMEOUT_S)
    assert len(wire.sent) == 1
    sender.pump(FIRST_TIMEOUT_S + 0.1)
    assert len(wire.sent) == 2
    sender.pump(2 * FIRST_TIMEOUT_S + 0.2)
    assert len(wire.sent) == 2
    sender.pump(3 * FIRST_TIMEOUT_S + 0.3)
    assert len(wire.sent) == 3


def test_a_connection_that_takes_nothing_loses_nothing(outbox):
    wire = Wire()
    wire.open = False
    fill(outbox, 5)
    sender = Sender(outbox, wire.publish)
    sender.pump(0.0)
    wire.open = True
    sender.pump(0.1)
    assert len(wire.sent[0][1].records) == 5


@pytest.mark.parametrize("seed", range(20))
def test_a_wire_that_loses_and_repeats_delivers_exactly_once(outbox, seed):
    """Batches and acks are lost at random; the far end keeps the rule of the protocol (see Batch)."""
    chance = random.Random(seed)
    stored: set[int] = set()
    acked = {"tm": 0}
    pending: list[Batch] = []
    sender = Sender(outbox, lambda _lane, payload: pending.append(decode_batch(payload)) or True)
    now = 0.0
    fill(outbox, 900)
    for _ in range(4000):
        if not outbox.depth:
            break
        now += 1.0
        if chance.random() < 0.03:
            sender.rewind()
        sender.pump(now)
        while pending:
            batch = pending.pop(0)
            if chance.random() < 0.3:
                continue
            stored.update(record.seq for record in batch.records)
            acked["tm"] = max(acked["tm"], batch.floor)
            if batch.after <= acked["tm"]:
                acked["tm"] = max(acked["tm"], batch.records[-1].seq)
            if chance.random() < 0.7:
                sender.acknowledged(Ack(boot=outbox.boot, lane="tm", seq=acked["tm"]))
            assert set(range(1, acked["tm"] + 1)) <= stored, "acknowledged what was never stored"
    assert outbox.depth == 0
    assert stored == set(range(1, 901))
