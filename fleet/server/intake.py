"""What messages from kiosks do to the store: read first, without a transaction, then written in one."""

import logging
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select, update

from fleet.protocol.attachments import decode_part
from fleet.protocol.checked import CheckedBatch, decode_checked
from fleet.protocol.codec import decode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import (
    Birth,
    CommandResult,
    Lane,
    Presence,
    Queues,
)
from fleet.protocol.topics import UpTopic
from fleet.protocol.updates import Job, Reported
from fleet.server import handovers, outcomes, queues, results, tables
from fleet.server.attachments import Attachments, PartOf
from fleet.server.bulk import write_rows
from fleet.server.copies import note_boot
from fleet.server.harvest import Harvest, Stream
from fleet.server.presence import Heard, merge
from fleet.server.upsert import put

logger = logging.getLogger(__name__)

_KIOSK = (
    "id",
    "added_at",
    "last_seen",
    "versions",
    "faults",
    "depth",
    "dropped",
    "lost",
    "refused",
    "refusal",
)
_Message = CheckedBatch | Presence | Birth | Reported | CommandResult | Queues | Job | PartOf


@dataclass(slots=True)
class Outcome:
    """What is to be said after the commit."""

    acks: dict[Stream, int] = field(default_factory=dict)
    desired_for: set[str] = field(default_factory=set)


