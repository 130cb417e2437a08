"""One MQTT 5 connection of the centre, kept up for ever by its own thread.

Bytes are read and written in large pieces: many messages, and many acknowledgements, go in one system call. What was
published and not yet taken by the broker when a connection breaks is gone: whoever must know says so by its own
protocol (a kiosk sends again, a command expires, a new run asks everybody).
"""

import contextlib
import itertools
import logging
import random
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fleet.server import mqtt_packets as mqtt

logger = logging.getLogger(__name__)

RECEIVE_MAXIMUM = 8192
"""Messages the broker may send before the first is acknowledged; it holds to the lower of this and its own limit."""
_KEEPALIVE_S = 30
_HANDSHAKE_S = 10.0
_GOODBYE_S = 2.0
_READ_BYTES = 128 * 1024
_MAX_QUEUED = 50_000
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the broker is, and as whom we go there: the certificate says the same name as ``client_id``."""

    host: str
    port: int
    client_id: str
    tls: ssl.SSLContext


class LinkUser(Protocol):
    """What the centre does with the connection. All methods run in the link's thread and return at once."""

    def will(self) -> tuple[str, bytes]:
        """Topic and payload to be said, retained, when the connection ends without a goodbye."""
        ...

    def filters(self) -> Sequence[mqtt.Filter]:
        """What to subscribe to."""
        ...

    def on_up(self) -> None:
        """The subscriptions stand."""
        ...

    def on_down(self, reason: str) -> None:
        """A connection was lost or could not be had."""
        ...

    def on_message(self, message: mqtt.Publish, connection: int) -> None:
        """A message; it is acknowledged by ``acknowledge`` with the same ``connection``."""
        ...


class LinkEndedError(Exception):
    """The connection is over; the text says why."""


class BrokerLink:
    """The connection. ``publish`` and ``acknowledge`` are for any thread."""

    def __init__(self, endpoint: Endpoint, user: LinkUser) -> None:
        self.connected = False
        self._endpoint = endpoint
        self._user = user
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._stop_by: float | None = None
        self._urgent: list[
            bytes
        ] = []  # acknowledgements: not bounded by what the broker has not acknowledged
        self._queued: deque[tuple[bytes, bytes, bool, int | None]] = deque()
        self._flying: set[int] = set()
        self._ids = itertools.cycle(range(1, 65_536))
        self._window = 65_535
        self._connection = 0
        self._woken = False
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_out.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="fleet-broker-link", daemon=True)

    def start(self) -> None:
        """Begin connecting."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is queued, say goodbye, close."""
        self._stop_by = time.monotonic() + _GOODBYE_S
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        self._wake_in.close()
        self._wake_out.close()

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expiry_s: int | None = None
    ) -> bool:
        """Hand over a message of QoS 1; False without a connection or when too many wait."""
        with self._guard:
            if not self.connected or len(self._queued) >= _MAX_QUEUED:
                return False
            self._queued.append((topic.encode(), payload, retain, expiry_s))
        self._wake()
        return True

    def acknowledge(self, packets: Sequence[int], connection: int) -> None:
        """Tell the broker that messages of ``connection`` are done with."""
        data = mqtt.acknowledge(packets)
        with self._guard:
            # The ids of an older connection mean other messages in this one.
            if not self.connected or connection != self._connection:
                return
            self._urgent.append(data)
        self._wake()

    def _wake(self) -> None:
        with self._guard:
            if self._woken:
                return
            self._woken = True
        with contextlib.suppress(OSError):  # closed: there is nobody to wake
            self._wake_in.send(b"w")

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                with self._open() as sock:
                    self._hold(sock)
                return
            except (LinkEndedError, mqtt.MqttError, OSError) as error:
                reason = str(error) or type(error).__name__
            except Exception as error:  # the link's thread has no other supervisor
                logger.exception("error in the link to the broker")
                reason = f"error in the link: {type(error).__name__}"
            failures = 0 if self.connected else failures + 1
            self._forget()
            if not self._stopping.is_set():
                self._user.on_down(reason)
            longest = min(_FIRST_DELAY_S * 2**failures, _LONGEST_DELAY_S)
            self._stopping.wait(random.uniform(longest / 2, longest))  # noqa: S311 no secret

    def _open(self) -> socket.socket:
        endpoint = self._endpoint
        plain = socket.create_connection((endpoint.host, endpoint.port), timeout=_HANDSHAKE_S)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return endpoint.tls.wrap_socket(plain, server_hostname=endpoint.host)
        except BaseException:
            plain.close()
            raise

    def _hold(self, sock: socket.socket) -> None:
        """One connection from CONNECT to its end, which is an error unless we are stopping."""
        endpoint = self._endpoint
        connect = mqtt.connect(endpoint.client_id, _KEEPALIVE_S, RECEIVE_MAXIMUM, self._user.will())
        with self._guard:
            self._connection += 1
        exchange = _Exchange(sock, connect)
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            selector.register(self._wake_out, selectors.EVENT_READ)
            until = time.monotonic() + _HANDSHAKE_S
            while not (self._stopping.is_set() and self._is_drained(exchange)):
                if self._stop_by is not None and time.monotonic() > self._stop_by:
                    break
                selector.modify(sock, exchange.wanted)
                ready = selector.select(1.0)
                if any(key.fileobj is self._wake_out for key, _ in ready):
                    self._clear_wakes()
                for packet in exchange.read():
                    self._take(packet, exchange)
                if self.connected:
                    exchange.unsent += self._outgoing()
                elif time.monotonic() > until:
                    raise LinkEndedError("the broker did not answer the handshake")
                exchange.write()
                exchange.keep_alive()
            exchange.unsent += mqtt.disconnect()
            exchange.write()
        self._forget()

    def _take(self, packet: mqtt.Packet, exchange: "_Exchange") -> None:
        match packet:
            case mqtt.Publish():
                self._user.on_message(packet, self._connection)
            case mqtt.Puback(packet=number):
                self._flying.discard(number)
            case mqtt.Connack(reason=0):
                self._window = packet.receive_maximum
                exchange.keepalive_s = packet.keepalive or _KEEPALIVE_S
                exchange.unsent += mqtt.subscribe(next(self._ids), self._user.filters())
            case mqtt.Connack():
                raise LinkEndedError(f"the broker refuses the server (reason 0x{packet.reason:02x})")
            case mqtt.Suback():
                if any(reason >= 0x80 for reason in packet.reasons):
                    raise LinkEndedError(f"the broker refuses the subscription (0x{max(packet.reasons):02x})")
                self.connected = True
                self._user.on_up()
            case mqtt.Disconnected():
                raise LinkEndedError(f"the broker ended the connection (reason 0x{packet.reason:02x})")
            case mqtt.Pong():
                pass

    def _outgoing(self) -> bytes:
        """What may be sent now: acknowledgements, and messages as far as the broker's window allows."""
        with self._guard:
            pieces, self._urgent = self._urgent, []
            while self._queued and len(self._flying) < self._window:
                topic, payload, retain, expiry_s = self._queued.popleft()
                number = next(self._ids)
                while number in self._flying:
                    number = next(self._ids)
                self._flying.add(number)
                pieces.append(mqtt.publish(number, topic, payload, retain=retain, expiry_s=expiry_s))
        return b"".join(pieces)

    def _is_drained(self, exchange: "_Exchange") -> bool:
        """Nothing is left to be said, or nobody is there to hear it."""
        return not self.connected or not (self._queued or self._urgent or self._flying or exchange.unsent)

    def _forget(self) -> None:
        with self._guard:
            self.connected = False
            self._urgent.clear()
            self._queued.clear()
            self._flying.clear()

    def _clear_wakes(self) -> None:
        with self._guard:
            self._woken = False
        self._wake_out.recv(4096)


