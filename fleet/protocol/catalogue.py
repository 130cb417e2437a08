"""Every topic of the protocol with its rules: what docs/PROTOCOL.md shows and the broker's access list follows."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from fleet.protocol import attachments, commands, messages, signed, timing, updates


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic below ``k1/{tenant}/{kiosk}/`` (``up/``, ``dn/``) or ``k1/{tenant}/`` (``srv/``).

    ``form``: how the payload is written; ``zlib``: compressed JSON; ``chunk``: a line of JSON, then bytes;
    ``signed``: ``Signed`` around ``model``.
    """

    name: str
    model: type[BaseModel]
    says: Literal["kiosk", "centre"]
    rule: str
    retain: bool = False
    expiry_s: str = ""
    form: Literal["json", "zlib", "chunk", "signed"] = "json"


TOPICS: tuple[Topic, ...] = (
    Topic(
        "up/presence",
        messages.Presence,
        "kiosk",
        "Whether the kiosk is there; also its last will. An `off` counts only for the connection it names.",
        retain=True,
    ),
    Topic(
        "up/birth",
        messages.Birth,
        "kiosk",
        "What the kiosk is, once a connection stands and whenever the centre comes back.",
    ),
    Topic(
        "up/tm",
        messages.Batch,
        "kiosk",
        "Telemetry out of the outbox. The centre keeps a record once, by kiosk, boot and seq.",
        form="zlib",
    ),
    Topic(
        "up/ev",
        messages.Batch,
        "kiosk",
        "Alarms and requests for a person; they go before telemetry.",
        form="zlib",
    ),
    Topic(
        "dn/ack",
        messages.Ack,
        "centre",
        "Everything up to seq is committed; only then does the kiosk delete it.",
        expiry_s="30",
    ),
    Topic(
        "dn/desired",
        updates.Desired,
        "centre",
        "The whole of what the kiosk shall be; the revision rises.",
        retain=True,
        form="signed",
    ),
    Topic("up/reported", updates.Reported, "kiosk", "What became of a revision, and what is in use."),
    Topic(
        "dn/cmd/{id}",
        commands.Command,
        "centre",
        "Do something once, not after its expiry. Never retained.",
        expiry_s="to `exp`",
        form="signed",
    ),
    Topic("up/cmd/{id}", messages.CommandResult, "kiosk", "How far a command is."),
    Topic("up/job/{id}", updates.Job, "kiosk", "How far a target is; one a second at most."),
    Topic(
        "up/att/{id}",
        attachments.AttachmentPart,
        "kiosk",
        "A part of what is too large for a command's result. Parts may come twice and in any order.",
        form="chunk",
    ),
    Topic(
        "up/queue", messages.Queues, "kiosk", "How the queues of a kiosk that numbers stand.", expiry_s="60"
    ),
    Topic("up/req", updates.ChunkRequest, "kiosk", "A request; the answer names its `corr`.", expiry_s="60"),
    Topic(
        "dn/res/{corr}",
        updates.ChunkHeader,
        "centre",
        "The answer to a request.",
        expiry_s="60",
        form="chunk",
    ),
    Topic("up/req", timing.TimeRequest, "kiosk", "What time is it? Answered signed.", expiry_s="60"),
    Topic(
        "dn/res/{corr}",
        timing.TimeAnswer,
        "centre",
        "The time, for the question with this nonce, once.",
        expiry_s="60",
        form="signed",
    ),
    Topic(
        "srv/state",
        messages.ServerState,
        "centre",
        "Whether the centre is there; also its last will. Kiosks hold telemetry while it is off.",
        retain=True,
    ),
)

ENVELOPE = signed.Signed
"""What a signed message comes in."""
