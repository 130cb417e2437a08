"""The messages about updates: what a kiosk shall have, what became of it, and how its pieces travel."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from fleet.protocol.messages import (
    MAX_SAFE_INTEGER,
    Count,
    Message,
    Millis,
    Reason,
    Reference,
    Sequence,
    TargetName,
    TargetResult,
    Token,
)
from fleet.protocol.tree import Kind, TargetPath, TreePath

MAX_TARGET_BYTES = 256 * 1024 * 1024
# ARCHITECTURE.md §5 allows a message 48 KB; what is left of it is for the header of the chunk.
MAX_CHUNK_BYTES = 47 * 1024

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
ChunkError = Literal["", "not_found", "bad_range"]


class Target(TargetName):
    """A file that a kiosk shall have; ``path`` is what TUF metadata calls it."""

    path: TargetPath
    size: int = Field(ge=1, le=MAX_TARGET_BYTES)


class Desired(Message):
    """``dn/desired``, retained and signed: the whole of what one kiosk shall be, with a rising revision."""

    tenant: Name
    kiosk: Name
    rev: Sequence
    targets: dict[Kind, Target] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _paths_fit_their_kinds(self) -> "Desired":
        if any(not target.path.startswith(f"{kind}/") for kind, target in self.targets.items()):
            raise ValueError("a target's path is of another kind")
        return self


class TargetReport(TargetName):
    """What became of a target on the kiosk."""

    result: TargetResult
    reason: Reason = ""


class Reported(Message):
    """``up/reported``: the answer to revision ``rev`` (0: never asked), and what is really in use, by kind."""

    rev: Count
    at: Millis
    results: dict[Kind, TargetReport] = Field(default_factory=dict)
    running: dict[Kind, TargetName] = Field(default_factory=dict)


class Job(Message):
    """``up/job/{id}``: how far the kiosk is with a target; ``step`` is a word, ``percent`` of that step."""

    id: Reference
    at: Millis
    kind: Kind
    step: Token
    percent: int = Field(ge=0, le=100)
    reason: Reason = ""


class ChunkRequest(Message):
    """``up/req``: send up to ``length`` bytes of a file of the tree from ``offset`` on ``dn/res/{corr}``."""

    corr: Reference
    op: Literal["chunk"] = "chunk"
    path: TreePath
    offset: int = Field(ge=0, le=MAX_TARGET_BYTES)
    length: int = Field(ge=1, le=MAX_CHUNK_BYTES)


class ChunkHeader(Message):
    """First line of a ``dn/res/{corr}`` message; the raw bytes follow after one line feed.

    ``total`` is the file's length. Fewer bytes than asked for come only at its end.
    """

    corr: Reference
    path: TreePath
    offset: int = Field(ge=0, le=MAX_TARGET_BYTES)
    total: int = Field(ge=0, le=MAX_SAFE_INTEGER)
    error: ChunkError = ""
