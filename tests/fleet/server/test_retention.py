"""Old records become counts, and a kiosk that sends them again changes nothing."""

import threading

from sqlalchemy import func, select

from fleet.protocol.codec import encode, encode_batch
from fleet.protocol.messages import Batch, Birth, Presence, Record
from fleet.server import tables
from fleet.server.retention import DAY_MS, HOUR_MS, MARKS_LONGER_DAYS, Retention, rolled_up
from fleet.server.views import Views
from tests.fleet.server.test_handovers import ASK
from tests.fleet.server.test_intake import KEY, KIOSK, seqs, take, topic

KEEP = 30
OLD = 100 * DAY_MS
NOW = OLD + (KEEP + 1) * DAY_MS


def turns(first: int, last: int, at: int, boot: str = "b1", **more: object) -> bytes:
    data = {"visit": "1", "turn": 1, "channel": "voice", "act": "answer", "matter": "hall.hours", **more}
    records = tuple(Record(seq=seq, kind="turn", at=at, data=data) for seq in range(first, last + 1))
    return encode_batch(Batch(boot=boot, floor=0, after=first - 1, records=records))


def sweep(store, now: int = NOW) -> None:
    retention = Retention(store, KEEP)
    while retention.step(now):
        pass


def rows(store, table) -> int:
    with store.reading() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_old_records_become_counts_by_the_hour(store):
    take(store, (topic("tm"), turns(1, 150, OLD, endpoint_ms=100)), now=OLD)
    take(store, (topic("tm"), turns(151, 300, OLD + HOUR_MS)), now=OLD + HOUR_MS)
    take(store, (topic("tm"), turns(301, 310, NOW)), now=NOW)
    for first in range(311, 1000, 100):
        take(store, (topic("tm"), turns(first, first + 99, OLD, endpoint_ms=300)), now=NOW - 1)
    sweep(store)
    assert seqs(store) == list(range(301, 1011))
    columns = tables.rollup.c
    with store.reading() as tx:
        counted = tx.execute(
            select(columns.hour, columns.count, columns.endpoint_ms_count, columns.endpoint_ms_sum).order_by(
                columns.hour
            )
        ).all()
        assert rolled_up(tx) == 300
    assert [tuple(row) for row in counted] == [(OLD, 150, 150, 15_000.0), (OLD + HOUR_MS, 150, 0, 0.0)]
    with store.reading() as tx:
        row = tx.execute(select(tables.rollup)).first()
        assert row is not None
        assert (row.kiosk, row.kind, row.matter, row.act) == (KIOSK, "turn", "hall.hours", "answer")


def test_many_old_records_of_one_hour_are_added_up_over_several_transactions(store):
    for first in range(1, 1400, 200):
        take(store, (topic("tm"), turns(first, first + 199, OLD, endpoint_ms=5)), now=OLD)
    sweep(store)
    with store.reading() as tx:
        row = tx.execute(select(tables.rollup)).one()
    assert (row.count, row.endpoint_ms_count, row.endpoint_ms_sum) == (1400, 1400, 7000.0)


def test_what_was_rolled_up_is_not_taken_again(store):
    take(store, (topic("tm"), turns(1, 10, OLD)), (topic("tm"), turns(21, 30, OLD)), now=OLD)
    sweep(store)
    assert seqs(store) == []
    again = [(topic("tm"), turns(first, first + 9, OLD)) for first in (1, 21)]
    assert take(store, *again, now=NOW).acks == {KEY: 10}
    assert seqs(store) == []
    assert take(store, (topic("tm"), turns(11, 20, OLD)), now=NOW).acks == {KEY: 30}
    assert seqs(store) == list(range(11, 21))


def test_what_belongs_to_old_boots_goes_and_the_present_one_stays(store):
    def born(boot: str, at: int) -> None:
        take(
            store,
            (topic("birth"), encode(Birth(boot=boot, conn=1, at=at, versions={}))),
            (topic("tm"), turns(1, 2, at, boot)),
            now=at,
        )

    born("b1", OLD)
    take(store, (topic("presence"), encode(Presence(state="off", boot="b1", conn=1, at=1))), now=OLD)
    born("b2", OLD + DAY_MS)
    sweep(store)
    assert (rows(store, tables.stream), rows(store, tables.boot)) == (2, 2), "marks are kept longer"
    assert rows(store, tables.presence) == 1
    much_later = NOW + (MARKS_LONGER_DAYS + 2) * DAY_MS
    sweep(store, much_later)
    assert (rows(store, tables.stream), rows(store, tables.boot)) == (1, 1)
    assert Views(store).kiosks(True)[0].light == "online"
    assert take(store, (topic("tm"), turns(1, 2, OLD, "b2")), now=much_later).acks == {(KIOSK, "b2", "tm"): 2}
    assert seqs(store) == []


def test_an_open_hand_over_is_kept_and_a_closed_one_goes(store):
    with store.writing() as tx:
        for number, state in enumerate(("waiting", "closed")):
            tx.execute(
                tables.handover.insert().values(
                    id=f"h{number}",
                    kiosk=KIOSK,
                    boot="b1",
                    handover=ASK["handover"],
                    visit="7",
                    lang="zh",
                    matters=[],
                    at=OLD,
                    state=state,
                    changed_at=OLD,
                )
            )
    sweep(store)
    assert [view.state for view in Views(store).handovers(True)] == ["waiting"]


def test_nothing_is_looked_for_again_until_some_minutes_have_passed(store):
    moment = [0.0]
    retention = Retention(store, KEEP, lambda: moment[0])
    stopping = threading.Event()
    retention.sweep(NOW, stopping)
    take(store, (topic("tm"), turns(1, 10, OLD)), now=OLD)
    moment[0] = 60.0
    retention.sweep(NOW, stopping)
    assert len(seqs(store)) == 10
    moment[0] = 700.0
    retention.sweep(NOW, stopping)
    assert seqs(store) == []
