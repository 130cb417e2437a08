"""Commands from the centre: each done at most once, never after its expiry, always answered."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import ValidationError

from fleet.device.events import AgentEvent, HandoverAccepted, QueueCommanded
from fleet.device.ledger import Ledger
from fleet.protocol.messages import Command, CommandResult, CommandState, HandoverAcceptArgs, QueueCallArgs
from fleet.protocol.records import describe

logger = logging.getLogger(__name__)

_QUEUE_VERBS: Mapping[str, Literal["next", "again", "absent"]] = {
    "queue.next": "next",
    "queue.again": "again",
    "queue.absent": "absent",
}
# After a reconnect the answers of this long are said again; the server may have been away.
_REPEAT_MS = 3_600_000


class Commands:
    """Runs in the link's thread. ``answer`` publishes a result; ``emit`` reaches the kiosk."""

    def __init__(
        self,
        ledger: Ledger,
        answer: Callable[[CommandResult], None],
        emit: Callable[[AgentEvent], None],
        waiting: Callable[[str], bool],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """``waiting(handover)`` says whether that hand-over is still asked for on this kiosk."""
        self._ledger = ledger
        self._answer = answer
        self._emit = emit
        self._waiting = waiting
        self._wall_clock = wall_clock
        for cut_off in ledger.unfinished():
            ledger.keep_result(
                cut_off.model_copy(update={"state": "FAILED", "reason": "the kiosk restarted meanwhile"})
            )

    def handle(self, command: Command) -> None:
        """Do a command or say why not; a command seen before is only answered again."""
        seen = self._ledger.result_of(command.id)
        if seen is not None:
            self._answer(seen)
            return
        refusal = self._refusal(command)
        if refusal is not None:
            self._conclude(command.id, *refusal)
            return
        if command.name in _QUEUE_VERBS:
            self._call(command)
            return
        args = HandoverAcceptArgs.model_validate(command.args)
        self._conclude(command.id, "ACCEPTED", "")
        self._emit(HandoverAccepted(at=time.monotonic(), handover=args.handover, text=args.text))
        self._conclude(command.id, "SUCCEEDED", "")

    def _call(self, command: Command) -> None:
        """The kiosk does it in its own time and says ``conclude``."""
        args = QueueCallArgs.model_validate(command.args)
        self._conclude(command.id, "ACCEPTED", "")
        verb = _QUEUE_VERBS[command.name]
        self._emit(QueueCommanded(time.monotonic(), command.id, verb, args.queue, args.window))

    def conclude(self, command: str, done: bool, reason: str, number: str) -> None:
        """What became of a command that the kiosk did itself; of one that is over, nothing more is told."""
        seen = self._ledger.result_of(command)
        if seen is not None and seen.state == "ACCEPTED":
            self._conclude(command, "SUCCEEDED" if done else "FAILED", reason, number or None)

    def repeat(self) -> None:
        """Say the recent answers again, for a server that may have missed them."""
        for result in self._ledger.recent_results(self._now_ms() - _REPEAT_MS)[-16:]:
            self._answer(result)

    def _refusal(self, command: Command) -> tuple[CommandState, str] | None:
        if command.exp < self._wall_clock():
            return "EXPIRED", "it came after its expiry"
        if command.name in _QUEUE_VERBS:
            try:
                QueueCallArgs.model_validate(command.args)
            except ValidationError as error:
                return "REJECTED", describe(error, tuple(QueueCallArgs.model_fields))
            return None
        if command.name != "handover.accept":
            return "REJECTED", "this kiosk knows no such command"
        try:
            args = HandoverAcceptArgs.model_validate(command.args)
        except ValidationError as error:
            return "REJECTED", describe(error, tuple(HandoverAcceptArgs.model_fields))
        if not self._waiting(args.handover):
            return "REJECTED", "nobody waits for this hand-over any more"
        return None

    def _conclude(self, command: str, state: CommandState, reason: str, number: str | None = None) -> None:
        logger.info("command %s: %s %s", command, state, reason)
        result = CommandResult(id=command, state=state, reason=reason, at=self._now_ms(), number=number)
        self._ledger.keep_result(result)
        self._answer(result)

    def _now_ms(self) -> int:
        return int(self._wall_clock() * 1000)
