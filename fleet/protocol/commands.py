"""What the centre may ask of a kiosk: the allow-list, and for each command its arguments and how long it may live.

A command is signed (``signed``, purpose "command") and names tenant and kiosk in what is signed, so that it means
nothing to any other kiosk. Arguments are checked twice with the same models: by the centre before it signs, and by the
kiosk, which trusts no centre to have done so. None of them is ever given to a shell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from fleet.protocol.messages import Count, Message, Millis, QueueId, Reference, Token, WindowId

MAX_TTL_S = 86_400
"""No command lives longer; a kiosk remembers the ids of all that still could."""

ArgumentText = Annotated[str, StringConstraints(max_length=500)]
# Words for the screen: no control, formatting, private or unassigned characters, no line breaks.
ScreenText = Annotated[str, StringConstraints(pattern=r"^[^\p{C}\p{Zl}\p{Zp}]*$", strip_whitespace=True)]
Line = Annotated[ScreenText, StringConstraints(max_length=80)]


class Order(Message):
    """A command that is not addressed yet: do ``name`` once, said at ``at``, not after ``exp`` (seconds since 1970)."""

    id: Reference
    name: Token
    at: Millis
    exp: Count
    args: dict[Token, bool | int | ArgumentText] = Field(default_factory=dict, max_length=16)


class Command(Order):
    """``dn/cmd/{id}``, signed: an order for one kiosk."""

    tenant: Token
    kiosk: Token


class CommandArgs(Message):
    """Base of all arguments."""


class NoArgs(CommandArgs):
    """A command that needs none."""


class RestartArgs(CommandArgs):
    """Arguments of ``restart``: the program stops in good order and begins again, between visits or ``now``."""

    now: bool = False


class IdentifyArgs(CommandArgs):
    """Arguments of ``identify``: for so long the screen flashes with the kiosk's name, which is also said ``aloud``."""

    seconds: int = Field(default=30, ge=5, le=120)
    aloud: bool = True


class LogArgs(CommandArgs):
    """Arguments of ``log``: at most the last ``lines`` of the kiosk's own log, and none older than ``minutes``."""

    lines: int = Field(default=500, ge=1, le=5000)
    minutes: int | None = Field(default=None, ge=1, le=10_080)


class VolumeArgs(CommandArgs):
    """Arguments of ``volume``: how loud every visit begins."""

    percent: int = Field(ge=20, le=100)


class MessageArgs(CommandArgs):
    """Arguments of ``message``: what the idle screen says for ``minutes``.

    Where one language is left out, the other's words stand there, too.
    """

    zh: Annotated[ScreenText, StringConstraints(max_length=40)] = ""
    en: Line = ""
    minutes: int = Field(default=60, ge=1, le=10_080)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.zh or self.en):
            raise ValueError("zh or en must say something")
        return self


class OutOfServiceArgs(CommandArgs):
    """Arguments of ``out_of_service``: why nobody is served, and where people shall go instead."""

    on: bool
    zh: Line = ""
    en: Line = ""
    where_zh: Line = ""
    where_en: Line = ""


class HandoverAcceptArgs(CommandArgs):
    """Arguments of ``handover.accept``: which hand-over, and a line for the citizen to read."""

    handover: Reference
    text: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")


class QueueCallArgs(CommandArgs):
    """Arguments of ``queue.next``, ``queue.again`` and ``queue.absent``: which queue, at which window."""

    queue: QueueId
    window: WindowId


@dataclass(frozen=True, slots=True)
class CommandKind:
    """One command: what it does, its arguments, the seconds it lives unless told otherwise, and the most it may.

    ``operators``: may be sent as it is, from a shell or the API; the others belong to a page that keeps more of them.
    """

    does: str
    args: type[CommandArgs]
    ttl_s: int
    longest_s: int
    operators: bool = True


def _call(does: str) -> CommandKind:
    return CommandKind(does, QueueCallArgs, 10, 60, operators=False)


COMMANDS: Mapping[str, CommandKind] = {
    "restart": CommandKind(
        "The program stops in good order and begins again, between visits or now.",
        RestartArgs,
        3600,
        MAX_TTL_S,
    ),
    "identify": CommandKind("The screen shows the kiosk's name, which is also said.", IdentifyArgs, 60, 600),
    "doctor": CommandKind("Runs the self-test; its report comes as an attachment.", NoArgs, 300, 3600),
    "log": CommandKind("The end of the kiosk's log, redacted, as an attachment.", LogArgs, 300, 3600),
    "screenshot": CommandKind(
        "The screen drawn anew without citizens' words, as an attachment.", NoArgs, 60, 600
    ),
    "volume": CommandKind("How loud every visit begins.", VolumeArgs, 300, MAX_TTL_S),
    "message": CommandKind("Words on the idle screen, for some time.", MessageArgs, 300, MAX_TTL_S),
    "message.remove": CommandKind("They come down.", NoArgs, 300, MAX_TTL_S),
    "out_of_service": CommandKind(
        "Nobody is served any more after this visit, or again.", OutOfServiceArgs, 3600, MAX_TTL_S
    ),
    "handover.accept": CommandKind(
        "Tells the citizen that a person comes.", HandoverAcceptArgs, 30, 120, operators=False
    ),
    "queue.next": _call("Calls the next number to a window."),
    "queue.again": _call("Calls the last number once more."),
    "queue.absent": _call("Nobody came with the number that was called."),
}
"""Everything that a kiosk does when it is told to; nothing else exists."""
