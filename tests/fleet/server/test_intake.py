"""What messages do to the store: once each, in order, and hostile ones nothing but a count."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from fleet.protocol.codec import encode, encode_batch
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Batch, Birth, CommandResult, Presence, Record
from fleet.protocol.topics import UpTopic
from fleet.protocol.updates import Job, Reported, TargetReport
from fleet.server import tables
from fleet.server.attachments import Attachments
from fleet.server.intake import Intake, Outcome
from fleet.server.sections import today
from fleet.server.store import Store, now_ms
from fleet.server.views import Views
from fleet.server.words import load_words

KIOSK = "hall-1"
NOWHERE = Attachments(Path("/nowhere/attachments"))
PATH = "knowledge/gov-2-bbbbbbbb.ybk"
WANTED = {
    "kind": "knowledge",
    "name": "gov",
    "version": "2",
    "sha256": "b" * 64,
    "size": 1,
    "titles": {},
    "added_at": 1,
}


def topic(kind, reference="") -> UpTopic:
    return UpTopic("main", KIOSK, kind, reference)


def take(store: Store, *messages: tuple[UpTopic, bytes], now: int = 1000) -> Outcome:
    intake = Intake(NOWHERE)
    for where, payload in messages:
        intake.apply(where, payload)
    with store.writing() as tx:
        return intake.write(tx, now)


def a_batch(first: int, last: int, after: int | None = None, floor: int = 0, kind: str = "turn") -> bytes:
    data = {"visit": "1", "turn": 1, "channel": "voice", "act": "answer"}
    records = tuple(Record(seq=seq, kind=kind, at=5, data=data) for seq in range(first, last + 1))
    return encode_batch(
        Batch(boot="b1", floor=floor, after=first - 1 if after is None else after, records=records)
    )


def seqs(store: Store) -> list[int]:
    with store.reading() as tx:
        return list(tx.execute(select(tables.record.c.seq).order_by(tables.record.c.id)).scalars())


def refused(store: Store) -> tuple[int, str]:
    with store.reading() as tx:
        row = tx.execute(select(tables.kiosk.c.refused, tables.kiosk.c.refusal)).one()
        return row.refused, row.refusal


KEY = (KIOSK, "b1", "tm")


def test_a_batch_that_comes_three_times_is_stored_once(store):
    for _ in range(3):
        assert take(store, (topic("tm"), a_batch(1, 4))).acks == {KEY: 4}
    assert take(store, (topic("tm"), a_batch(3, 6, after=2)), (topic("tm"), a_batch(1, 4))).acks == {KEY: 6}
    assert seqs(store) == [1, 2, 3, 4, 5, 6]


def test_a_batch_behind_a_lost_one_is_stored_but_not_acknowledged(store):
    take(store, (topic("tm"), a_batch(1, 2)))
    assert take(store, (topic("tm"), a_batch(5, 6))).acks == {KEY: 2}
    assert take(store, (topic("tm"), a_batch(3, 4))).acks == {KEY: 6}, "the gap is closed"
    assert take(store, (topic("tm"), a_batch(5, 6))).acks == {KEY: 6}
    assert sorted(seqs(store)) == [1, 2, 3, 4, 5, 6]


def test_a_kiosk_that_gave_up_old_telemetry_is_not_waited_for(store):
    assert take(store, (topic("tm"), a_batch(501, 502, floor=500))).acks == {KEY: 502}


def test_a_record_that_breaks_the_protocol_is_counted_and_does_not_block_the_rest(store):
    assert take(
        store, (topic("tm"), a_batch(1, 1, kind="transcript")), (topic("tm"), a_batch(2, 3))
    ).acks == {KEY: 3}
    assert seqs(store) == [2, 3]
    count, why = refused(store)
    assert count == 1
    assert "record.kind" in why


def test_a_transaction_that_fails_leaves_nothing(store):
    intake = Intake(NOWHERE)
    intake.apply(topic("tm"), a_batch(1, 2))
    intake.apply(topic("presence"), b"rubbish")
    with pytest.raises(RuntimeError), store.writing() as tx:
        intake.write(tx, 1)
        raise RuntimeError("power cut")
    assert seqs(store) == []
    with store.writing() as tx:
        assert intake.write(tx, 1).acks == {KEY: 2}
    assert seqs(store) == [1, 2]
    assert refused(store)[0] == 1


def test_birth_and_presence_and_report_are_seen(store):
    name = {"name": "gov", "version": "1", "sha256": "a" * 64}
    birth = Birth(
        boot="b1", conn=1, at=61_000, versions={"yingbin": "0.1.0"}, depth=7, faults=("outbox.damaged",)
    )
    report = Reported.model_validate({"rev": 0, "at": 1, "running": {"knowledge": name}})
    take(store, (topic("birth"), encode(birth)), (topic("reported"), encode(report)))
    view = Views(store).kiosks(True)[0]
    assert (view.light, view.depth, view.clock_skew_ms, view.faults) == (
        "online",
        7,
        60_000,
        ("outbox.damaged",),
    )
    assert view.running is not None
    assert view.running.pack == "gov"
    again = birth.model_copy(update={"conn": 2})
    off = Presence(state="off", boot="b1", conn=1, at=1)
    take(store, (topic("birth"), encode(again)), (topic("presence"), encode(off)))
    assert Views(store).kiosks(True)[0].light == "online"
    take(store, (topic("presence"), encode(off.model_copy(update={"conn": 2}))))
    assert Views(store).kiosks(True)[0].light == "offline"


def test_a_boot_that_comes_back_again_and_again_is_a_second_device(store):
    def heard(boot: str, at: int) -> int | None:
        birth = Birth(boot=boot, conn=at + 1, at=at, versions={})
        take(store, (topic("birth"), encode(birth)), now=at)
        return Views(store).kiosks(True)[0].copied_at

    restarts = [heard(boot, at) for at, boot in enumerate(("b1", "b1", "b2", "b3", "b3"))]
    assert restarts == [None] * 5, "one device that connects again and starts again"
    assert heard("b2", 10) is None, "a late message"
    assert heard("b3", 11) == 11
    assert heard("b2", 12) == 12
    assert heard("b4", 13) == 12, "a new start is no sign of a second device"


def test_an_answer_to_an_older_revision_is_not_taken_for_the_new_one(store):
    with store.writing() as tx:
        tx.execute(tables.kiosk.insert().values(id=KIOSK, added_at=1, versions={}, faults=[]))
        tx.execute(tables.desired.insert().values(kiosk=KIOSK, rev=5, at=1))
        tx.execute(tables.wish.insert().values(kiosk=KIOSK, kind="knowledge", path=PATH))
        tx.execute(tables.target.insert().values(path=PATH, **WANTED))
    told = TargetReport(name="gov", version="1", sha256="a" * 64, result="active")
    take(store, (topic("reported"), encode(Reported(rev=4, at=1, results={"knowledge": told}))))
    assert Views(store).kiosks(True)[0].result == "waiting"
    job = Job(id="5-knowledge", at=1, kind="knowledge", step="fetching", percent=40)
    take(store, (topic("job", "5-knowledge"), encode(job)))
    going = TargetReport(name="gov", version="1", sha256="b" * 64, result="fetching")
    take(store, (topic("reported"), encode(Reported(rev=5, at=1, results={"knowledge": going}))))
    view = Views(store).kiosks(True)[0].targets["knowledge"]
    assert (view.result, view.step, view.percent) == ("fetching", "fetching", 40)
    take(store, (topic("reported"), encode(Reported(rev=5, at=2))))
    assert Views(store).kiosks(True)[0].result == "waiting", "what a report does not mention is no more"


def test_a_result_for_a_command_of_another_kiosk_is_ignored(store):
    with store.writing() as tx:
        tx.execute(
            tables.command.insert().values(
                id="c1", kiosk="other", name="x", exp=9, state="SENT", reason="", at=1
            )
        )
    take(store, (topic("cmd", "c1"), encode(CommandResult(id="c1", state="SUCCEEDED", at=1))))
    with store.reading() as tx:
        assert tx.execute(select(tables.command.c.state)).scalar_one() == "SENT"


def test_a_refusal_is_counted_for_the_kiosk(store):
    take(store, (topic("presence"), b"{}"))
    count, why = refused(store)
    assert count == 1
    assert why.startswith("message.invalid")
    intake = Intake(NOWHERE)
    intake.refuse(KIOSK, ProtocolError("x", "y" * 900))
    with store.writing() as tx:
        intake.write(tx, 1)
    assert len(refused(store)[1]) == 500


def test_the_ratings_of_today_are_counted_and_shown(store):
    now = now_ms()
    given = (3, 3, 1, 3)
    records = tuple(
        Record(seq=seq, kind="rating", at=now, data={"rating": rating, "turns": "1"})
        for seq, rating in enumerate(given, 1)
    )
    turned = Record(
        seq=5, kind="turn", at=now, data={"visit": "1", "turn": 1, "channel": "voice", "act": "answer"}
    )
    batch = encode_batch(Batch(boot="b1", floor=0, after=0, records=(*records, turned)))
    assert take(store, (topic("tm"), batch), now=now).acks == {KEY: 5}
    view = Views(store).today()
    assert view.ratings == (("3", 3), ("2", 0), ("1", 1))
    shown = today(view, {}, load_words("zh"))
    assert all(word in shown for word in ("满意", "一般", "不满意"))
    assert load_words("zh")["ratings_today"] not in today(replace(view, ratings=()), {}, load_words("zh"))
