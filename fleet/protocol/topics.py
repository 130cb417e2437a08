"""Topic names of protocol 1, ``k1/{tenant}/{kiosk}/…``: built and parsed in this place only.

The longest topic has six levels; brokers in the cloud commonly allow seven.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fleet.protocol.errors import ProtocolError

PREFIX = "k1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

UpKind = Literal["presence", "birth", "tm", "ev", "reported", "req", "cmd", "att", "queue", "job"]
DownKind = Literal["ack", "desired", "res", "cmd"]
_UP_PLAIN: frozenset[str] = frozenset({"presence", "birth", "tm", "ev", "reported", "req", "queue"})
_UP_WITH_REFERENCE: frozenset[str] = frozenset({"cmd", "att", "job"})
_DOWN_PLAIN: frozenset[str] = frozenset({"ack", "desired"})
_DOWN_WITH_REFERENCE: frozenset[str] = frozenset({"res", "cmd"})


def check_name(name: str, what: str = "kiosk") -> str:
    """Return ``name`` when it may stand for a tenant or a kiosk in a topic and as a broker account.

    Raises ProtocolError ``topic.name``: lower-case letters, digits and hyphens, at most 32.
    """
    if not _NAME.fullmatch(name):
        raise ProtocolError(
            "topic.name",
            f"not a {what} id: 1 to 32 lower-case letters, digits and hyphens, no hyphen first",
        )
    return name


def check_reference(reference: str) -> str:
    """Return ``reference`` (a command's or a request's id) when it may stand in a topic, else raise."""
    if not _REFERENCE.fullmatch(reference):
        raise ProtocolError(
            "topic.reference", "not an id of a command or a request: 1 to 64 of A-Z a-z 0-9 _ -"
        )
    return reference


@dataclass(frozen=True, slots=True)
class KioskTopics:
    """Every topic of one kiosk."""

    tenant: str
    kiosk: str

    def __post_init__(self) -> None:
        check_name(self.tenant, "tenant")
        check_name(self.kiosk)

    def up(self, kind: UpKind, reference: str | None = None) -> str:
        """Name the topic on which the kiosk says ``kind``; ``cmd``, ``att`` and ``job`` need their id."""
        return self._join("up", kind, reference)

    def down(self, kind: DownKind, reference: str | None = None) -> str:
        """Name the topic on which the kiosk hears ``kind``; ``cmd`` and ``res`` need their id."""
        return self._join("dn", kind, reference)

    @property
    def down_filter(self) -> str:
        """The one subscription a kiosk needs beside the server's state."""
        return f"{PREFIX}/{self.tenant}/{self.kiosk}/dn/#"

    def _join(self, way: str, kind: str, reference: str | None) -> str:
        base = f"{PREFIX}/{self.tenant}/{self.kiosk}/{way}/{kind}"
        return base if reference is None else f"{base}/{check_reference(reference)}"


def server_state(tenant: str) -> str:
    """Name the retained topic on which the server says whether it is there (its last will, too)."""
    return f"{PREFIX}/{check_name(tenant, 'tenant')}/srv/state"


def up_filter(tenant: str) -> str:
    """Name the server's subscription: everything that any kiosk of the tenant says."""
    return f"{PREFIX}/{check_name(tenant, 'tenant')}/+/up/#"


def shared_up_filter(tenant: str) -> str:
    """The same as one subscription that several workers share: each message goes to one of them."""
    return f"$share/ingest/{up_filter(tenant)}"


kiosk_topics = lru_cache(maxsize=20_000)(KioskTopics)
"""The same, kept: a server names the same topics again and again."""


@dataclass(frozen=True, slots=True)
class UpTopic:
    """A parsed topic from a kiosk; ``reference`` is empty but for ``cmd``, ``att`` and ``job``."""

    tenant: str
    kiosk: str
    kind: UpKind
    reference: str


@dataclass(frozen=True, slots=True)
class DownTopic:
    """A parsed topic to a kiosk; ``reference`` is empty but for ``cmd`` and ``res``."""

    tenant: str
    kiosk: str
    kind: DownKind
    reference: str


@lru_cache(maxsize=20_000)  # a server hears the same topics again and again; refusals are not kept
def parse_up(topic: str) -> UpTopic:
    """Take a topic from a kiosk apart. Raises ProtocolError ``topic.unknown`` or ``topic.name``."""
    tenant, kiosk, kind, reference = _parse(topic, "up")
    if (kind in _UP_PLAIN and not reference) or (kind in _UP_WITH_REFERENCE and reference):
        return UpTopic(tenant, kiosk, kind, reference)  # pyright: ignore[reportArgumentType]
    raise ProtocolError("topic.unknown", "a kiosk says nothing on this topic")


def parse_down(topic: str) -> DownTopic:
    """Take a topic to a kiosk apart. Raises ProtocolError ``topic.unknown`` or ``topic.name``."""
    tenant, kiosk, kind, reference = _parse(topic, "dn")
    if (kind in _DOWN_PLAIN and not reference) or (kind in _DOWN_WITH_REFERENCE and reference):
        return DownTopic(tenant, kiosk, kind, reference)  # pyright: ignore[reportArgumentType]
    raise ProtocolError("topic.unknown", "a kiosk hears nothing on this topic")


def _parse(topic: str, way: str) -> tuple[str, str, str, str]:
    levels = topic.split("/")
    if len(levels) not in (5, 6) or levels[0] != PREFIX or levels[3] != way:
        raise ProtocolError("topic.unknown", f"not a topic of protocol {PREFIX}")
    reference = check_reference(levels[5]) if len(levels) == 6 else ""
    return check_name(levels[1], "tenant"), check_name(levels[2]), levels[4], reference