class Intake:
    """Reads messages (``apply``), then writes what they say within one transaction (``write``)."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments
        self._messages: list[tuple[str, Lane, _Message]] = []
        self._kiosks: set[str] = set()
        self._refusals: dict[str, list[str]] = {}

    def apply(self, topic: UpTopic, payload: bytes) -> None:
        """Take one message; what breaks the protocol is counted for its kiosk and left out."""
        self._kiosks.add(topic.kiosk)
        try:
            message = _read(topic, payload)
        except ProtocolError as error:
            self.refuse(topic.kiosk, error)
            return
        if message is None:
            return
        if isinstance(message, CheckedBatch):
            for error in message.refusals:
                # Acknowledged all the same: sent again it would be no better, and would block the rest.
                self.refuse(topic.kiosk, error)
        self._messages.append((topic.kiosk, "ev" if topic.kind == "ev" else "tm", message))

    def refuse(self, kiosk: str, error: ProtocolError) -> None:
        """Count a message or record that breaks the protocol, so that it is seen on the page."""
        logger.warning("%s: refused: %s", kiosk, error)
        self._kiosks.add(kiosk)
        self._refusals.setdefault(kiosk, []).append(str(error)[:500])

    def write(self, tx: Connection, now: int) -> Outcome:
        """Write it all; may be called again with another transaction when this one failed."""
        # By kiosk, each one's in the order of arrival: workers lock rows in the same order.
        messages = sorted(self._messages, key=lambda item: item[0])
        outcome = Outcome()
        _note_kiosks(tx, sorted(self._kiosks), now)
        streams: set[Stream] = {
            (kiosk, said.boot, lane) for kiosk, lane, said in messages if isinstance(said, CheckedBatch)
        }
        harvest = Harvest(tx, now, streams)
        depths: dict[str, int] = {}
        refusals = {kiosk: list(texts) for kiosk, texts in self._refusals.items()}
        for kiosk, lane, said in messages:
            match said:
                case CheckedBatch():
                    harvest.take(kiosk, lane, said)
                    depths[kiosk] = said.behind
                case Presence():
                    _hear(tx, kiosk, said.boot, Heard(said.conn, said.state, "", now))
                case Birth():
                    depths.pop(kiosk, None)
                    if _birth(tx, kiosk, said, now):
                        outcome.desired_for.add(kiosk)
                case Reported():
                    outcomes.remember(tx, kiosk, said, now)
                    if _outdone(tx, kiosk, said.rev):
                        outcome.desired_for.add(kiosk)
                case Job():
                    outcomes.follow(tx, kiosk, said)
                case CommandResult():
                    results.hear(tx, kiosk, said, now)
                case PartOf():
                    try:
                        self._attachments.take(tx, kiosk, said)
                    except ProtocolError as error:
                        logger.warning("%s: refused: %s", kiosk, error)
                        refusals.setdefault(kiosk, []).append(str(error)[:500])
                case Queues():
                    queues.remember(tx, kiosk, said)
        outcome.acks = harvest.write()
        _note_depths(tx, depths, now)
        for kiosk, texts in sorted(refusals.items()):
            columns = tables.kiosk.c
            tx.execute(
                update(tables.kiosk)
                .where(columns.id == kiosk)
                .values(refused=columns.refused + len(texts), refusal=texts[-1])
            )
        return outcome


def _read(topic: UpTopic, payload: bytes) -> _Message | None:
    match topic.kind:
        case "tm" | "ev":
            return decode_checked(topic.kind, payload)
        case "presence":
            return decode(Presence, payload)
        case "birth":
            return decode(Birth, payload)
        case "reported":
            return decode(Reported, payload)
        case "cmd":
            result = decode(CommandResult, payload)
            if result.id != topic.reference:
                raise ProtocolError("message.invalid", "the topic names another command than the message")
            return result
        case "job":
            job = decode(Job, payload)
            if job.id != topic.reference:
                raise ProtocolError("message.invalid", "the topic names another job than the message")
            return job
        case "att":
            return PartOf(topic.reference, *decode_part(payload))
        case "queue":
            return decode(Queues, payload)
        case "req":
            return None


def _note_kiosks(tx: Connection, kiosks: list[str], now: int) -> None:
    """Enter kiosks, note when they were heard, and lock their rows: one worker at a time writes of a kiosk."""
    rows = [(kiosk, now, now, "{}", "[]", 0, 0, 0, 0, "") for kiosk in kiosks]
    write_rows(tx, tables.kiosk, _KIOSK, rows, ("last_seen",))


def _note_depths(tx: Connection, depths: dict[str, int], now: int) -> None:
    rows = [(kiosk, now, now, "{}", "[]", depth, 0, 0, 0, "") for kiosk, depth in depths.items()]
    write_rows(tx, tables.kiosk, _KIOSK, rows, ("depth",))


# Built once: a fleet that comes back says all of this at the same time.
_of = bindparam("of")
_presence, _desired = tables.presence.c, tables.desired.c
_LIGHT = select(_presence.conn, _presence.state, _presence.run, _presence.since).where(
    _presence.kiosk == _of, _presence.boot == bindparam("in_boot")
)
_BORN = update(tables.kiosk).where(tables.kiosk.c.id == _of)
_REVISION = select(_desired.rev).where(_desired.kiosk == _of)
_GO_ABOVE = (
    update(tables.desired)
    .where(_desired.kiosk == _of, _desired.rev < bindparam("seen"))
    .values(rev=bindparam("above"))
)


def _hear(tx: Connection, kiosk: str, boot: str, said: Heard) -> None:
    row = tx.execute(_LIGHT, {"of": kiosk, "in_boot": boot}).first()
    known = None if row is None else Heard(row.conn, row.state, row.run, row.since)
    heard = merge(known, said)
    if heard != known:
        values = {"conn": heard.conn, "state": heard.state, "run": heard.run, "since": heard.since}
        put(tx, tables.presence, {"kiosk": kiosk, "boot": boot}, values)


def _birth(tx: Connection, kiosk: str, birth: Birth, now: int) -> bool:
    """Note a birth; True when the kiosk is to be told again what is desired of it."""
    _hear(tx, kiosk, birth.boot, Heard(birth.conn, "on", birth.run, now))
    note_boot(tx, kiosk, birth.boot, now)
    values = {
        "boot": birth.boot,
        "versions": birth.versions,
        "faults": list(birth.faults),
        "clock_skew_ms": _skew(birth, now),
        "depth": birth.depth,
        "dropped": birth.dropped,
        "lost": birth.lost,
    }
    tx.execute(_BORN, {"of": kiosk, **values})
    handovers.close_older_boots(tx, kiosk, birth.boot, now)
    outdone = _outdone(tx, kiosk, birth.desired_rev)
    present = tx.execute(_REVISION, {"of": kiosk}).scalar()
    return outdone or (present is not None and present != birth.desired_rev)


def _outdone(tx: Connection, kiosk: str, seen: int) -> bool:
    """Go above a revision that the kiosk has seen: this store is younger than its memory (restored, replaced)."""
    return tx.execute(_GO_ABOVE, {"of": kiosk, "seen": seen, "above": seen + 1}).rowcount > 0


def _skew(birth: Birth, now: int) -> int:
    """The kiosk's clock less ours: as it has measured it, or roughly, for the message may have waited."""
    told = birth.clock
    return told.skew_ms if told is not None and told.source == "signed" else birth.at - now