class _Exchange:
    """Bytes in and out of one connection."""

    def __init__(self, sock: socket.socket, first: bytes) -> None:
        self.unsent = first
        self.keepalive_s = _KEEPALIVE_S
        self._sock = sock
        self._reader = mqtt.Reader()
        self._buffer = memoryview(bytearray(_READ_BYTES))
        self._sent_at = self._heard_at = self._pinged_at = time.monotonic()
        sock.setblocking(False)

    @property
    def wanted(self) -> int:
        """What to wait for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self.unsent else 0)

    def read(self) -> list[mqtt.Packet]:
        """Every packet that has come."""
        filled = 0
        # Each message comes in a TLS record of its own, and select does not see those that TLS holds already. The
        # buffer's end is a bound, so that what is to be sent has its turn.
        while filled < _READ_BYTES:
            try:
                got = self._sock.recv_into(self._buffer[filled:])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            if not got:
                raise LinkEndedError("the broker closed the connection")
            filled += got
        if not filled:
            return []
        self._heard_at = time.monotonic()
        return list(self._reader.feed(bytes(self._buffer[:filled])))

    def write(self) -> None:
        """Send what the socket takes."""
        while self.unsent:
            try:
                sent = self._sock.send(self.unsent[:_READ_BYTES])
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            self.unsent = self.unsent[sent:]
            self._sent_at = time.monotonic()

    def keep_alive(self) -> None:
        """Say something now and then; a broker that is silent for too long is gone."""
        now = time.monotonic()
        if now - self._heard_at > 1.5 * self.keepalive_s:
            raise LinkEndedError("the broker is silent")
        quiet_since = max(min(self._sent_at, self._heard_at), self._pinged_at)
        if now - quiet_since > self.keepalive_s / 2:
            self.unsent += mqtt.PINGREQ
            self._pinged_at = now
