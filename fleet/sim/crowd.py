"""Many connections on one thread: each opened on a small pool, then pumped when its socket or its clock says so."""

import heapq
import itertools
import logging
import queue
import selectors
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fleet.device.connection import Connection, ConnectionEndedError
from fleet.device.pauses import STEADY_S, retry_delay
from fleet.sim.kiosk import SimKiosk

logger = logging.getLogger(__name__)

_OPENERS = 8
_LONGEST_NAP_S = 0.5


@dataclass(slots=True)
class _Seat:
    """A kiosk and its present connection; ``turn`` names the newest entry of the clock, older ones are void."""

    kiosk: SimKiosk
    connection: Connection
    descriptor: int = -1
    open: bool = False
    writing: bool = False
    opened_at: float = 0.0
    failures: int = 0
    turn: int = 0


class Crowd:
    """Runs the kiosks. ``connected`` may be read from any thread."""

    def __init__(self, kiosks: Sequence[SimKiosk], spread_s: float) -> None:
        """``spread_s``: seconds over which the kiosks make their first connection."""
        self.connected = 0
        self._seats = [_Seat(kiosk, self._connection(kiosk)) for kiosk in kiosks]
        self._spread_s = spread_s
        self._selector = selectors.DefaultSelector()
        self._clock: list[tuple[float, int, _Seat]] = []
        self._turns = itertools.count(1)
        self._opened: queue.SimpleQueue[tuple[_Seat, int | ConnectionEndedError]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._openers = ThreadPoolExecutor(_OPENERS, thread_name_prefix="sim-open")
        self._thread = threading.Thread(target=self._run, name="sim-crowd", daemon=True)

    def start(self) -> None:
        """Begin connecting."""
        now = time.monotonic()
        for place, seat in enumerate(self._seats):
            self._wake(seat, now + self._spread_s * place / len(self._seats))
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye for everybody and close."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._openers.shutdown(cancel_futures=True)
        self._selector.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            nap = (
                min(max(self._clock[0][0] - time.monotonic(), 0.0), _LONGEST_NAP_S)
                if self._clock
                else _LONGEST_NAP_S
            )
            for key, mask in self._selector.select(nap):
                self._pump(key.data, bool(mask & selectors.EVENT_READ), bool(mask & selectors.EVENT_WRITE))
            self._seat_opened()
            now = time.monotonic()
            while self._clock and self._clock[0][0] <= now:
                _, turn, seat = heapq.heappop(self._clock)
                if turn == seat.turn:
                    self._due(seat)
        for seat in self._seats:
            if seat.open:
                seat.connection.say_goodbye()
                seat.connection.close()

    def _due(self, seat: _Seat) -> None:
        if seat.open:
            self._pump(seat, readable=False, writable=False)
        else:
            seat.kiosk.live(time.monotonic())
            connection = seat.connection = self._connection(seat.kiosk)
            self._openers.submit(self._open, seat, connection)

    def _open(self, seat: _Seat, connection: Connection) -> None:
        try:
            self._opened.put((seat, connection.open()))
        except ConnectionEndedError as ended:
            self._opened.put((seat, ended))

    def _seat_opened(self) -> None:
        while not self._opened.empty():
            seat, opened = self._opened.get()
            if isinstance(opened, ConnectionEndedError):
                self._ended(seat, opened)
                continue
            seat.open, seat.descriptor, seat.opened_at, seat.writing = True, opened, time.monotonic(), False
            seat.kiosk.publish = lambda topic, payload, retain, seat=seat: seat.connection.publish(
                topic, payload, retain=retain
            )
            self._selector.register(opened, selectors.EVENT_READ, seat)
            self._pump(seat, readable=True, writable=True)

    def _pump(self, seat: _Seat, readable: bool, writable: bool) -> None:
        if not seat.open:
            return
        connection, was_up = seat.connection, seat.connection.up
        try:
            wait = connection.pump(readable, writable)
        except ConnectionEndedError as ended:
            self._ended(seat, ended)
            return
        self.connected += connection.up and not was_up
        if seat.writing != connection.wants_to_write:
            seat.writing = not seat.writing
            writing = selectors.EVENT_WRITE if seat.writing else 0
            self._selector.modify(seat.descriptor, selectors.EVENT_READ | writing, seat)
        self._wake(seat, time.monotonic() + wait)

    def _ended(self, seat: _Seat, ended: ConnectionEndedError) -> None:
        now, was_up = time.monotonic(), seat.connection.up
        if seat.open:
            self._selector.unregister(seat.descriptor)
            seat.open = False
            self.connected -= was_up
            logger.debug("%s: %s", seat.kiosk.settings.kiosk, ended)
            seat.kiosk.on_down(str(ended))
        seat.connection.close()
        seat.kiosk.publish = None
        if was_up and now - seat.opened_at > STEADY_S:
            seat.failures = 0
        self._wake(seat, now + retry_delay(seat.failures))
        seat.failures += 1

    def _wake(self, seat: _Seat, at: float) -> None:
        seat.turn = next(self._turns)
        heapq.heappush(self._clock, (at, seat.turn, seat))

    @staticmethod
    def _connection(kiosk: SimKiosk) -> Connection:
        return Connection(kiosk.settings, kiosk, kiosk.next_connection())
