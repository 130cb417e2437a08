"""Queue tickets of one kiosk: which system gives the numbers, what the centre hears of them, and how a ticket looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fleet.device.agent import Agent
from fleet.protocol.messages import QueueState
from kiosk_app.config import KioskConfig, QueueConfig
from kiosk_app.presenter import Site
from kiosk_app.queues.address import listen_address
from kiosk_app.queues.events import QueueEvent
from kiosk_app.queues.http_system import HttpQueues, read_token
from kiosk_app.queues.numbering import FILE, FOLDER
from kiosk_app.queues.own import OwnQueues
from kiosk_app.queues.port import QueueError, QueueSystem, Standing
from kiosk_app.queues.serving import Desk
from kiosk_app.runtime.queueing import Queueing
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.session import PrintTicket
from kiosk_app.taking.ticket_slip import TicketSlip
from models.knowledge import Knowledge
from models.knowledge.content import Queue


class Ticketing:
    """Builds the part and knows what of it leaves the kiosk."""

    def __init__(
        self,
        config: KioskConfig,
        knowledge: Callable[[], Knowledge | None],
        agent: Callable[[], Agent | None],
        telemetry: Telemetry,
    ) -> None:
        self._config = config
        self._knowledge = knowledge
        self._agent = agent
        self._telemetry = telemetry
        self._standing: Standing | None = None

    @property
    def wanted(self) -> bool:
        """The site gives numbers here."""
        return self._config.queue.system != "none"

    def build(self, post: Callable[[QueueEvent], None], lost: Callable[[str], None]) -> Queueing:
        """The part that asks the configured system. Raises QueueError."""
        config = self._config.queue
        return Queueing(
            system_of(self._config, self._queues),
            post,
            lost,
            self._telemetry.queue,
            self._conclude,
            self._changed,
            desk=(lambda queueing: _desk(config, queueing)) if config.listen is not None else None,
        )

    def connect(self, agent: Agent) -> None:
        """Tell a new link how the queues stand."""
        if self._config.queue.system == "own" and self._standing is not None:
            agent.report_queues(states_of(self._queues(), self._standing))

    def slip(self, wanted: PrintTicket, site: Site) -> TicketSlip:
        """What is printed of a number."""
        home = site.home.get(wanted.lang)
        queues = home.queues if home else ()
        queue = next((one for one in queues if one.queue == wanted.ticket.queue), None)
        return TicketSlip(
            home.site_name if home else "",
            wanted.ticket.number,
            queue.name if queue else "",
            queue.windows if queue else "",
            wanted.ticket.ahead,
            wanted.ticket.at,
            wanted.lang,
        )

    def _queues(self) -> tuple[Queue, ...]:
        knowledge = self._knowledge()
        return knowledge.hall.queues if knowledge is not None else ()

    def _changed(self, standing: Standing) -> None:
        self._standing = standing
        agent = self._agent()
        if agent is not None:
            self.connect(agent)

    def _conclude(self, command: str, done: bool, reason: str, number: str) -> None:
        agent = self._agent()
        if agent is not None:
            agent.conclude(command, done, reason, number)


def system_of(config: KioskConfig, queues: Callable[[], Sequence[Queue]]) -> QueueSystem:
    """The configured system, not opened yet. Raises QueueError."""
    if config.queue.system == "own":
        return OwnQueues(config.home / FOLDER / FILE, queues)
    return HttpQueues(config.queue.url or "", config.queue.token_file)


def states_of(queues: Sequence[Queue], standing: Standing) -> tuple[QueueState, ...]:
    """How the queues stand, as the centre hears it."""
    lines = {line.queue: line for line in standing.lines}
    windows = {call.number: call.window for call in standing.calls}
    return tuple(
        QueueState.model_validate(
            {
                "queue": queue.id,
                "letter": queue.letter,
                "names": queue.name,
                "windows": queue.windows,
                "waiting": lines[queue.id].waiting or 0,
                "last": lines[queue.id].last or None,
                "window": windows.get(lines[queue.id].last),
            }
        )
        for queue in queues
        if queue.id in lines
    )


def _desk(config: QueueConfig, queueing: Queueing) -> Desk:
    if config.token_file is None:
        raise QueueError("queue.listen needs queue.token_file", "queue.address")
    token = read_token(config.token_file)
    return Desk(listen_address(config.listen or ""), token, queueing.take_for, queueing.standing_for)
