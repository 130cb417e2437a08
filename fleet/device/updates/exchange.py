"""The tree over MQTT, in pieces: a worker asks and waits, the link's thread sends and hears.

A bounded window of requests is on its way; answers may come in any order, twice or never. The two threads share
nothing but what the lock guards, and the link's thread never waits.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fleet.device.updates.transports import AbsentError, Stream, UnreachableError
from fleet.protocol.updates import MAX_CHUNK_BYTES, ChunkHeader, ChunkRequest

WINDOW = 4  # requests on their way at the same time
TIMEOUT_S = 10.0
ATTEMPTS = 3  # for one piece, before this way counts as closed


@dataclass(slots=True)
class _Asked:
    request: ChunkRequest
    run: str  # the server's, when it was asked
    attempts: int = 1


class ChunkExchange:
    """A Transport for the worker; ``online``, ``pump`` and ``take`` are for the link's thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """``wake`` has ``pump`` called soon."""
        self._wake = wake
        self._changed = threading.Condition()
        self._waiting: deque[ChunkRequest] = deque()
        self._expected: set[str] = set()
        self._answers: dict[str, tuple[ChunkHeader, bytes]] = {}
        self._run = ""  # of the server; empty while it cannot be reached

    @property
    def name(self) -> str:
        """See Transport."""
        return "the centre"

    # What the link's thread calls.

    def online(self, run: str) -> None:
        """The server of this run hears us; empty: nobody does. What was asked of another run is asked again."""
        with self._changed:
            self._run = run
            self._waiting.clear()
            self._changed.notify_all()

    def pump(self, send: Callable[[ChunkRequest], bool]) -> None:
        """Send what waits, as long as the connection takes it."""
        with self._changed:
            while self._waiting and send(self._waiting[0]):
                self._waiting.popleft()

    def take(self, header: ChunkHeader, data: bytes) -> None:
        """Take an answer. One that was not asked for is ignored."""
        with self._changed:
            if header.corr in self._expected:
                self._expected.discard(header.corr)
                self._answers[header.corr] = header, data
                self._changed.notify_all()

    # What the worker calls.

    def open(self, path: str, offset: int) -> Stream:
        """See Transport."""
        return Stream(offset, self._pieces(path, offset))

    def _pieces(self, path: str, offset: int) -> Iterator[bytes]:
        window: deque[_Asked] = deque([self._ask(path, offset)])
        asked, total = offset + MAX_CHUNK_BYTES, -1
        try:
            while window:
                head = window.popleft()
                header, data = self._answer(head, window)
                if header.error == "not_found":
                    raise AbsentError(path, self.name)
                expected = min(MAX_CHUNK_BYTES, header.total - head.request.offset)
                if (
                    header.error
                    or (header.path, header.offset) != (path, head.request.offset)
                    or total not in (-1, header.total)
                    or len(data) != expected
                ):
                    raise UnreachableError("the centre sent another piece than was asked for")
                total = header.total
                while len(window) < WINDOW and asked < total:
                    window.append(self._ask(path, asked))
                    asked += MAX_CHUNK_BYTES
                if data:
                    yield data
        finally:
            with self._changed:
                self._expected.clear()
                self._answers.clear()
                self._waiting.clear()

    def _ask(self, path: str, offset: int) -> _Asked:
        request = ChunkRequest(corr=secrets.token_hex(8), path=path, offset=offset, length=MAX_CHUNK_BYTES)
        with self._changed:
            self._expected.add(request.corr)
            self._waiting.append(request)
            asked = _Asked(request, self._run)
        self._wake()
        return asked

    def _ask_again(self, item: _Asked) -> None:
        with self._changed:
            self._expected.discard(item.request.corr)
        again = self._ask(item.request.path, item.request.offset)
        item.request, item.run = again.request, again.run

    def _answer(self, head: _Asked, window: deque[_Asked]) -> tuple[ChunkHeader, bytes]:
        """Wait for the answer to ``head``; what an earlier server was asked is asked again of this one."""
        until = time.monotonic() + TIMEOUT_S
        while True:
            with self._changed:
                if not self._run:
                    raise UnreachableError("there is no link to the centre")
                if head.request.corr in self._answers:
                    return self._answers.pop(head.request.corr)
                stale = [
                    item
                    for item in (head, *window)
                    if item.run != self._run and item.request.corr in self._expected
                ]
                if not stale and time.monotonic() < until:
                    self._changed.wait(until - time.monotonic())
                    continue
            if not stale:
                head.attempts += 1
                stale = [head]
            if head.attempts > ATTEMPTS:
                raise UnreachableError("the centre does not answer")
            for item in stale:
                self._ask_again(item)
            until = time.monotonic() + TIMEOUT_S
