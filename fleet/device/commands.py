"""Commands from the centre: signed by it for this kiosk, each done at most once, in time, and always answered.

What is not signed, or meant for another kiosk, is not answered: whoever sent it shall not learn of it, and cannot end
a true command by its id.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Literal, Protocol, cast

from pydantic import ValidationError

from fleet.device.events import AgentEvent, CommandAsked, HandoverAccepted, QueueCommanded
from fleet.device.ledger import Ledger
from fleet.protocol.commands import (
    COMMANDS,
    MAX_TTL_S,
    Command,
    CommandArgs,
    HandoverAcceptArgs,
    QueueCallArgs,
)
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Attachment, CommandResult, CommandState, Message, Millis
from fleet.protocol.records import describe
from fleet.protocol.signed import Keys, decode_signed

logger = logging.getLogger(__name__)

_QUEUE_VERBS: Mapping[str, Literal["next", "again", "absent"]] = {
    "queue.next": "next",
    "queue.again": "again",
    "queue.absent": "absent",
}
# After a reconnect the answers of this long are said again; the server may have been away.
_REPEAT_MS = 3_600_000
_MOST_REPEATED = 64
HOLD_S = 5.0
"""So long may a command wait for the centre to say what time it is; then the system's clock has to do."""
_MOST_HELD = 32

Figures = Mapping[str, bool | int | float | str]


class Clock(Protocol):
    """See ``TimeKeeper``."""

    signed: bool

    @property
    def floor_ms(self) -> int:
        """A time that has certainly passed."""
        ...

    def trusted_now(self) -> float:
        """Seconds since 1970."""
        ...

    def witness(self, at_ms: int) -> None:
        """The centre has signed that this moment has passed."""
        ...


class _Since(Message):
    """When this kiosk began to remember commands: of older ones it cannot know whether it has done them."""

    at: Millis


