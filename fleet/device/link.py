"""One MQTT 5 connection, kept up for ever by its own thread.

paho does the protocol; connecting, waiting and retrying are done here, because paho's own reconnect has
no jitter and its queue lives in memory. Every attempt is a fresh client with a clean start and a new
connection id in its last will: nothing of an older connection can leak into a new one, and what must
not be lost is in the outbox, not in a queue.
"""

import logging
import secrets
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from fleet.device.errors import LinkError
from fleet.device.pauses import STEADY_S, first_delay, retry_delay, truce
from fleet.device.settings import AgentSettings

logger = logging.getLogger(__name__)

_HANDSHAKE_S = 10.0
_CONNECT_TIMEOUT_S = 5.0
_FAREWELL_S = 1.0
_SESSION_TAKEN_OVER = 0x8E  # MQTT 5.0, 3.14.2.1
# Nothing in the agent has more than a handful of messages in flight; this is the last line of defence.
_MAX_QUEUED = 64


def uptime() -> float:
    """Seconds since this machine was switched on, those asleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class LinkHandler(Protocol):
    """What the agent does with the connection. All methods run in the link's thread."""

    def will(self, conn: str) -> tuple[str, bytes]:
        """Give topic and payload of the last will for connection ``conn``."""
        ...

    def farewell(self, conn: str) -> tuple[str, bytes]:
        """Give topic and payload of the presence to leave behind on an orderly stop."""
        ...

    def filters(self) -> tuple[str, ...]:
        """List the topic filters to subscribe to."""
        ...

    def on_up(self, conn: str) -> None:
        """Act on a connection whose subscriptions stand."""
        ...

    def on_down(self, reason: str) -> None:
        """Act on a lost or refused connection; called once per outage."""
        ...

    def on_message(self, topic: str, payload: bytes) -> None:
        """Act on a message; it is acknowledged to the broker when this returns."""
        ...

    def on_tick(self) -> float:
        """Do what is due while connected; return the seconds until the next call is wanted."""
        ...

    def on_fault(self, error: Exception) -> None:
        """Take note of an error in one of the methods above; the link goes on."""
        ...


