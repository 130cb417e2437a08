"""The outbox on disk: nothing that was returned for is lost, whatever happens to the process or the file."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.device.errors import OutboxError
from fleet.device.outbox import GivenUp, Limits, Outbox
from fleet.protocol.codec import encode_batch
from fleet.protocol.messages import MAX_RECORDS_PER_BATCH, Batch, Lane

WRITER = """
import sys
from pathlib import Path
from fleet.device.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    outbox.append("tm", "turn", {"visit": "1", "turn": number})
    print(number, flush=True)
    if number % 50 == 0:
        outbox.sync()
    if number % 120 == 0:
        outbox.checkpoint()
"""


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    box = Outbox(tmp_path / "outbox.sqlite")
    yield box
    box.close()


def drain(box: Outbox, lane: Lane = "tm") -> list[int]:
    """Every turn number that waits, read batch by batch as the sender does."""
    numbers, after_id, after_seq = [], 0, None
    while (outgoing := box.next_batch(lane, after_id, after_seq)) is not None:
        encode_batch(outgoing.batch)
        numbers += [record.data.get("turn", 0) for record in outgoing.batch.records]
        after_id, after_seq = outgoing.last_id, (outgoing.batch.boot, outgoing.batch.records[-1].seq)
    return numbers


def first_batch(box: Outbox) -> Batch:
    """The batch that goes out first."""
    outgoing = box.next_batch("tm", 0, None)
    assert outgoing is not None
    return outgoing.batch


@pytest.mark.parametrize("at_least", [1, 173])
def test_a_killed_process_loses_nothing_that_was_returned_for(tmp_path, at_least):
    path = tmp_path / "outbox.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= at_least:
                os.kill(writer.pid, signal.SIGKILL)
                break
        rest = writer.stdout.read().split("\n")
    returned = max([at_least, *(int(line) for line in rest[:-1] if line)])
    box = Outbox(path)
    found = drain(box)
    box.close()
    assert box.damaged is None
    assert found[:returned] == list(range(1, returned + 1))
    assert len(found) <= returned + 1  # the one that was being written may be there


def test_each_opening_is_a_boot_of_its_own_and_batches_never_mix_them(tmp_path):
    boots = []
    for _ in range(2):
        box = Outbox(tmp_path / "outbox.sqlite")
        boots.append(box.boot)
        for number in range(3):
            assert box.append("tm", "turn", {"turn": number}) == number + 1
        box.close()
    assert boots[0] != boots[1]
    box = Outbox(tmp_path / "outbox.sqlite")
    first = box.next_batch("tm", 0, None)
    assert first is not None
    assert first.batch.boot == boots[0]
    assert [record.seq for record in first.batch.records] == [1, 2, 3]
    second = box.next_batch("tm", first.last_id, (boots[0], 3))
    assert second is not None
    assert (second.batch.boot, second.batch.floor, second.batch.after) == (boots[1], 0, 0)
    assert box.depth == 6
    box.close()


def test_only_what_is_acknowledged_is_deleted(outbox):
    for number in range(10):
        outbox.append("tm", "turn", {"turn": number})
    outbox.append("ev", "handover", {"turn": 99})
    assert outbox.acknowledge("another-boot", "tm", 10) == 0
    assert outbox.acknowledge(outbox.boot, "ev", 5) == 0
    assert outbox.acknowledge(outbox.boot, "tm", 4) == 4
    assert outbox.depth == 7
    assert drain(outbox) == list(range(4, 10))
    assert drain(outbox, "ev") == [99]
    batch = first_batch(outbox)
    assert (batch.floor, batch.after) == (4, 4)


def test_a_long_row_of_records_goes_out_in_bounded_batches(outbox):
    for number in range(MAX_RECORDS_PER_BATCH * 2 + 1):
        outbox.append("tm", "turn", {"turn": number})
    outgoing = outbox.next_batch("tm", 0, None)
    assert len(outgoing.batch.records) == MAX_RECORDS_PER_BATCH
    following = outbox.next_batch("tm", outgoing.last_id, (outbox.boot, outgoing.batch.records[-1].seq))
    assert following.batch.after == outgoing.batch.records[-1].seq
    assert following.batch.floor == 0
    assert drain(outbox) == list(range(MAX_RECORDS_PER_BATCH * 2 + 1))


def test_incompressible_records_still_fit_the_wire(outbox):
    noise = os.urandom(30_000).hex()
    for number in range(300):
        outbox.append("tm", "part", {"turn": number, "reason": noise[number * 200 : number * 200 + 200]})
    assert drain(outbox) == list(range(300))


def test_a_full_outbox_thins_the_oldest_telemetry_and_says_so(tmp_path):
    seconds = iter(range(2000))
    box = Outbox(tmp_path / "outbox.sqlite", Limits(rows=200), wall_clock=lambda: float(next(seconds)))
    box.append("ev", "handover", {"turn": -1})
    for number in range(1000):
        box.append("tm", "turn", {"turn": number})
    kept = drain(box)
    assert box.depth == len(kept) + 1 <= 200
    assert box.given_up.count == 1000 - len(kept)
    assert drain(box, "ev") == [-1]
    assert kept[-100:] == list(range(900, 1000)), "the newest are whole"
    gaps = [later - earlier for earlier, later in pairwise(kept)]
    assert kept[0] == 0 and max(gaps) > 1, "of the oldest something is left"
    last = max(number for number in range(1000) if number not in kept)
    assert box.given_up == GivenUp(1000 - len(kept), 2 * 1000, (last + 1) * 1000)
    box.close()


def test_alarms_go_last_and_oldest_first(tmp_path):
    box = Outbox(tmp_path / "outbox.sqlite", Limits(rows=100))
    for number in range(300):
        box.append("ev", "handover", {"turn": number})
        if number < 60:
            box.append("tm", "turn", {"turn": number})
    kept = drain(box, "ev")
    assert len(drain(box)) <= 1, "telemetry has made room"
    assert kept == list(range(300 - len(kept), 300))
    assert len(kept) >= 90
    batch = box.next_batch("ev", 0, None)
    assert batch is not None and batch.batch.floor == batch.batch.after == batch.batch.records[0].seq - 1
    box.close()


def test_large_records_fill_it_by_their_size(tmp_path):
    box = Outbox(tmp_path / "outbox.sqlite", Limits(size=100_000))
    for number in range(300):
        box.append("tm", "part", {"turn": number, "reason": "x" * 1000})
    assert 80 <= len(drain(box)) <= 95
    box.acknowledge(box.boot, "tm", box.written)
    for number in range(50):
        box.append("tm", "part", {"turn": number, "reason": "x" * 1000})
    assert len(drain(box)) == 50, "what is acknowledged takes no room"
    box.close()


def test_what_nobody_fetched_for_too_long_goes_by_the_time_the_kiosk_ran(tmp_path):
    path, ran, wall = tmp_path / "outbox.sqlite", [0.0], [1e9]

    def opened() -> Outbox:
        return Outbox(path, Limits(seconds=3600), wall_clock=lambda: wall[0], clock=lambda: ran[0])

    box = opened()
    box.append("tm", "turn", {"turn": 1})
    ran[0] += 2000
    wall[0] += 1e8  # a clock that jumps makes nothing old
    box.sync()
    box.append("ev", "handover", {"turn": 2})
    box.close()
    ran[0] = 50.0  # the next start counts anew
    box = opened()
    assert box.depth == 2
    ran[0] += 1700
    box.sync()
    assert (drain(box), drain(box, "ev")) == ([], [2])
    assert box.given_up == GivenUp(1, 10**12, 10**12)
    box.close()


def test_a_file_of_the_first_schema_is_taken_over(tmp_path):
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE record (id INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT NOT NULL, lane TEXT NOT NULL,"
            " seq INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL);"
            "CREATE INDEX record_lane ON record (lane, id);"
            "CREATE INDEX record_stream ON record (boot, lane, seq);"
            "PRAGMA user_version = 1;"
            "INSERT INTO record VALUES (7, 'b1', 'tm', 4, 'turn', 5, '{\"turn\": 3}');"
        )
    old.close()
    box = Outbox(path)
    box.append("tm", "turn", {"turn": 4})
    assert (drain(box), box.damaged) == ([3, 4], None)
    box.close()


@pytest.mark.parametrize("first_seen_by", ["append", "next_batch", "acknowledge"])
def test_damage_while_in_use_costs_what_was_in_the_file_and_nothing_after(tmp_path, first_seen_by):
    path = tmp_path / "outbox.sqlite"
    box = Outbox(path)
    for number in range(5000):
        box.append("tm", "turn", {"turn": number, "visit": "x" * 50})
    box.checkpoint()
    sent = box.next_batch("tm", 0, None)
    assert sent is not None
    with path.open("r+b") as file:
        file.seek(0)
        file.write(os.urandom(path.stat().st_size))
    for connection in (box._writer, box._reader):  # what is in memory would hide the damage
        connection.execute("PRAGMA shrink_memory")
    actions = {
        "append": lambda: box.append("tm", "turn", {"turn": -1}),
        "next_batch": lambda: box.next_batch("tm", sent.last_id, (box.boot, sent.batch.records[-1].seq)),
        "acknowledge": lambda: box.acknowledge(box.boot, "tm", 5),
    }
    for _ in range(3):
        actions[first_seen_by]()
    assert box.damaged is not None and box.damaged.exists()
    seq = box.append("tm", "turn", {"turn": 77})
    assert seq > 5000
    following = box.next_batch("tm", sent.last_id, (box.boot, sent.batch.records[-1].seq))
    assert following is not None, "whoever sends goes on where it was"
    assert following.batch.records[-1].data["turn"] == 77
    assert following.batch.after == following.batch.floor == following.batch.records[0].seq - 1
    box.close()


@pytest.mark.parametrize("damage", ["garbage", "torn", "foreign"])
def test_a_damaged_file_is_set_aside_what_is_whole_is_saved_and_service_goes_on(tmp_path, damage):
    path = tmp_path / "outbox.sqlite"
    box = Outbox(path)
    for number in range(2000):
        box.append("tm", "turn", {"turn": number, "visit": "x" * 50})
    box.checkpoint()
    box.close()
    if damage == "garbage":
        path.write_bytes(b"\x07" * 8192)
    elif damage == "torn":
        whole = path.read_bytes()
        path.write_bytes(whole[:8192] + os.urandom(40_000) + whole[48_192:])
    else:
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA user_version = 77")
        other.close()
    again = Outbox(path)
    assert again.damaged is not None
    assert again.damaged.exists()
    assert again.append("tm", "turn", {"turn": 7777}) == 1
    *saved, new = drain(again)
    assert new == 7777
    assert saved == sorted(set(saved)) and set(saved) <= set(range(2000))
    least = {"garbage": 0, "torn": 1000, "foreign": 2000}[damage]  # a page has some 50 records, 10 are gone
    assert len(saved) >= least
    again.close()


def test_what_is_saved_while_in_use_is_sent_by_whoever_sends(tmp_path):
    path = tmp_path / "outbox.sqlite"
    box = Outbox(path)
    for number in range(3000):
        box.append("tm", "turn", {"turn": number, "visit": "x" * 50})
    box.checkpoint()
    sent = box.next_batch("tm", 0, None)
    assert sent is not None
    whole = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(len(whole) // 2)
        file.write(os.urandom(20_000))
    for connection in (box._writer, box._reader):
        connection.execute("PRAGMA shrink_memory")
    place = (sent.last_id, (box.boot, sent.batch.records[-1].seq))
    got: set[str] = set()
    for _ in range(200):
        outgoing = box.next_batch("tm", *place)
        if outgoing is not None:
            assert outgoing.batch.after < outgoing.batch.records[0].seq
            got |= {str(record.data["turn"]) for record in outgoing.batch.records}
            place = (outgoing.last_id, (outgoing.batch.boot, outgoing.batch.records[-1].seq))
    assert box.damaged is not None
    assert len(got) > 2000 and "2999" in got
    box.close()


def test_a_second_process_is_turned_away(tmp_path, outbox):
    with pytest.raises(OutboxError) as caught:
        Outbox(tmp_path / "outbox.sqlite")
    assert caught.value.code == "outbox.in_use"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxError) as caught:
        Outbox(tmp_path / "file" / "outbox.sqlite")
    assert caught.value.code == "outbox.open"


def test_many_threads_write_and_one_acknowledges(outbox):
    def write(start: int) -> None:
        for number in range(start, start + 200):
            outbox.append("tm", "turn", {"turn": number})

    threads = [threading.Thread(target=write, args=(start,)) for start in range(0, 1000, 200)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads) or outbox.depth:
        outgoing = outbox.next_batch("tm", 0, None)
        if outgoing is not None:
            seen += [record.data["turn"] for record in outgoing.batch.records]
            outbox.acknowledge(outbox.boot, "tm", outgoing.batch.records[-1].seq)
    assert sorted(seen) == list(range(1000))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["append", "ack", "reopen"]), st.integers(0, 12)), max_size=30))
def test_what_waits_is_always_what_was_written_and_not_acknowledged(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("outbox") / "outbox.sqlite"
    box, written, expected = Outbox(path), 0, []
    for step, number in steps:
        if step == "append":
            written += 1
            expected.append((box.boot, box.append("tm", "turn", {"turn": written}), written))
        elif step == "ack":
            boot = expected[0][0] if expected else box.boot
            box.acknowledge(boot, "tm", number)
            expected = [item for item in expected if item[0] != boot or item[1] > number]
        else:
            box.close()
            box = Outbox(path)
        assert box.depth == len(expected)
    assert drain(box) == [turn for _, _, turn in expected]
    box.close()
