"""Records that wait in memory: what the outbox is to a kiosk, without the file of which thousands would not fit."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fleet.device.outbox import Outgoing
from fleet.protocol.messages import Batch, Lane, Record

_BATCH_RECORDS = 100


@dataclass(frozen=True, slots=True)
class _Row:
    record: Record
    written_at: float


@dataclass(slots=True)
class MemoryOutbox:
    """Answers the sender as ``fleet.device.outbox.Outbox`` does; one boot, rows named by their seq.

    ``on_committed`` is told, for each record that the centre has committed, how many seconds it waited.
    """

    boot: str
    on_committed: Callable[[float], None]
    clock: Callable[[], float] = time.monotonic
    _rows: dict[Lane, deque[_Row]] = field(default_factory=lambda: {"ev": deque(), "tm": deque()})
    _seq: int = 0

    @property
    def depth(self) -> int:
        """Records waiting."""
        return sum(len(rows) for rows in self._rows.values())

    @property
    def written(self) -> int:
        """Records ever written."""
        return self._seq

    def append(self, lane: Lane, kind: str, data: Mapping[str, bool | int | float | str | None]) -> None:
        """Write a record."""
        self._seq += 1
        record = Record(seq=self._seq, kind=kind, at=int(time.time() * 1000), data=dict(data))
        self._rows[lane].append(_Row(record, self.clock()))

    def next_batch(self, lane: Lane, after_id: int, after_seq: tuple[str, int] | None) -> Outgoing | None:
        """The lane's oldest records behind row ``after_id``; None when there are none."""
        rows = self._rows[lane]
        if not rows or rows[-1].record.seq <= after_id:
            return None
        floor = rows[0].record.seq - 1
        records: list[Record] = []
        for row in rows:
            if row.record.seq > after_id:
                records.append(row.record)
                if len(records) == _BATCH_RECORDS:
                    break
        after = max(after_seq[1] if after_seq else 0, floor)
        batch = Batch(boot=self.boot, floor=floor, after=after, records=tuple(records))
        return Outgoing(batch, lane, records[-1].seq)

    def acknowledge(self, boot: str, lane: Lane, seq: int) -> int:
        """Delete what the centre has; returns how many that were."""
        rows, gone, now = self._rows[lane], 0, self.clock()
        while boot == self.boot and rows and rows[0].record.seq <= seq:
            self.on_committed(now - rows.popleft().written_at)
            gone += 1
        return gone
