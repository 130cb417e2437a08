"""A stretch of network that can be cut, delayed and stalled: a TCP relay on loopback."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

_PIECE = 16 * 1024


class Network:
    """Relays connections from ``port`` to ``target``; its methods may be called from any thread."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._delay_s = 0.0
        self._flows = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chaos-network", daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def cut(self) -> None:
        """Break every connection that there is."""
        self._call(self._cut())

    def stall(self, stalled: bool) -> None:
        """Let nothing through, while everything stays connected and can be connected to."""
        self._loop.call_soon_threadsafe(self._flows.clear if stalled else self._flows.set)

    def delay(self, seconds: float) -> None:
        """Hold each piece up for so long."""
        self._delay_s = seconds

    def close(self) -> None:
        """End."""
        self._call(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._flows.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _cut(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        for source, sink in ((reader, there), (there_reader, writer)):
            task = asyncio.create_task(self._relay(source, sink, (writer, there)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _relay(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, both: tuple[asyncio.StreamWriter, ...]
    ) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while piece := await source.read(_PIECE):
                await self._flows.wait()
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                sink.write(piece)
                await sink.drain()
        for writer in both:
            if writer.transport is not None:
                writer.transport.abort()
