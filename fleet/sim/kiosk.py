"""One simulated kiosk: the device's sender, messages and topics, with made-up visits instead of a hall."""

import itertools
import random
import secrets
import time
from collections.abc import Callable

from fleet.device.sender import Sender
from fleet.device.settings import AgentSettings
from fleet.protocol.codec import decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Ack, Birth, Lane, Presence, ServerState
from fleet.protocol.topics import KioskTopics, parse_down, server_state
from fleet.protocol.updates import Reported
from fleet.sim.waiting import MemoryOutbox

Publish = Callable[[str, bytes, bool], bool]
_MATTERS = (
    "gov.id_card.replace",
    "gov.id_card.first",
    "bank.card.lost",
    "hall.hours",
    "gov.residence_permit.apply",
)


class SimKiosk:
    """Answers a connection as the agent does (``LinkHandler``). One thread calls it."""

    def __init__(
        self, settings: AgentSettings, sample_s: float, visit_s: float, on_committed: Callable[[float], None]
    ) -> None:
        """``sample_s``: seconds between two samples of health; ``visit_s``: mean seconds between two visits."""
        self.settings = settings
        self.outbox = MemoryOutbox(secrets.token_hex(8), on_committed)
        self.faults = 0
        self.closed = False  # no more visits: what is written still goes out
        self.publish: Publish | None = None
        self._sample_s, self._visit_s = sample_s, visit_s
        self._topics = KioskTopics(settings.tenant, settings.kiosk)
        self._server_topic = server_state(settings.tenant)
        self._sender = Sender(self.outbox, self._send)
        self._server_run = ""
        self._conn = 0
        self._conns = itertools.count(1)
        self._visits = 0
        self._sample_at = time.monotonic() + random.uniform(0, sample_s)
        self._visit_at = time.monotonic() + random.expovariate(1 / visit_s)

    def live(self, now: float) -> float:
        """Take the samples and have the visits that are due, connected or not; returns the moment of the next."""
        if self.closed:
            return now + self._sample_s
        while now >= self._sample_at:
            self.outbox.append("tm", "health", {"load": round(random.random(), 2), "celsius": 52.5})
            self._sample_at += self._sample_s
        while now >= self._visit_at:
            self._visit()
            self._visit_at += random.expovariate(1 / self._visit_s)
        return min(self._sample_at, self._visit_at)

    def next_connection(self) -> int:
        """The number of the connection that is tried next."""
        return next(self._conns)

    def filters(self) -> tuple[str, ...]:
        """See LinkHandler."""
        return (self._topics.down_filter, self._server_topic)

    def will(self, conn: int) -> tuple[str, bytes]:
        """See LinkHandler."""
        return self._presence("off", conn)

    farewell = will

    def on_up(self, conn: int) -> None:
        """See LinkHandler."""
        self._conn = conn
        self._say(*self._presence("on", conn), retain=True)

    def on_down(self, reason: str) -> None:
        """See LinkHandler."""
        self._server_run = ""

    def on_fault(self, error: Exception) -> None:
        """See LinkHandler."""
        self.faults += 1

    def on_tick(self) -> float:
        """See LinkHandler."""
        now = time.monotonic()
        due = self.live(now)
        if self._server_run:
            self._sender.pump(now)
        return due - now

    def on_message(self, topic: str, payload: bytes) -> None:
        """See LinkHandler."""
        try:
            if topic == self._server_topic:
                self._server_says(decode(ServerState, payload))
            elif parse_down(topic).kind == "ack":
                self._sender.acknowledged(decode(Ack, payload))
        except ProtocolError as error:
            self.on_fault(error)

    def _server_says(self, state: ServerState) -> None:
        if state.state == "off":
            self._server_run = ""
        elif state.run != self._server_run:
            self._server_run = state.run
            self._sender.rewind()
            birth = Birth(
                boot=self.outbox.boot,
                conn=self._conn,
                run=state.run,
                at=_now_ms(),
                versions={"sim": "1"},
                depth=self.outbox.depth,
            )
            self._say(self._topics.up("birth"), encode(birth))
            self._say(self._topics.up("reported"), encode(Reported(rev=0, at=_now_ms())))

    def _visit(self) -> None:
        self._visits += 1
        visit = str(self._visits)
        turns = random.randint(1, 4)
        self.outbox.append("tm", "visit.started", {"visit": visit, "trigger": "presence"})
        for number in range(turns):
            turn = {"visit": visit, "turn": number, "channel": "voice", "lang": "zh", "act": "answer"}
            self.outbox.append("tm", "turn", {**turn, "matter": random.choice(_MATTERS), "confidence": 0.93})
        self.outbox.append("tm", "visit.ended", {"visit": visit, "outcome": "done", "turns": turns})
        if random.random() < 0.05:
            self.outbox.append("ev", "part", {"part": "printer", "state": "degraded", "reason": "paper low"})

    def _presence(self, state: str, conn: int) -> tuple[str, bytes]:
        message = Presence.model_validate(
            {"state": state, "boot": self.outbox.boot, "conn": conn, "at": _now_ms()}
        )
        return self._topics.up("presence"), encode(message)

    def _send(self, lane: Lane, payload: bytes) -> bool:
        return self._say(self._topics.up(lane), payload)

    def _say(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        return self.publish is not None and self.publish(topic, payload, retain)


def _now_ms() -> int:
    return int(time.time() * 1000)
