"""The simulator's outbox in memory answers as the kiosk's on disk does."""

import tempfile
from pathlib import Path
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.device.outbox import Outbox
from fleet.protocol.messages import Lane
from fleet.sim.waiting import MemoryOutbox

LANES = st.sampled_from(("tm", "ev"))
Step = tuple[Literal["append", "send", "rewind", "acknowledge"], Lane]
STEPS = st.lists(
    st.tuples(st.sampled_from(("append", "append", "send", "rewind", "acknowledge")), LANES), max_size=40
)


class Reader:
    """How far a lane has been read, as the sender keeps it."""

    def __init__(self) -> None:
        self.after_id = 0
        self.after_seq: tuple[str, int] | None = None
        self.sent: list[int] = []


def run(box: Outbox | MemoryOutbox, steps: list[Step]) -> list[object]:
    """Everything that a sender would see."""
    readers: dict[Lane, Reader] = {"tm": Reader(), "ev": Reader()}
    seen: list[object] = []
    for action, lane in steps:
        reader = readers[lane]
        if action == "append":
            box.append(lane, "turn", {"turn": len(seen)})
        elif action == "rewind":
            readers[lane] = Reader()
        elif action == "acknowledge" and reader.sent:
            seen.append(box.acknowledge(box.boot, lane, reader.sent.pop()))
        elif action == "send":
            outgoing = box.next_batch(lane, reader.after_id, reader.after_seq)
            if outgoing is not None:
                batch = outgoing.batch
                seqs = [record.seq for record in batch.records]
                seen.append((batch.floor, batch.after, seqs))
                reader.after_id, reader.after_seq = outgoing.last_id, (batch.boot, seqs[-1])
                reader.sent.append(seqs[-1])
        seen.append(box.depth)
    return seen


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_sender_sees_the_same(steps):
    with tempfile.TemporaryDirectory() as folder:
        disk = Outbox(Path(folder) / "outbox.sqlite")
        on_disk = run(disk, steps)
        disk.close()
    in_memory = run(MemoryOutbox("b", lambda seconds: None), steps)
    assert in_memory == on_disk


def test_how_long_a_record_waited_is_told_when_it_is_committed():
    now, waits = [10.0], list[float]()
    box = MemoryOutbox("b", waits.append, clock=lambda: now[0])
    box.append("tm", "health", {"load": 0.5})
    now[0] = 12.5
    assert box.acknowledge("another boot", "tm", 1) == 0
    assert box.acknowledge("b", "tm", 1) == 1
    assert waits == [2.5]
