"""The kiosk's agent: one object the kiosk talks to; behind it the outbox and the link's thread."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from fleet.device.command_desk import CommandDesk
from fleet.device.commands import Figures
from fleet.device.errors import IdentityError, OutboxError
from fleet.device.events import AgentEvent, LinkDown, LinkUp
from fleet.device.identity import IdentityFiles
from fleet.device.ledger import Ledger
from fleet.device.link import Link
from fleet.device.losses import LossNotes
from fleet.device.outbox import Limits, Outbox
from fleet.device.renewal import Renewal
from fleet.device.sender import Sender
from fleet.device.settings import AgentSettings
from fleet.device.state import TargetState
from fleet.device.syncing import Syncing
from fleet.device.time_keeping import FILE, SKEW_TOLD_MS, TimeKeeper
from fleet.device.updates.client import Now, UpdateClient
from fleet.device.updates.exchange import ChunkExchange
from fleet.device.updates.https import Https, HttpsAddress
from fleet.device.updates.jobs import JobNotes
from fleet.device.updates.transports import Transport
from fleet.device.updates.worker import UpdateWorker
from fleet.device.uploads import Enclosure
from fleet.protocol.codec import decode, decode_chunk, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import (
    Ack,
    Birth,
    CommandState,
    Lane,
    Presence,
    Queues,
    QueueState,
    ServerState,
    TargetName,
    TargetResult,
)
from fleet.protocol.records import Handover, JsonScalar, VisitEnded, check_record, describe
from fleet.protocol.signed import Keys, decode_signed
from fleet.protocol.topics import KioskTopics, parse_down, server_state
from fleet.protocol.tree import Kind
from fleet.protocol.updates import ChunkRequest, Desired, Job

logger = logging.getLogger(__name__)

_REQUEST_EXPIRY_S = 60
_QUEUES_EXPIRY_S = 60


class Agent:
    """Telemetry, alarms, updates and commands of one kiosk.

    ``emit`` is called from the agent's threads and must return quickly (put the event on a queue).
    """

    def __init__(
        self,
        settings: AgentSettings,
        emit: Callable[[AgentEvent], None],
        https: HttpsAddress | None = None,
        now: Now | None = None,
    ) -> None:
        """Open the files on disk; nothing is sent before ``start``.

        ``https``: where files can be had besides MQTT. ``now`` judges what has lapsed; without it the time that is
        trusted does.

        Raises OutboxError ``outbox.in_use`` or ``outbox.open``, AgentError ``ledger.open``.
        """
        self._settings = settings
        self._emit = emit
        self._topics = KioskTopics(settings.tenant, settings.kiosk)
        self._server_topic = server_state(settings.tenant)
        limits = Limits(settings.outbox_rows, settings.outbox_mb * 2**20, settings.outbox_days * 86_400)
        self._outbox = Outbox(settings.data_dir / "outbox.sqlite", limits)
        self._ledger = Ledger(settings.data_dir / "ledger.sqlite")
        self._link = Link(settings, self)
        self._sender = Sender(self._outbox, self._send_batch)
        self._identity = IdentityFiles(settings.identity) if settings.identity else None
        self._time = TimeKeeper(
            settings.data_dir / FILE,
            (settings.tenant, settings.kiosk),
            self._centre_keys,
            not_before_ms=self._identity.issued_ms() if self._identity else 0,
        )
        self._jobs = JobNotes()
        self._targets = TargetState(self._ledger, self._jobs, emit, self._link.wake)
        self._exchange = ChunkExchange(self._link.wake)
        bulk: list[Transport] = [self._exchange] if https is None else [Https(https), self._exchange]
        self._updates = UpdateWorker(
            UpdateClient(
                settings.data_dir / "updates",
                self._identity.root if self._identity else None,
                now or self._trusted_moment,
            ),
            metadata=bulk[::-1],
            bulk=bulk,
            told=self._targets,
        )
        self._targets.pursue = self._updates.want
        self._commands = CommandDesk(
            settings, self._ledger, self._time, self._centre_keys, self._link.publish, emit, self._is_waiting
        )
        self._handovers: dict[
            str, str
        ] = {}  # hand-over → its visit; gone with the visit and with the process
        self._queues: Queues | None = None
        self._told_queues: Queues | None = None
        self._told_skew_ms = 0
        self._faults: deque[str] = deque(maxlen=16)
        self._server_run = ""
        self._conn = 0
        self._contact_at: float | None = None
        self._losses = LossNotes(self._outbox)
        self._renewal = Renewal(self._identity) if self._identity else None
        self._stopped = False
        self._syncing = Syncing(self._outbox)
        if self._outbox.damaged is not None:
            self._faults.append("outbox.damaged: the file was set aside, a new one begun")
        if self._ledger.set_aside:
            self._faults.append("ledger.damaged: the file was set aside, a new one begun")

    @property
    def connected(self) -> bool:
        """The broker has this kiosk's connection now."""
        return self._link.connected

    @property
    def depth(self) -> int:
        """Records on disk that the centre has not committed yet."""
        return self._outbox.depth

    @property
    def lost(self) -> int:
        """Records that the disk did not take since this start."""
        return self._outbox.lost

    @property
    def contact_at(self) -> float | None:
        """When the broker or the centre was last heard, in monotonic seconds; None before that."""
        return self._contact_at

    def start(self) -> None:
        """Begin connecting and sending."""
        self._syncing.start()
        self._link.start()
        if self._renewal is not None:
            self._renewal.start()

    def stop(self) -> None:
        """Say goodbye and close the files; what was not sent waits for the next start."""
        if self._stopped:
            return
        self._stopped = True
        self._exchange.online("")
        self._updates.stop()
        if self._renewal is not None:
            self._renewal.stop()
        self._link.stop()
        self._syncing.stop()
        self._commands.settle()  # what was told at the end, such as that a restart has begun
        self._outbox.close()
        self._ledger.close()

    def record(self, kind: str, data: Mapping[str, JsonScalar | list[str]]) -> None:
        """Put telemetry on disk, from any thread; returns when it is there.

        Raises ProtocolError when the kind or a key is not on the allow-list of ``fleet.protocol.records``.
        A disk that takes nothing is no reason to stop serving: that is logged, counted and told the centre.
        """
        checked = self._store("tm", kind, data)
        if isinstance(checked, VisitEnded):
            self._handovers = {key: visit for key, visit in self._handovers.items() if visit != checked.visit}

    def alarm(self, kind: str, data: Mapping[str, JsonScalar | list[str]]) -> None:
        """Put an alarm or a hand-over on disk; it goes out before all telemetry. Raises as ``record``."""
        checked = self._store("ev", kind, data)
        if isinstance(checked, Handover):
            self._handovers = {**self._handovers, checked.handover: checked.visit}

    def report_target(
        self, kind: Kind, name: str, version: str, sha256: str, result: TargetResult, reason: str = ""
    ) -> None:
        """Tell the centre what became of a target; any thread may.

        Raises ProtocolError ``target.name`` when name, version or hash cannot go over the wire.
        """
        try:
            named = TargetName(name=name, version=version, sha256=sha256)
        except ValidationError as error:
            raise ProtocolError("target.name", describe(error, tuple(TargetName.model_fields))) from None
        self._targets.report(kind, named, result, reason)
        self._link.wake()

    def trusted_now(self) -> float:
        """Seconds since 1970 as ``TimeKeeper`` knows them; from any thread."""
        return self._time.trusted_now()

    def begin(self, command: str) -> None:
        """Tell the centre that a command is being done; from any thread."""
        self._commands.begin(command)
        self._link.wake()

    def conclude(
        self,
        command: str,
        done: bool,
        reason: str = "",
        number: str = "",
        *,
        figures: Figures | None = None,
        enclosure: Enclosure | None = None,
        late: bool = False,
    ) -> None:
        """Tell the centre what became of a command; from any thread. ``late``: it was not begun in time."""
        state: CommandState = "SUCCEEDED" if done else "EXPIRED" if late else "FAILED"
        self._commands.conclude(command, state, reason, number, figures, enclosure)
        self._link.wake()

    def report_queues(self, queues: Sequence[QueueState]) -> None:
        """Tell the centre how the queues stand; from any thread. The newest is said again to a server that is back."""
        self._queues = Queues(at=_now_ms(), queues=tuple(queues))
        self._link.wake()

    # What the link calls, all in its thread.

    def filters(self) -> tuple[str, ...]:
        """See LinkHandler."""
        return (self._topics.down_filter, self._server_topic)

    def will(self, conn: int) -> tuple[str, bytes]:
        """See LinkHandler."""
        return self._presence("off", conn)

    def farewell(self, conn: int) -> tuple[str, bytes]:
        """See LinkHandler."""
        return self._presence("off", conn)

    def on_up(self, conn: int) -> None:
        """See LinkHandler."""
        self._conn = conn
        self._contact_at = time.monotonic()
        topic, payload = self._presence("on", conn)
        self._link.publish(topic, payload, retain=True)
        self._emit(LinkUp(time.monotonic()))

    def on_down(self, reason: str) -> None:
        """See LinkHandler."""
        self._leave_server()
        self._emit(LinkDown(time.monotonic(), reason))

    def on_fault(self, error: Exception) -> None:
        """See LinkHandler."""
        # The type and our own code only: a text may hold anything.
        self._faults.append(f"{type(error).__name__} {getattr(error, 'code', '')}".strip())

    def on_tick(self) -> float:
        """See LinkHandler."""
        self._commands.pump()
        if not self._server_run:
            return 1.0
        self._ask_time()
        now = time.monotonic()
        self._losses.write()
        self._sender.pump(now)
        self._exchange.pump(self._send_request)
        if self._targets.unsent:
            self._report()
        self._jobs.pump(now, self._send_job)
        self._tell_queues()
        return self._commands.send()

    def on_message(self, topic: str, payload: bytes) -> None:
        """See LinkHandler."""
        self._contact_at = time.monotonic()
        try:
            if topic == self._server_topic:
                self._server_says(decode(ServerState, payload))
                return
            down = parse_down(topic)
            if down.kind == "ack":
                self._sender.acknowledged(decode(Ack, payload))
            elif down.kind == "desired":
                self._want(decode_signed("desired", Desired, payload, self._centre_keys()))
            elif down.kind == "res":
                self._answered(down.reference, payload)
            else:
                self._commands.handle(payload, down.reference)
        except ProtocolError as error:
            logger.warning("message refused: %s", error)
            self.on_fault(error)

    def _server_says(self, state: ServerState) -> None:
        if state.state == "off":
            self._leave_server()
            return
        if state.run == self._server_run:
            return
        # A server that has just come (back) knows nothing of messages it did not commit: say it all again.
        self._server_run = state.run
        self._sender.rewind()
        self._time.hurry()
        self._link.publish(self._topics.up("birth"), encode(self._birth()))
        self._report()
        self._commands.rewind()
        self._told_queues = None
        self._exchange.online(state.run)
        self._updates.nudge()

    def _leave_server(self) -> None:
        self._server_run = ""
        self._exchange.online("")

    def _centre_keys(self) -> Keys:
        """Read anew each time: they are renewed while the kiosk runs. None, and nothing is believed, without them."""
        try:
            return self._identity.centre_keys() if self._identity else {}
        except IdentityError as error:
            logger.warning("whom to believe is not known: %s", error)
            return {}

    def _want(self, desired: Desired) -> None:
        if (desired.tenant, desired.kiosk) != (self._settings.tenant, self._settings.kiosk):
            raise ProtocolError("desired.other", "a desired document of another kiosk")
        self._targets.want(desired)

    def _report(self) -> None:
        if not self._link.publish(self._topics.up("reported"), encode(self._targets.reported)):
            self._targets.unsent = True

    def _answered(self, corr: str, payload: bytes) -> None:
        if not self._time.awaits(corr):
            self._exchange.take(*decode_chunk(payload))
        elif self._time.take(payload):
            self._commands.pump()
            if abs(self._time.state.skew_ms - self._told_skew_ms) >= SKEW_TOLD_MS:
                self._link.publish(self._topics.up("birth"), encode(self._birth()))

    def _ask_time(self) -> None:
        question = self._time.question()
        if question is not None:
            self._link.publish(self._topics.up("req"), encode(question), expiry_s=_REQUEST_EXPIRY_S)

    def _trusted_moment(self) -> datetime:
        return datetime.fromtimestamp(self._time.trusted_now(), UTC)

    def _tell_queues(self) -> None:
        queues = self._queues
        if queues is None or queues is self._told_queues:
            return
        if self._link.publish(self._topics.up("queue"), encode(queues), expiry_s=_QUEUES_EXPIRY_S):
            self._told_queues = queues

    def _birth(self) -> Birth:
        clock = self._time.state
        self._told_skew_ms = clock.skew_ms
        return Birth(
            boot=self._outbox.boot,
            conn=self._conn,
            at=_now_ms(),
            run=self._server_run,
            versions=self._settings.versions,
            running=self._targets.running,
            desired_rev=self._targets.desired_rev,
            depth=self._outbox.depth,
            dropped=self._outbox.given_up.count,
            lost=self._outbox.lost,
            faults=tuple(self._faults),
            clock=clock,
        )

    def _store(self, lane: Lane, kind: str, data: Mapping[str, object]) -> object:
        checked = check_record(lane, kind, data)
        try:
            self._outbox.append(lane, kind, checked.model_dump(mode="json", exclude_none=True))
        except OutboxError as error:
            logger.warning("record lost: %s", error)
        self._link.wake()
        return checked

    def _is_waiting(self, handover: str) -> bool:
        return handover in self._handovers

    def _send_batch(self, lane: Lane, payload: bytes) -> bool:
        return self._link.publish(self._topics.up(lane), payload)

    def _send_request(self, request: ChunkRequest) -> bool:
        return self._link.publish(self._topics.up("req"), encode(request), expiry_s=_REQUEST_EXPIRY_S)

    def _send_job(self, job: Job) -> bool:
        return self._link.publish(self._topics.up("job", job.id), encode(job))

    def _presence(self, state: str, conn: int) -> tuple[str, bytes]:
        message = Presence.model_validate(
            {"state": state, "boot": self._outbox.boot, "conn": conn, "at": _now_ms()}
        )
        return self._topics.up("presence"), encode(message)


def _now_ms() -> int:
    return int(time.time() * 1000)
