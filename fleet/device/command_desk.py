"""Between the link and the kiosk: commands in, what became of them out, with what is too large for a result."""

import logging
from collections import deque
from collections.abc import Callable

from fleet.device.commands import Commands, Figures
from fleet.device.events import AgentEvent
from fleet.device.ledger import Ledger
from fleet.device.settings import AgentSettings
from fleet.device.time_keeping import TimeKeeper
from fleet.device.uploads import Enclosure, Uploads
from fleet.protocol.codec import encode
from fleet.protocol.messages import CommandResult, CommandState
from fleet.protocol.signed import Keys
from fleet.protocol.topics import KioskTopics

logger = logging.getLogger(__name__)

_MOST_WAITING = 256
_SOON_S, _IDLE_S = 0.05, 1.0


class CommandDesk:
    """``begin`` and ``conclude`` may be called from any thread, the rest from the link's.

    ``publish(topic, payload)`` is False without a connection, or while it is choked.
    """

    def __init__(
        self,
        settings: AgentSettings,
        ledger: Ledger,
        clock: TimeKeeper,
        keys: Callable[[], Keys],
        publish: Callable[[str, bytes], bool],
        emit: Callable[[AgentEvent], None],
        waiting: Callable[[str], bool],
    ) -> None:
        self._topics = KioskTopics(settings.tenant, settings.kiosk)
        self._publish = publish
        self._told: deque[Callable[[], None]] = deque(maxlen=_MOST_WAITING)
        who = (settings.tenant, settings.kiosk)
        self._commands = Commands(ledger, clock, who, keys, self._answer, emit, waiting)
        self._uploads = Uploads(settings.data_dir / "attachments", self._send_part)

    def begin(self, command: str) -> None:
        """The kiosk has begun with a command."""
        self._told.append(lambda: self._commands.begin(command))

    def conclude(
        self,
        command: str,
        state: CommandState,
        reason: str,
        number: str = "",
        figures: Figures | None = None,
        enclosure: Enclosure | None = None,
    ) -> None:
        """A command is over."""
        self._told.append(lambda: self._conclude(command, state, reason, number, figures, enclosure))

    def handle(self, payload: bytes, reference: str) -> None:
        """Take a command. Raises ProtocolError as ``Commands.handle``."""
        self._commands.handle(payload, reference)

    def settle(self) -> None:
        """Put on disk, and say, what the kiosk has told."""
        while self._told:
            self._told.popleft()()

    def pump(self) -> None:
        """Settle, and take commands whose time has come."""
        self.settle()
        self._commands.pump()

    def rewind(self) -> None:
        """Another server is there: say again what it may have missed."""
        self._commands.repeat()
        self._uploads.rewind()

    def send(self) -> float:
        """Send some of what waits; the seconds until more may be."""
        return _SOON_S if self._uploads.pump() else _IDLE_S

    def _conclude(
        self,
        command: str,
        state: CommandState,
        reason: str,
        number: str,
        figures: Figures | None,
        enclosure: Enclosure | None,
    ) -> None:
        try:
            attachment = self._uploads.put(command, enclosure) if enclosure is not None else None
            self._commands.conclude(command, state, reason, number, figures, attachment)
        except (OSError, ValueError) as error:
            why = type(error).__name__  # a text may hold anything
            logger.warning("what came of command %s cannot be told: %s", command, why)
            self._commands.conclude(command, "FAILED", f"its result cannot be told: {why}")

    def _answer(self, result: CommandResult) -> None:
        self._publish(self._topics.up("cmd", result.id), encode(result))

    def _send_part(self, command: str, payload: bytes) -> bool:
        return self._publish(self._topics.up("att", command), payload)