class Link:
    """The connection's thread. ``publish`` belongs to the handler's methods; ``wake`` to anybody."""

    def __init__(self, settings: AgentSettings, handler: LinkHandler) -> None:
        self.connected = False
        self._settings = settings
        self._handler = handler
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-link", daemon=True)
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._client: mqtt.Client | None = None
        self._arrived: deque[mqtt.MQTTMessage] = deque()
        self._refusal = ""
        self._taken_over = False
        self._subscribed = False
        self._outage_told = False

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
        if self._client is None:
            return False
        properties = None
        if expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = expiry_s
        info = self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        return info.rc == mqtt.MQTT_ERR_SUCCESS

    def _run(self) -> None:
        failures = 0
        self._stopping.wait(first_delay(uptime(), self._settings.power_on_spread_s))
        while not self._stopping.is_set():
            began, self._taken_over = time.monotonic(), False
            reason = self._supervised_attempt(secrets.token_hex(6))
            if self.connected and time.monotonic() - began > STEADY_S:
                failures = 0
            was_connected, self.connected = self.connected, False
            if self._stopping.is_set():
                return
            if was_connected or not self._outage_told:
                self._outage_told = True
                logger.warning("link down: %s", reason)
                self._contain(lambda reason=reason: self._handler.on_down(reason))
            if self._taken_over:
                self._handler.on_fault(LinkError("link.taken_over", reason))
            self._stopping.wait(truce() if self._taken_over else retry_delay(failures))
            failures += 1

    def _supervised_attempt(self, conn: str) -> str:
        """Keep an error of ours or of paho's from ending the thread: it is the kiosk's only voice outside."""
        try:
            return self._attempt(conn)
        except Exception as error:  # the link's thread has no other supervisor
            logger.exception("error in the link")
            self._handler.on_fault(error)
            return f"error in the link: {type(error).__name__}"

    def _attempt(self, conn: str) -> str:
        """Hold one connection from beginning to end; returns why it ended."""
        try:
            client = self._make_client(conn)
        except (OSError, UnicodeDecodeError) as error:
            return f"cannot read the password file {self._settings.password_file}: {error}"
        try:
            client.connect(
                self._settings.host,
                self._settings.port,
                keepalive=self._settings.keepalive_s,
                clean_start=True,
            )
        except (OSError, ValueError) as error:
            return f"cannot reach {self._settings.host}:{self._settings.port}: {error}"
        self._client, self._subscribed, self._refusal = client, False, ""
        self._arrived.clear()
        try:
            return self._hold(client, conn)
        except OSError as error:
            return f"connection lost: {error}"
        finally:
            self._client = None
            client.on_disconnect = None
            client.disconnect()

    def _hold(self, client: mqtt.Client, conn: str) -> str:
        handshake_until = time.monotonic() + _HANDSHAKE_S
        with selectors.DefaultSelector() as selector:
            connection: Any = client.socket()
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._wake_in, selectors.EVENT_READ)
            wait = 0.0
            while not self._stopping.is_set():
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
                selector.modify(connection, wanted)
                if not self._pump(client, selector, wait):
                    return self._refusal or "connection lost"
                if not self.connected:
                    if time.monotonic() > handshake_until:
                        return "the broker did not answer the handshake"
                    if self._subscribed:
                        self._now_up(conn)
                    wait = 0.2
                if self.connected:
                    self._deliver(client)
                    wait = min(max(self._tick(), 0.0), 1.0)
            self._say_goodbye(client, conn)
        return "stopped"

    def _pump(self, client: mqtt.Client, selector: selectors.BaseSelector, wait: float) -> bool:
        for key, mask in selector.select(0.0 if self._arrived else wait):
            if key.fileobj is self._wake_in:
                self._drain_wakes()
                continue
            if mask & selectors.EVENT_READ and client.loop_read() != mqtt.MQTT_ERR_SUCCESS:
                return False
            if mask & selectors.EVENT_WRITE and client.loop_write() != mqtt.MQTT_ERR_SUCCESS:
                return False
        return (
            client.loop_misc() == mqtt.MQTT_ERR_SUCCESS and client.socket() is not None and not self._refusal
        )

    def _now_up(self, conn: str) -> None:
        self.connected = True
        self._outage_told = False
        logger.info("link up to %s:%d", self._settings.host, self._settings.port)
        self._contain(lambda: self._handler.on_up(conn))

    def _deliver(self, client: mqtt.Client) -> None:
        # Outside of paho's callbacks: a handler may publish, and its errors are ours to contain.
        while self._arrived:
            message = self._arrived.popleft()
            self._contain(
                lambda message=message: self._handler.on_message(message.topic, bytes(message.payload))
            )
            client.ack(message.mid, message.qos)

    def _tick(self) -> float:
        waits: list[float] = []
        self._contain(lambda: waits.append(self._handler.on_tick()))
        return waits[0] if waits else 1.0

    def _contain(self, call: Callable[[], object]) -> None:
        """Keep an error in a handler from ending the connection."""
        try:
            call()
        except Exception as error:  # the link's thread is supervised here and nowhere else
            logger.exception("error in a handler of the link")
            self._handler.on_fault(error)

    def _say_goodbye(self, client: mqtt.Client, conn: str) -> None:
        # Only the orderly stop leaves an "off" itself; the will covers every other end.
        topic, payload = self._handler.farewell(conn)
        info = client.publish(topic, payload, qos=1, retain=True)
        until = time.monotonic() + _FAREWELL_S
        while not info.is_published() and time.monotonic() < until:
            if client.loop(0.05) != mqtt.MQTT_ERR_SUCCESS:
                return

    def _drain_wakes(self) -> None:
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            return

    def _make_client(self, conn: str) -> mqtt.Client:
        settings = self._settings
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=settings.kiosk, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.connect_timeout = _CONNECT_TIMEOUT_S
        client.max_queued_messages_set(_MAX_QUEUED)
        if settings.password_file is not None:
            password = settings.password_file.read_text(encoding="utf-8").strip()
            client.username_pw_set(settings.username or settings.kiosk, password)
        topic, payload = self._handler.will(conn)
        client.will_set(topic, payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.is_failure:
            self._refusal = f"the broker refuses this kiosk: {reason}; check its account and password file"
            return
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._handler.filters()])

    def _on_subscribe(
        self, _client: object, _data: object, _mid: int, reasons: list[ReasonCode], _p: object
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._refusal = f"the broker refuses the subscriptions ({reasons[0]}); check its access list"
            return
        self._subscribed = True

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self._arrived.append(message)

    def _on_disconnect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.value == _SESSION_TAKEN_OVER:
            # Never by ourselves: an older connection of ours is closed before a new one is made.
            self._taken_over = True
            self._refusal = f"another device is connected as {self._settings.kiosk}: was this one copied?"
        self._refusal = self._refusal or f"disconnected: {reason}"
