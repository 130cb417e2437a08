"""What a message from a kiosk does to the store. Runs inside one transaction for a batch of messages."""

import logging
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from fleet.protocol.codec import decode, decode_batch
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import (
    FINAL_COMMAND_STATES,
    Batch,
    Birth,
    CommandResult,
    Lane,
    Presence,
    Queues,
    Record,
    Reported,
)
from fleet.protocol.records import Handover, Turn, VisitEnded, check_record
from fleet.protocol.topics import UpTopic
from fleet.server import handovers, queues, tables
from fleet.server.copies import note_boot
from fleet.server.presence import Light, doubt, hear
from fleet.server.store import ensure_kiosk

logger = logging.getLogger(__name__)

_SETTLED_RESULTS = frozenset({"active", "rejected", "returned", "failed"})


Stream: TypeAlias = tuple[str, str, Lane]  # kiosk, boot, lane


@dataclass(slots=True)
class Outcome:
    """What is to be said after the commit."""

    acks: dict[Stream, int] = field(default_factory=dict)
    desired_for: set[str] = field(default_factory=set)


class Intake:
    """Applies messages within transaction ``tx``; ``finish`` writes the gathered records."""

    def __init__(self, tx: Connection, now: int) -> None:
        self.outcome = Outcome()
        self._tx = tx
        self._now = now
        self._seen: set[str] = set()
        self._rows: list[dict[str, Any]] = []
        self._depths: dict[str, int] = {}

    def apply(self, topic: UpTopic, payload: bytes) -> None:
        """Take one message; what breaks the protocol is counted for its kiosk and left out."""
        if topic.kiosk not in self._seen:
            self._seen.add(topic.kiosk)
            ensure_kiosk(self._tx, topic.kiosk)
        try:
            match topic.kind:
                case "presence":
                    self._presence(topic.kiosk, decode(Presence, payload))
                case "birth":
                    self._birth(topic.kiosk, decode(Birth, payload))
                case "tm" | "ev":
                    self._batch(topic.kiosk, topic.kind, decode_batch(payload))
                case "reported":
                    self._reported(topic.kiosk, decode(Reported, payload))
                case "cmd":
                    self._command(topic.kiosk, topic.reference, decode(CommandResult, payload))
                case "queue":
                    queues.remember(self._tx, topic.kiosk, decode(Queues, payload))
                case "req":
                    return
        except ProtocolError as error:
            self.refuse(topic.kiosk, error)

    def refuse(self, kiosk: str, error: ProtocolError) -> None:
        """Count a message or record that breaks the protocol, so that it is seen on the page."""
        logger.warning("%s: refused: %s", kiosk, error)
        columns = tables.kiosk.c
        self._tx.execute(
            update(tables.kiosk)
            .where(columns.id == kiosk)
            .values(refused=columns.refused + 1, refusal=str(error)[:500])
        )

    def doubt_everyone(self) -> None:
        """The server was away: every kiosk must say again that it is there."""
        columns = tables.presence.c
        for row in self._tx.execute(select(tables.presence).where(columns.state == "on")).all():
            light = doubt(Light(row.state, row.conn, row.since), self._now)
            self._tx.execute(
                update(tables.presence)
                .where(columns.kiosk == row.kiosk)
                .values(state=light.state, since=light.since)
            )

    def finish(self) -> Outcome:
        """Write the records of all messages at once, how far each stream is, and who was heard."""
        if self._rows:
            self._tx.execute(insert(tables.record).on_conflict_do_nothing(), self._rows)
        if self.outcome.acks:
            marks = [
                {"kiosk": kiosk, "boot": boot, "lane": lane, "acked": acked}
                for (kiosk, boot, lane), acked in self.outcome.acks.items()
            ]
            statement = insert(tables.stream)
            newest = {"acked": statement.excluded.acked}
            self._tx.execute(
                statement.on_conflict_do_update(index_elements=["kiosk", "boot", "lane"], set_=newest), marks
            )
        self._update_kiosks({"last_seen": self._now}, sorted(self._seen))
        for kiosk, depth in self._depths.items():
            self._update_kiosks({"depth": depth}, [kiosk])
        return self.outcome

    def _update_kiosks(self, values: dict[str, Any], kiosks: list[str]) -> None:
        self._tx.execute(update(tables.kiosk).where(tables.kiosk.c.id.in_(kiosks)).values(values))

    def _presence(self, kiosk: str, said: Presence) -> None:
        row = self._tx.execute(select(tables.presence).where(tables.presence.c.kiosk == kiosk)).first()
        light = hear(None if row is None else Light(row.state, row.conn, row.since), said, self._now)
        values = {"state": light.state, "conn": light.conn, "since": light.since}
        statement = insert(tables.presence).values(kiosk=kiosk, **values)
        self._tx.execute(statement.on_conflict_do_update(index_elements=["kiosk"], set_=values))

    def _birth(self, kiosk: str, birth: Birth) -> None:
        self._presence(kiosk, Presence(state="on", boot=birth.boot, conn=birth.conn, at=birth.at))
        note_boot(self._tx, kiosk, birth.boot, self._now)
        self._tx.execute(
            update(tables.kiosk)
            .where(tables.kiosk.c.id == kiosk)
            .values(
                boot=birth.boot,
                versions=birth.versions,
                faults=list(birth.faults),
                clock_skew_ms=birth.at - self._now,
                depth=birth.depth,
                dropped=birth.dropped,
                lost=birth.lost,
            )
        )
        handovers.close_older_boots(self._tx, kiosk, birth.boot, self._now)
        row = self._tx.execute(select(tables.desired.c.rev).where(tables.desired.c.kiosk == kiosk)).first()
        if row is None:
            return
        if birth.desired_rev > row.rev:
            # This store is younger than the kiosk's memory (restored, replaced): go above what it has seen.
            self._tx.execute(
                update(tables.desired)
                .where(tables.desired.c.kiosk == kiosk)
                .values(rev=birth.desired_rev + 1)
            )
        if birth.desired_rev != row.rev:
            self.outcome.desired_for.add(kiosk)

    def _batch(self, kiosk: str, lane: Lane, batch: Batch) -> None:
        for record in batch.records:
            try:
                self._rows.append(self._row(kiosk, batch.boot, lane, record))
            except ProtocolError as error:
                # Acknowledged all the same: sent again it would be no better, and would block the rest.
                self.refuse(kiosk, error)
        self._move_mark((kiosk, batch.boot, lane), batch)
        self._depths[kiosk] = batch.behind

    def _move_mark(self, stream: Stream, batch: Batch) -> None:
        acks = self.outcome.acks
        if stream not in acks:
            kiosk, boot, lane = stream
            columns = tables.stream.c
            known = select(columns.acked).where(
                columns.kiosk == kiosk, columns.boot == boot, columns.lane == lane
            )
            acks[stream] = self._tx.execute(known).scalar() or 0
        acked = max(acks[stream], batch.floor)
        if batch.after <= acked:
            acked = max(acked, batch.records[-1].seq)
        acks[stream] = acked

    def _row(self, kiosk: str, boot: str, lane: Lane, record: Record) -> dict[str, Any]:
        data = check_record(lane, record.kind, record.data)
        if isinstance(data, Handover):
            handovers.ask(self._tx, kiosk, boot, data, record.at, self._now)
        if isinstance(data, VisitEnded):
            handovers.close_visit(self._tx, kiosk, boot, data.visit, self._now)
        return {
            "kiosk": kiosk,
            "boot": boot,
            "seq": record.seq,
            "lane": lane,
            "kind": record.kind,
            "at": record.at,
            "received_at": self._now,
            "visit": getattr(data, "visit", None),
            "matter": data.matter if isinstance(data, Turn) else None,
            "act": data.act if isinstance(data, Turn) else None,
            "data": data.model_dump(mode="json", exclude_none=True),
        }

    def _reported(self, kiosk: str, reported: Reported) -> None:
        told, running = reported.knowledge, reported.running
        values = {
            "rev": reported.rev,
            "result": told.result if told else None,
            "reason": told.reason if told else "",
            "pack": told.pack if told else None,
            "version": told.version if told else None,
            "sha256": told.sha256 if told else None,
            "running_pack": running.pack if running else None,
            "running_version": running.version if running else None,
            "running_sha256": running.sha256 if running else None,
            "settled": bool(told and told.result in _SETTLED_RESULTS),
            "at": self._now,
        }
        statement = insert(tables.reported).values(kiosk=kiosk, **values)
        self._tx.execute(statement.on_conflict_do_update(index_elements=["kiosk"], set_=values))

    def _command(self, kiosk: str, reference: str, result: CommandResult) -> None:
        if result.id != reference:
            raise ProtocolError("message.invalid", "the topic names another command than the message")
        columns = tables.command.c
        row = self._tx.execute(
            select(columns.state).where(columns.id == result.id, columns.kiosk == kiosk)
        ).first()
        if row is None or row.state in FINAL_COMMAND_STATES:
            return
        self._tx.execute(
            update(tables.command)
            .where(columns.id == result.id)
            .values(state=result.state, reason=result.reason, at=self._now)
        )
        if result.state in FINAL_COMMAND_STATES:
            queues.conclude(self._tx, result)
            handovers.conclude(self._tx, result.id, result.state == "SUCCEEDED", result.reason, self._now)