class Commands:
    """Runs in the link's thread. ``answer`` publishes a result; ``emit`` reaches the kiosk."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        who: tuple[str, str],
        keys: Callable[[], Keys],
        answer: Callable[[CommandResult], None],
        emit: Callable[[AgentEvent], None],
        waiting: Callable[[str], bool],
    ) -> None:
        """``who``: tenant and kiosk. ``keys()``: whom to believe now.

        ``waiting(handover)``: whether it is still asked for on this kiosk.
        """
        self._ledger = ledger
        self._clock = clock
        self._who = who
        self._keys = keys
        self._answer = answer
        self._emit = emit
        self._waiting = waiting
        self._held: dict[str, tuple[Command, float]] = {}
        since = ledger.note("since", _Since)
        if since is None:
            since = _Since(at=clock.floor_ms)
            ledger.keep_note("since", since)
        self._since = since.at
        for name, cut_off in ledger.unfinished():
            ledger.keep_result(_after_restart(name, cut_off))

    def handle(self, payload: bytes, reference: str) -> None:
        """Do a command or say why not; a command seen before is only answered again.

        Raises ProtocolError when it is not signed, not well formed, or not meant for this kiosk.
        """
        command = decode_signed("command", Command, payload, self._keys())
        if (command.tenant, command.kiosk) != self._who or command.id != reference:
            raise ProtocolError("command.address", "a command that is signed for another kiosk or topic")
        self._clock.witness(command.at)
        if self._clock.signed:
            self._take(command)
        elif len(self._held) < _MOST_HELD:
            self._held.setdefault(command.id, (command, time.monotonic()))

    def pump(self) -> None:
        """Take what waited for the time to be known, or has waited long enough."""
        if not self._held:
            return
        now = time.monotonic()
        for name, (command, came_at) in list(self._held.items()):
            if self._clock.signed or now - came_at >= HOLD_S:
                del self._held[name]
                self._take(command)

    def begin(self, command: str) -> None:
        """The kiosk has begun with a command; what follows a restart is known by it."""
        seen = self._ledger.result_of(command)
        if seen is not None and seen.state == "ACCEPTED":
            self._say(seen.model_copy(update={"state": "RUNNING", "at": self._now_ms()}))

    def conclude(
        self,
        command: str,
        state: CommandState,
        reason: str = "",
        number: str = "",
        figures: Figures | None = None,
        attachment: Attachment | None = None,
    ) -> None:
        """What became of a command that the kiosk did itself; of one that is over, nothing more is told."""
        seen = self._ledger.result_of(command)
        if seen is None or seen.state not in ("ACCEPTED", "RUNNING"):
            return
        result = CommandResult(
            id=command,
            state=state,
            reason=one_line(reason),
            at=self._now_ms(),
            number=number or None,
            data={key: one_line(at) if isinstance(at, str) else at for key, at in (figures or {}).items()},
            attachment=attachment,
        )
        self._say(result)

    def repeat(self) -> None:
        """Say the recent answers again, for a server that may have missed them."""
        for result in self._ledger.recent_results(self._now_ms() - _REPEAT_MS, _MOST_REPEATED):
            self._answer(result)

    def _take(self, command: Command) -> None:
        seen = self._ledger.result_of(command.id)
        if seen is not None:
            self._answer(seen)
            return
        if not self._ledger.has_room(self._clock.floor_ms / 1000):
            self._answer(self._result(command, "REJECTED", "too many commands in one day; send fewer"))
            return
        try:
            args = self._checked(command)
        except _RefusalError as refusal:
            self._enter(command, refusal.state, str(refusal))
            return
        self._enter(command, "ACCEPTED", "")
        self._pass_on(command, args)

    def _pass_on(self, command: Command, args: CommandArgs) -> None:
        """Those that the kiosk does in its own time end with ``conclude``."""
        now = time.monotonic()
        if command.name in _QUEUE_VERBS:
            call, verb = cast("QueueCallArgs", args), _QUEUE_VERBS[command.name]
            self._emit(QueueCommanded(now, command.id, verb, call.queue, call.window))
        elif isinstance(args, HandoverAcceptArgs):
            self._emit(HandoverAccepted(at=now, handover=args.handover, text=args.text))
            self.conclude(command.id, "SUCCEEDED")
        else:
            left = command.exp - self._clock.trusted_now()
            self._emit(CommandAsked(now, command.id, command.name, args, now + left))

    def _checked(self, command: Command) -> CommandArgs:
        """The arguments of a command that may be done."""
        kind = COMMANDS.get(command.name)
        if command.exp < self._clock.trusted_now():
            raise _RefusalError("EXPIRED", "it came after its expiry")
        if command.exp - command.at // 1000 > (kind.longest_s if kind else MAX_TTL_S):
            raise _RefusalError("REJECTED", "it lives longer than such a command may")
        if command.at < self._since:
            raise _RefusalError("REJECTED", "it is older than this kiosk's memory of commands; send it anew")
        if kind is None:
            raise _RefusalError("REJECTED", "this kiosk knows no such command")
        try:
            args = kind.args.model_validate(command.args)
        except ValidationError as error:
            raise _RefusalError("REJECTED", describe(error, tuple(kind.args.model_fields))) from None
        if isinstance(args, HandoverAcceptArgs) and not self._waiting(args.handover):
            raise _RefusalError("REJECTED", "nobody waits for this hand-over any more")
        return args

    def _enter(self, command: Command, state: CommandState, reason: str) -> None:
        result = self._result(command, state, reason)
        logger.info("command %s %s: %s %s", command.name, command.id, state, reason)
        latest = (
            int(self._clock.trusted_now()) + MAX_TTL_S
        )  # what is refused for its length is not kept for ever
        self._ledger.enter(command.model_copy(update={"exp": min(command.exp, latest)}), result)
        self._answer(result)

    def _say(self, result: CommandResult) -> None:
        logger.info("command %s: %s %s", result.id, result.state, result.reason)
        self._ledger.keep_result(result)
        self._answer(result)

    def _result(self, command: Command, state: CommandState, reason: str) -> CommandResult:
        return CommandResult(id=command.id, state=state, reason=one_line(reason), at=self._now_ms())

    def _now_ms(self) -> int:
        return int(self._clock.trusted_now() * 1000)


class _RefusalError(Exception):
    """A command is not done, and why."""

    def __init__(self, state: CommandState, reason: str) -> None:
        super().__init__(reason)
        self.state: CommandState = state


def one_line(text: str) -> str:
    """A reason or figure as messages may hold it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:500]


def _after_restart(name: str, cut_off: CommandResult) -> CommandResult:
    """A restart that was begun has happened: this program is the one that began again."""
    if name == "restart" and cut_off.state == "RUNNING":
        return cut_off.model_copy(update={"state": "SUCCEEDED", "reason": "started again"})
    return cut_off.model_copy(update={"state": "FAILED", "reason": "the kiosk restarted meanwhile"})
