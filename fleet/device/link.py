"""The kiosk's connection to the broker, kept up for ever by its own thread.

Connecting, waiting and retrying are done here, because paho's own reconnect has no jitter and its queue lives in
memory; what must not be lost is in the outbox, not in a queue.
"""

import itertools
import logging
import selectors
import socket
import threading
import time

from fleet.device.connection import Connection, ConnectionEndedError, LinkHandler
from fleet.device.errors import LinkError
from fleet.device.pauses import STEADY_S, first_delay, retry_delay, truce
from fleet.device.settings import AgentSettings

logger = logging.getLogger(__name__)


def uptime() -> float:
    """Seconds since this machine was switched on, those asleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Link:
    """The connection's thread. ``publish`` belongs to the handler's methods; ``wake`` to anybody."""

    def __init__(self, settings: AgentSettings, handler: LinkHandler) -> None:
        self._settings = settings
        self._handler = handler
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-link", daemon=True)
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._connection: Connection | None = None
        self._conns = itertools.count(1)
        self._outage_told = False

    @property
    def connected(self) -> bool:
        """The broker took the connection and its subscriptions."""
        connection = self._connection
        return connection is not None and connection.up

    def start(self) -> None:
        """Begin connecting."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye, close, and wait for the thread."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._wake_in.close()
        self._wake_out.close()

    def wake(self) -> None:
        """Have ``on_tick`` called soon; from any thread."""
        try:
            self._wake_out.send(b"w")
        except OSError:
            # The pipe is full, so a wake-up is under way already, or the link is closed.
            return

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expiry_s: int | None = None
    ) -> bool:
        """Hand a QoS 1 message to the connection; False when there is none or it is choked."""
        connection = self._connection
        return connection is not None and connection.publish(topic, payload, retain=retain, expiry_s=expiry_s)

    def _run(self) -> None:
        failures = 0
        self._stopping.wait(first_delay(uptime(), self._settings.power_on_spread_s))
        while not self._stopping.is_set():
            began = time.monotonic()
            connection = Connection(self._settings, self._handler, next(self._conns))
            reason = self._supervised(connection)
            self._connection = None
            if connection.up and time.monotonic() - began > STEADY_S:
                failures = 0
            if self._stopping.is_set():
                return
            if connection.up or not self._outage_told:
                self._outage_told = True
                logger.warning("link down: %s", reason)
                self._say_down(reason)
            if connection.taken_over:
                self._handler.on_fault(LinkError("link.taken_over", reason))
            self._stopping.wait(truce() if connection.taken_over else retry_delay(failures))
            failures += 1

    def _say_down(self, reason: str) -> None:
        try:
            self._handler.on_down(reason)
        except Exception as error:  # a handler's error must not end the thread
            logger.exception("error in a handler of the link")
            self._handler.on_fault(error)

    def _supervised(self, connection: Connection) -> str:
        """Keep an error of ours or of paho's from ending the thread: it is the kiosk's only voice outside."""
        try:
            self._hold(connection)
            return "stopped"
        except ConnectionEndedError as ended:
            return str(ended)
        except Exception as error:  # the link's thread has no other supervisor
            logger.exception("error in the link")
            self._handler.on_fault(error)
            return f"error in the link: {type(error).__name__}"
        finally:
            connection.close()

    def _hold(self, connection: Connection) -> None:
        with selectors.DefaultSelector() as selector:
            opened = connection.open()
            self._connection = connection
            selector.register(opened, selectors.EVENT_READ)
            selector.register(self._wake_in, selectors.EVENT_READ)
            wait = 0.0
            while not self._stopping.is_set():
                writing = selectors.EVENT_WRITE if connection.wants_to_write else 0
                selector.modify(opened, selectors.EVENT_READ | writing)
                ready = 0
                for key, mask in selector.select(wait):
                    if key.fileobj is self._wake_in:
                        self._drain_wakes()
                    else:
                        ready = mask
                wait = connection.pump(
                    bool(ready & selectors.EVENT_READ), bool(ready & selectors.EVENT_WRITE)
                )
                if connection.up:
                    self._outage_told = False
            connection.say_goodbye()

    def _drain_wakes(self) -> None:
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            return
