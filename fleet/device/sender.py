"""Moves records from the outbox to the centre: alarms first, a bounded window, resent until committed."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from fleet.device.outbox import Outgoing
from fleet.protocol.codec import encode_batch
from fleet.protocol.messages import Ack, Lane

WINDOW = 4  # batches per lane on their way at the same time
FIRST_TIMEOUT_S = (
    30.0  # the broker has a batch: only what it or the server lost is late, or a backlog of the server
)
LONGEST_TIMEOUT_S = 120.0

_LANES: tuple[Lane, ...] = ("ev", "tm")


class Waiting(Protocol):
    """What waits to be sent: the kiosk's outbox on disk."""

    @property
    def depth(self) -> int:
        """Records waiting."""
        ...

    def next_batch(self, lane: Lane, after_id: int, after_seq: tuple[str, int] | None) -> Outgoing | None:
        """See ``Outbox.next_batch``."""
        ...

    def acknowledge(self, boot: str, lane: Lane, seq: int) -> int:
        """See ``Outbox.acknowledge``."""
        ...


@dataclass(slots=True)
class _Flight:
    boot: str
    last_seq: int
    records: int
    sent_at: float


@dataclass(slots=True)
class _Stream:
    """How far a lane has been sent in this connection."""

    after_id: int = 0
    after_seq: tuple[str, int] | None = None
    flights: deque[_Flight] = field(default_factory=deque)


class Sender:
    """Pure bookkeeping around the outbox: ``pump`` sends what fits, ``acknowledged`` frees it.

    ``publish(lane, payload)`` returns False when the connection takes nothing now. Times are monotonic
    seconds and come in from outside.
    """

    def __init__(self, outbox: Waiting, publish: Callable[[Lane, bytes], bool]) -> None:
        self._outbox = outbox
        self._publish = publish
        self._streams = {lane: _Stream() for lane in _LANES}
        self._timeout = FIRST_TIMEOUT_S

    def rewind(self) -> None:
        """Forget what is in flight and begin again at the oldest record: a new connection, a new server."""
        for lane in _LANES:
            self._streams[lane] = _Stream()

    def pump(self, now: float) -> None:
        """Send what the window allows; rewind when the server has been silent for too long."""
        flights = [flight for stream in self._streams.values() for flight in stream.flights]
        if flights and now - min(flight.sent_at for flight in flights) > self._timeout:
            self._timeout = min(self._timeout * 2, LONGEST_TIMEOUT_S)
            self.rewind()
        for lane in _LANES:
            self._pump_lane(lane, now)

    def acknowledged(self, ack: Ack) -> None:
        """Delete what the server has committed and open the window again."""
        deleted = self._outbox.acknowledge(ack.boot, ack.lane, ack.seq)
        flights = self._streams[ack.lane].flights
        while flights and flights[0].boot == ack.boot and flights[0].last_seq <= ack.seq:
            flights.popleft()
        if deleted:
            self._timeout = FIRST_TIMEOUT_S

    def _pump_lane(self, lane: Lane, now: float) -> None:
        stream = self._streams[lane]
        while len(stream.flights) < WINDOW:
            outgoing = self._outbox.next_batch(lane, stream.after_id, stream.after_seq)
            if outgoing is None:
                return
            batch = outgoing.batch.model_copy(update={"behind": self._behind(len(outgoing.batch.records))})
            if not self._publish(lane, encode_batch(batch)):
                return
            last_seq = batch.records[-1].seq
            stream.after_id, stream.after_seq = outgoing.last_id, (batch.boot, last_seq)
            stream.flights.append(_Flight(batch.boot, last_seq, len(batch.records), now))

    def _behind(self, sending: int) -> int:
        flying = sum(flight.records for stream in self._streams.values() for flight in stream.flights)
        return max(self._outbox.depth - flying - sending, 0)
