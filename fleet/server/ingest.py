"""The server's MQTT connection: messages in, committed, and only then acknowledged.

Two threads: paho's network thread puts what arrives into a queue (bounded by the receive maximum that the
broker holds to); the writer takes batches out of it, commits each in one transaction, and then sends the
cumulative acks to the kiosks and the MQTT acks to the broker.
"""

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions
from sqlalchemy.exc import SQLAlchemyError

from fleet.protocol.codec import decode, encode, encode_chunk
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Ack, Command, ServerState
from fleet.protocol.topics import KioskTopics, UpTopic, parse_up, server_state, up_filter
from fleet.protocol.updates import ChunkRequest
from fleet.server import handovers
from fleet.server.broker_address import BrokerAddress
from fleet.server.intake import Intake, Outcome
from fleet.server.knowledge import Library
from fleet.server.store import Store, now_ms

logger = logging.getLogger(__name__)

RECEIVE_MAXIMUM = 512  # messages the broker may send before the first is acknowledged
BATCH_MESSAGES = 256
_MAX_QUEUED_OUT = 20_000
_ACK_EXPIRY_S = 30
_RESPONSE_EXPIRY_S = 60
_RETRY_S = 1.0
_SWEEP_S = 1.0


@dataclass(frozen=True, slots=True)
class _Incoming:
    topic: UpTopic
    payload: bytes
    mid: int
    qos: int
    generation: int


@dataclass(frozen=True, slots=True)
class _Connected:
    """Stands in the queue before the first message of a new connection."""


