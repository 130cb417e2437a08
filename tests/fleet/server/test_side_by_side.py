"""Two workers write what the same kiosks say, at the same time and in any order: once each, marks without a lie."""

import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from fleet.protocol.codec import encode_batch
from fleet.protocol.messages import Batch, Record
from fleet.protocol.topics import UpTopic
from fleet.server import tables
from fleet.server.attachments import Attachments
from fleet.server.database import is_refusal
from fleet.server.intake import Intake
from fleet.server.store import Store

NOWHERE = Attachments(Path("/nowhere/attachments"))
KIOSKS = ("a", "a-b", "ab", "b")
WORKERS, BATCHES, SIZE = 3, 40, 5


def batches(kiosk: str) -> list[tuple[UpTopic, bytes]]:
    data = {"visit": "1", "turn": 1, "channel": "voice", "act": "answer"}
    return [
        (
            UpTopic("main", kiosk, "tm", ""),
            encode_batch(
                Batch(
                    boot="b1",
                    floor=0,
                    after=after,
                    records=tuple(
                        Record(seq=seq, kind="turn", at=1, data=data)
                        for seq in range(after + 1, after + SIZE + 1)
                    ),
                )
            ),
        )
        for after in range(0, BATCHES * SIZE, SIZE)
    ]


class Writer(threading.Thread):
    """A worker that takes its share in groups; what it was told of marks after each commit is in ``told``."""

    def __init__(self, store: Store, share: list[tuple[UpTopic, bytes]]) -> None:
        super().__init__()
        self.told: list[tuple[str, int]] = []
        self._store = store
        self._share = share

    def run(self) -> None:
        while self._share:
            group, self._share = self._share[:7], self._share[7:]
            intake = Intake(NOWHERE)
            for topic, payload in group:
                intake.apply(topic, payload)
            self._write(intake)

    def _write(self, intake: Intake) -> None:
        while True:
            try:
                with self._store.writing() as tx:
                    outcome = intake.write(tx, 1)
            except SQLAlchemyError as error:
                assert not is_refusal(error)
                continue
            self.told += [(kiosk, acked) for (kiosk, _, _), acked in outcome.acks.items()]
            return


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_everything_is_stored_once_and_the_marks_are_true(database, seed):
    chance = random.Random(seed)
    sent = [message for kiosk in KIOSKS for message in batches(kiosk)]
    arriving = [*sent, *chance.sample(sent, 30)]
    # Nearly in order, as over a network; some of it twice.
    arriving.sort(key=lambda message: sent.index(message) % BATCHES + chance.uniform(0, 8))
    stores = [Store(database) for _ in range(WORKERS)]
    workers = [Writer(store, arriving[number::WORKERS]) for number, store in enumerate(stores)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with stores[0].reading() as tx:
        for kiosk in KIOSKS:
            columns = tables.record.c
            found = tx.execute(select(columns.seq).where(columns.kiosk == kiosk).order_by(columns.seq))
            assert list(found.scalars()) == list(range(1, BATCHES * SIZE + 1))
        marks = tx.execute(select(tables.stream.c.acked, tables.stream.c.ahead)).all()
        assert [tuple(mark) for mark in marks] == [(BATCHES * SIZE, [])] * len(KIOSKS)
        assert tx.execute(select(func.count()).select_from(tables.kiosk)).scalar_one() == len(KIOSKS)
    for worker in workers:
        for kiosk in KIOSKS:
            told = [acked for whose, acked in worker.told if whose == kiosk]
            assert told == sorted(told), "a mark went back"
    for store in stores:
        store.close()
