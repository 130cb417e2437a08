"""A worker: messages in from the broker, committed, and only then acknowledged.

Several workers share one subscription; each message goes to one of them. The link's thread puts what arrives into a
queue (bounded by the receive maximum that the broker holds to); the writer takes batches out of it, commits each in
one transaction, and then sends the cumulative acks to the kiosks and the MQTT acks to the broker. What one worker
alone must do is the steward's.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from fleet.protocol.codec import decode, encode, encode_ack, encode_chunk
from fleet.protocol.commands import Command, Order
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import ServerState
from fleet.protocol.requests import decode_request
from fleet.protocol.signed import sign
from fleet.protocol.timing import TimeAnswer, TimeRequest
from fleet.protocol.topics import KioskTopics, UpTopic, kiosk_topics, parse_up, server_state, shared_up_filter
from fleet.server import results
from fleet.server.attachments import Attachments
from fleet.server.broker_address import BrokerAddress
from fleet.server.broker_link import BrokerLink, Endpoint
from fleet.server.database import cause, is_refusal
from fleet.server.intake import Intake, Outcome
from fleet.server.knowledge import Library
from fleet.server.leading import Leadership
from fleet.server.mqtt_packets import Filter, Publish
from fleet.server.presence import Run
from fleet.server.retention import Retention
from fleet.server.settings import DEFAULT_KEEP_DAYS
from fleet.server.steward import Steward
from fleet.server.store import Store, now_ms

logger = logging.getLogger(__name__)

BATCH_MESSAGES = 4096
BATCH_BYTES = 1 << 20
"""What is read at once: a commit costs less for each message the more there are, but every record is held in memory."""
_ACK_EXPIRY_S = 30
_RESPONSE_EXPIRY_S = 60
_RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Incoming:
    topic: UpTopic
    payload: bytes
    packet: int
    connection: int


class Ingest:
    """Connects to the broker for ever. ``connected`` and ``link_since`` are shown on the page."""

    def __init__(
        self,
        store: Store,
        library: Library,
        address: BrokerAddress,
        tenant: str,
        key: Callable[[], Ed25519PrivateKey],
        attachments: Attachments,
        on_crash: Callable[[], None],
        keep_days: int = DEFAULT_KEEP_DAYS,
    ) -> None:
        """``key()`` signs what only the centre may say.

        ``on_crash`` is called when the writer ends by an error of ours: the process should end then.
        """
        self.link_since = now_ms()
        self.link_problem = ""
        self._store = store
        self._library = library
        self._tenant = tenant
        self._key = key
        self._attachments = attachments
        self._on_crash = on_crash
        self._state_topic = server_state(tenant)
        self._queue: queue.SimpleQueue[_Incoming | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._leadership = Leadership(store, address.account)
        self._address, self._tls = address, address.context()
        self._link = BrokerLink(Endpoint(address.host, address.port, address.account, self._tls), self)
        self._retention = Retention(store, keep_days)
        self._steward = Steward(self._leadership, lambda: self.connected, self._begin_run, self._sweep)
        self._writer = threading.Thread(target=self._write_guarded, name="fleet-ingest", daemon=True)

    @property
    def connected(self) -> bool:
        """The broker hands over what kiosks say."""
        return self._link.connected

    @property
    def leads(self) -> bool:
        """Whether this worker leads the others."""
        return self._leadership.leads

    def start(self) -> None:
        """Begin connecting and writing."""
        self._writer.start()
        self._link.start()
        self._steward.start()

    def stop(self) -> None:
        """Commit what has arrived, say goodbye, close."""
        self._stopping.set()
        self._steward.stop()
        self._queue.put(None)
        if self._writer.is_alive():
            self._writer.join()
        self._link.publish(*self.will(), retain=True)
        self._link.stop()

    def reload_certificate(self) -> None:
        """Take a renewed certificate for the next connection."""
        self._tls.load_cert_chain(self._address.pair.certificate, self._address.pair.key)

    def send_command(self, kiosk: str, order: Order) -> bool:
        """Sign an order for a kiosk and publish it, never retained, with its expiry; False without a connection."""
        command = Command(tenant=self._tenant, kiosk=kiosk, **order.model_dump())
        topic = KioskTopics(self._tenant, kiosk).down("cmd", command.id)
        payload = sign("command", command, self._key())
        return self._link.publish(topic, payload, expiry_s=max(command.exp - now_ms() // 1000, 1))

    def send_desired(self, kiosk: str) -> None:
        """Publish a kiosk's desired document, retained. Without a connection the next run does it."""
        document = self._library.signed_desired(kiosk)
        if document is not None:
            self._link.publish(KioskTopics(self._tenant, kiosk).down("desired"), document, retain=True)

    # What the link calls, in its thread.

    def will(self) -> tuple[str, bytes]:
        """See LinkUser. It names this worker, so that the others know who has gone."""
        return self._state_topic, encode(ServerState(state="off", run=self._leadership.me, at=now_ms()))

    def filters(self) -> Sequence[Filter]:
        """See LinkUser."""
        return Filter(shared_up_filter(self._tenant)), Filter(self._state_topic, own=False, retained=True)

    def on_up(self) -> None:
        """See LinkUser."""
        self.link_since, self.link_problem = now_ms(), ""
        logger.info("link to the broker is up")
        self._steward.connected()

    def on_down(self, reason: str) -> None:
        """See LinkUser."""
        if not self.link_problem:
            self.link_since = now_ms()
            logger.warning("the link to the broker broke: %s", reason)
        self.link_problem = reason

    def on_message(self, message: Publish, connection: int) -> None:
        """See LinkUser."""
        if not message.packet:
            # Not of this protocol, and nothing bounds how many the broker hands over.
            return
        try:
            topic = message.topic.decode()
            if topic == self._state_topic:
                self._link.acknowledge([message.packet], connection)
                self._steward.heard(decode(ServerState, message.payload))
                return
            up = parse_up(topic)
        except (ProtocolError, UnicodeDecodeError) as error:
            logger.warning("message on a strange topic left out: %s", type(error).__name__)
            self._link.acknowledge([message.packet], connection)
            return
        self._queue.put(_Incoming(up, message.payload, message.packet, connection))

    # What the steward calls while this worker leads, in its thread.

    def _begin_run(self, run: Run) -> None:
        state = ServerState(state="on", run=run.name, at=run.since)
        self._link.publish(self._state_topic, encode(state), retain=True)
        for kiosk in self._library.wished_kiosks():
            self.send_desired(kiosk)

    def _sweep(self) -> None:
        results.expire(self._store, now_ms())
        self._attachments.sweep()
        self._retention.sweep(now_ms(), self._stopping)

    # The writer's thread.

    def _write_guarded(self) -> None:
        finished = False
        try:
            while (batch := self._take()) and self._commit(batch):
                pass
            finished = True
        finally:
            if not finished:
                self._on_crash()

    def _take(self) -> list[_Incoming]:
        """Everything that has arrived, at least one message; nothing when told to stop."""
        batch: list[_Incoming] = []
        size = 0
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            size += len(item.payload)
            if len(batch) == BATCH_MESSAGES or size >= BATCH_BYTES or self._queue.empty():
                return batch
            item = self._queue.get()
        if batch:
            self._queue.put(None)
        return batch

    def _commit(self, batch: list[_Incoming]) -> bool:
        """Write a batch, however long the database is away; False when told to stop before that."""
        intake = Intake(self._attachments)
        requests = [item for item in batch if item.topic.kind == "req"]
        for item in batch:
            if item.topic.kind != "req":
                intake.apply(item.topic, item.payload)
        for item in requests:
            self._respond(item, intake)
        outcome = self._write(intake, batch)
        if outcome is None:
            return False
        for (kiosk, boot, lane), seq in outcome.acks.items():
            topic = kiosk_topics(self._tenant, kiosk).down("ack")
            self._link.publish(topic, encode_ack(boot, lane, seq), expiry_s=_ACK_EXPIRY_S)
        connection = batch[-1].connection
        self._link.acknowledge([item.packet for item in batch if item.connection == connection], connection)
        for kiosk in sorted(outcome.desired_for):
            self.send_desired(kiosk)
        return True

    def _write(self, intake: Intake, batch: list[_Incoming]) -> Outcome | None:
        try:
            return self._write_when_possible(intake)
        except SQLAlchemyError as error:
            logger.warning("the database refuses what a message says (%s); looking for it", cause(error))
        total = Outcome()
        for item in batch:
            outcome = self._write_one(item)
            if outcome is None:
                return None
            total.acks.update(outcome.acks)
            total.desired_for |= outcome.desired_for
        return total

    def _write_one(self, item: _Incoming) -> Outcome | None:
        intake = Intake(self._attachments)
        intake.apply(item.topic, item.payload)
        try:
            return self._write_when_possible(intake)
        except SQLAlchemyError as error:
            intake = Intake(self._attachments)
            problem = ProtocolError("store.refused", f"the database refuses it ({type(error).__name__})")
            intake.refuse(item.topic.kiosk, problem)
            return self._write_when_possible(intake)

    def _write_when_possible(self, intake: Intake) -> Outcome | None:
        """Commit, however long the database is away; None when told to stop. Raises what no waiting will help."""
        while True:
            try:
                with self._store.writing() as tx:
                    return intake.write(tx, now_ms())
            except SQLAlchemyError as error:
                if is_refusal(error):
                    raise
                logger.warning("the database takes nothing (%s); trying again", cause(error))
                if self._stopping.wait(_RETRY_S):
                    return None

    def _respond(self, item: _Incoming, intake: Intake) -> None:
        try:
            request = decode_request(item.payload)
        except ProtocolError as error:
            intake.refuse(item.topic.kiosk, error)
            return
        topic = KioskTopics(self._tenant, item.topic.kiosk).down("res", request.corr)
        if isinstance(request, TimeRequest):
            answer = self._time(item.topic.kiosk, request)
        else:
            answer = encode_chunk(*self._library.chunk(request))
        self._link.publish(topic, answer, expiry_s=_RESPONSE_EXPIRY_S)

    def _time(self, kiosk: str, asked: TimeRequest) -> bytes:
        told = TimeAnswer(nonce=asked.nonce, tenant=self._tenant, kiosk=kiosk, at=now_ms())
        return sign("time", told, self._key())