class Ingest:
    """Connects to the broker for ever. ``connected`` and ``link_since`` are shown on the page."""

    def __init__(
        self,
        store: Store,
        library: Library,
        address: BrokerAddress,
        tenant: str,
        on_crash: Callable[[], None],
    ) -> None:
        """``on_crash`` is called when the writer ends by an error of ours: the process should end then."""
        self.connected = False
        self.link_since = now_ms()
        self.link_problem = ""
        self._store = store
        self._library = library
        self._address = address
        self._tenant = tenant
        self._on_crash = on_crash
        self._state_topic = server_state(tenant)
        self._queue: queue.Queue[_Incoming | _Connected | None] = queue.Queue()
        self._generation = 0
        self._run_id = ""
        self._stopping = threading.Event()
        self._writer = threading.Thread(target=self._write_guarded, name="fleet-ingest", daemon=True)
        self._tls = address.context()
        self._client = self._make_client()

    def start(self) -> None:
        """Begin connecting and writing."""
        self._writer.start()
        self._client.connect_async(
            self._address.host,
            self._address.port,
            keepalive=30,
            clean_start=True,
            properties=_connect_properties(),
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Commit what has arrived, say goodbye, close."""
        self._stopping.set()
        self._queue.put(None)
        if self._writer.is_alive():
            self._writer.join()
        if self.connected:
            info = self._client.publish(self._state_topic, self._state("off"), qos=1, retain=True)
            if info.rc == mqtt.MQTT_ERR_SUCCESS:
                info.wait_for_publish(1.0)
        self._client.disconnect()
        self._client.loop_stop()

    def reload_certificate(self) -> None:
        """Take a renewed certificate for the next connection."""
        self._tls.load_cert_chain(self._address.pair.certificate, self._address.pair.key)

    def send_command(self, kiosk: str, command: Command) -> bool:
        """Publish a command, never retained, with its expiry; False without a connection."""
        topic = KioskTopics(self._tenant, kiosk).down("cmd", command.id)
        return self._publish(topic, encode(command), expiry_s=max(command.exp - now_ms() // 1000, 1))

    def send_desired(self, kiosk: str) -> None:
        """Publish a kiosk's desired document, retained. Without a connection the next one does it."""
        document = self._library.signed_desired(kiosk)
        if document is not None:
            self._publish(KioskTopics(self._tenant, kiosk).down("desired"), document, retain=True)

    def _write_guarded(self) -> None:
        finished = False
        try:
            self._write()
            finished = True
        finally:
            if not finished:
                self._on_crash()

    def _write(self) -> None:
        sweep_at = 0.0
        while not self._stopping.is_set() or not self._queue.empty():
            batch = self._take()
            if batch and not self._commit(batch):
                return
            if time.monotonic() >= sweep_at:
                sweep_at = time.monotonic() + _SWEEP_S
                self._sweep()

    def _take(self) -> list[_Incoming | _Connected]:
        batch: list[_Incoming | _Connected] = []
        try:
            item = self._queue.get(timeout=_SWEEP_S)
            while item is not None:
                batch.append(item)
                if len(batch) == BATCH_MESSAGES:
                    break
                item = self._queue.get_nowait()
        except queue.Empty:
            pass
        return batch

    def _commit(self, batch: list[_Incoming | _Connected]) -> bool:
        """Write a batch, however long the database is away; False when told to stop before that."""
        while True:
            try:
                outcome = self._apply(batch)
                break
            except SQLAlchemyError as error:
                logger.warning("the database takes nothing (%s); trying again", str(error).splitlines()[0])
                if self._stopping.wait(_RETRY_S):
                    return False
        for (kiosk, boot, lane), seq in outcome.acks.items():
            topic = KioskTopics(self._tenant, kiosk).down("ack")
            self._publish(topic, encode(Ack(boot=boot, lane=lane, seq=seq)), expiry_s=_ACK_EXPIRY_S)
        for item in batch:
            if isinstance(item, _Connected):
                self._publish(self._state_topic, self._state("on"), retain=True)
                outcome.desired_for.update(self._library.wished_kiosks())
            else:
                self._acknowledge(item)
        for kiosk in sorted(outcome.desired_for):
            self.send_desired(kiosk)
        return True

    def _apply(self, batch: list[_Incoming | _Connected]) -> Outcome:
        with self._store.writing() as tx:
            intake = Intake(tx, now_ms())
            for item in batch:
                if isinstance(item, _Connected):
                    intake.doubt_everyone()
                elif item.topic.kind == "req":
                    self._respond(item, intake)
                else:
                    intake.apply(item.topic, item.payload)
            return intake.finish()

    def _respond(self, item: _Incoming, intake: Intake) -> None:
        try:
            request = decode(ChunkRequest, item.payload)
        except ProtocolError as error:
            intake.apply(item.topic, b"")
            intake.refuse(item.topic.kiosk, error)
            return
        topic = KioskTopics(self._tenant, item.topic.kiosk).down("res", request.corr)
        self._publish(topic, encode_chunk(*self._library.chunk(request)), expiry_s=_RESPONSE_EXPIRY_S)

    def _sweep(self) -> None:
        try:
            handovers.expire(self._store, now_ms())
        except SQLAlchemyError as error:
            logger.warning("expired commands not noted: %s", str(error).splitlines()[0])

    def _acknowledge(self, item: _Incoming) -> None:
        # The ids of an older connection mean other messages in this one.
        if item.generation == self._generation:
            self._client.ack(item.mid, item.qos)

    def _publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expiry_s: int | None = None
    ) -> bool:
        if not self.connected:
            return False
        properties = None
        if expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = expiry_s
        info = self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)
        return info.rc == mqtt.MQTT_ERR_SUCCESS

    def _state(self, state: str) -> bytes:
        return encode(ServerState.model_validate({"state": state, "run": self._run_id, "at": now_ms()}))

    def _make_client(self) -> mqtt.Client:
        address = self._address
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=address.account, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.reconnect_delay_set(1, 5)
        client.max_queued_messages_set(_MAX_QUEUED_OUT)
        client.max_inflight_messages_set(RECEIVE_MAXIMUM)
        client.tls_set_context(self._tls)
        client.on_pre_connect = self._on_pre_connect
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _on_pre_connect(self, client: mqtt.Client, _data: object) -> None:
        # A run id for each connection: kiosks announce themselves anew when it changes.
        self._run_id = secrets.token_hex(6)
        client.will_set(self._state_topic, self._state("off"), qos=1, retain=True)

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.is_failure:
            self._link_changed(False, f"the broker refuses the server: {reason}")
            return
        self._generation += 1
        # Retained messages are not wanted: what a kiosk is, it says itself after srv/state.
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        client.subscribe(up_filter(self._tenant), options=options)

    def _on_subscribe(
        self, client: mqtt.Client, _d: object, _mid: int, reasons: list[ReasonCode], _p: object
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._link_changed(False, f"the broker refuses the subscription: {reasons[0]}")
            return
        self._link_changed(True, "")
        # Through the queue: what the last connection brought is committed before everybody is doubted.
        self._queue.put(_Connected())

    def _on_message(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.qos == 0:
            # Not of this protocol, and nothing bounds how many the broker hands over.
            return
        try:
            topic = parse_up(message.topic)
        except (ProtocolError, UnicodeDecodeError) as error:
            logger.warning("message on a strange topic left out: %s", type(error).__name__)
            client.ack(message.mid, message.qos)
            return
        self._queue.put(_Incoming(topic, bytes(message.payload), message.mid, message.qos, self._generation))

    def _on_disconnect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if not self._stopping.is_set():
            self._link_changed(False, f"the link to the broker broke: {reason}")

    def _link_changed(self, connected: bool, problem: str) -> None:
        if connected != self.connected:
            self.link_since = now_ms()
        self.connected, self.link_problem = connected, problem
        if problem:
            logger.warning("%s", problem)
        else:
            logger.info("link to the broker at %s:%d is up", self._address.host, self._address.port)


def _connect_properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    return properties
