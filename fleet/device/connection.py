"""One MQTT 5 connection from its opening to its end, without a thread of its own.

Whoever has it waits for its socket and calls ``pump``: the kiosk's link has one, the simulator thousands. paho does
the protocol; every connection is a fresh client with a clean start and a connection id of its own in its last will,
so nothing of an older one can leak into it.
"""

import logging
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles
from fleet.device.settings import AgentSettings
from fleet.device.tls import explain, explain_alert, make_context

logger = logging.getLogger(__name__)

_HANDSHAKE_S = 10.0
_CONNECT_TIMEOUT_S = 5.0
_FAREWELL_S = 1.0
_SESSION_TAKEN_OVER = 0x8E  # MQTT 5.0, 3.14.2.1
# Nothing in the agent has more than a handful of messages in flight; this is the last line of defence.
_MAX_QUEUED = 64
_LONGEST_WAIT_S = 5.0
_WAIT_IN_HANDSHAKE_S = 0.2


class LinkHandler(Protocol):
    """What the agent does with the connection. All methods run in the thread that calls ``pump``."""

    def will(self, conn: int) -> tuple[str, bytes]:
        """Give topic and payload of the last will for connection ``conn``."""
        ...

    def farewell(self, conn: int) -> tuple[str, bytes]:
        """Give topic and payload of the presence to leave behind on an orderly stop."""
        ...

    def filters(self) -> tuple[str, ...]:
        """List the topic filters to subscribe to."""
        ...

    def on_up(self, conn: int) -> None:
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
        """Take note of an error in one of the methods above; the connection goes on."""
        ...


class ConnectionEndedError(Exception):
    """The connection was lost, refused or could not be made; the text says why, for technicians."""


class Connection:
    """See the module. ``up``: the broker took the connection and its subscriptions."""

    def __init__(self, settings: AgentSettings, handler: LinkHandler, conn: int) -> None:
        """``conn`` numbers this connection in its last will and in the presence, rising."""
        self.up = False
        self.taken_over = False
        self.conn = conn
        self._settings = settings
        self._handler = handler
        self._client: mqtt.Client | None = None
        self._arrived: deque[mqtt.MQTTMessage] = deque()
        self._refusal = ""
        self._alert = ""
        self._subscribed = False
        self._handshake_until = 0.0

    def open(self) -> int:
        """Connect, for some seconds at most; returns the file descriptor to wait for. Raises ConnectionEndedError."""
        settings = self._settings
        if settings.identity is None:
            raise ConnectionEndedError("this device has no identity; run: kiosk provision --claim FILE")
        try:
            context = make_context(IdentityFiles(settings.identity))
        except IdentityError as error:
            raise ConnectionEndedError(error.message) from error
        client = self._make_client(context)
        try:
            client.connect(settings.host, settings.port, keepalive=settings.keepalive_s, clean_start=True)
        except ssl.SSLError as error:
            where = f"{settings.host}:{settings.port}"
            raise ConnectionEndedError(explain(error, where)) from error
        except (OSError, ValueError) as error:
            raise ConnectionEndedError(f"cannot reach {settings.host}:{settings.port}: {error}") from error
        self._client = client
        self._handshake_until = time.monotonic() + _HANDSHAKE_S
        connection = client.socket()
        if connection is None:
            raise ConnectionEndedError("connection lost")
        return connection.fileno()

    @property
    def wants_to_write(self) -> bool:
        """There is something to write as soon as the socket takes it."""
        return self._client is not None and self._client.want_write()

    def pump(self, readable: bool, writable: bool) -> float:
        """Read, write and act; returns the seconds after which to call again, at most. Raises ConnectionEndedError."""
        client = self._client
        if client is None:
            raise ConnectionEndedError("the connection is closed")
        try:
            self._exchange(client, readable, writable)
        except OSError as error:
            raise ConnectionEndedError(f"connection lost: {error}") from error
        if not self.up:
            if not self._subscribed:
                if time.monotonic() > self._handshake_until:
                    raise ConnectionEndedError("the broker did not answer the handshake")
                return _WAIT_IN_HANDSHAKE_S
            self.up = True
            logger.info("link up to %s:%d", self._settings.host, self._settings.port)
            self._contain(lambda: self._handler.on_up(self.conn))
        self._deliver(client)
        wait = self._tick()
        if client.socket() is None:  # it broke while something was said
            raise ConnectionEndedError(self._refusal or "connection lost")
        return 0.0 if self._arrived else min(max(wait, 0.0), _LONGEST_WAIT_S)

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expiry_s: int | None = None
    ) -> bool:
        """Hand over a QoS 1 message; False when the connection is gone or choked."""
        if self._client is None:
            return False
        properties = None
        if expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = expiry_s
        info = self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        return info.rc == mqtt.MQTT_ERR_SUCCESS

    def say_goodbye(self) -> None:
        """Leave an "off" behind, as only an orderly stop does: the will covers every other end."""
        client = self._client
        if client is None or not self.up:
            return
        topic, payload = self._handler.farewell(self.conn)
        info = client.publish(topic, payload, qos=1, retain=True)
        until = time.monotonic() + _FAREWELL_S
        while not info.is_published() and time.monotonic() < until:
            if client.loop(0.05) != mqtt.MQTT_ERR_SUCCESS:
                return

    def close(self) -> None:
        """Close the socket."""
        client, self._client = self._client, None
        if client is not None:
            client.on_disconnect = None
            client.disconnect()

    def _exchange(self, client: mqtt.Client, readable: bool, writable: bool) -> None:
        ended = (
            (readable and not _read(client))
            or (writable and client.loop_write() != mqtt.MQTT_ERR_SUCCESS)
            or client.loop_misc() != mqtt.MQTT_ERR_SUCCESS
            or client.socket() is None
        )
        if ended or self._refusal:
            raise ConnectionEndedError(self._refusal or self._alert or "connection lost")

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
        return waits[0] if waits else _LONGEST_WAIT_S

    def _contain(self, call: Callable[[], object]) -> None:
        """Keep an error in a handler from ending the connection."""
        try:
            call()
        except Exception as error:  # handlers are supervised here and nowhere else
            logger.exception("error in a handler of the link")
            self._handler.on_fault(error)

    def _make_client(self, context: ssl.SSLContext) -> mqtt.Client:
        settings = self._settings
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=settings.kiosk, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.connect_timeout = _CONNECT_TIMEOUT_S
        client.max_queued_messages_set(_MAX_QUEUED)
        client.tls_set_context(context)
        topic, payload = self._handler.will(self.conn)
        client.will_set(topic, payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        client.on_log = self._on_log
        return client

    def _on_log(self, _client: object, _data: object, level: int, text: str) -> None:
        # With TLS 1.3 the broker looks at our certificate when the handshake is over for us: its refusal is the
        # first thing to be read, and paho tells nobody but its log.
        if level == mqtt.MQTT_LOG_ERR:
            self._alert = explain_alert(text)

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.is_failure:
            self._refusal = f"the broker refuses this kiosk: {reason}; was its certificate revoked?"
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
            self.taken_over = True
            self._refusal = f"another device is connected as {self._settings.kiosk}: was this one copied?"
        self._refusal = self._refusal or f"disconnected: {reason}"


def _read(client: mqtt.Client) -> bool:
    """Read what is there; False when the connection is lost."""
    while client.loop_read() == mqtt.MQTT_ERR_SUCCESS:
        connection = client.socket()
        if connection is None:
            return False
        # What TLS has decrypted already, no selector tells of.
        if not (isinstance(connection, ssl.SSLSocket) and connection.pending()):
            return True
    return False
