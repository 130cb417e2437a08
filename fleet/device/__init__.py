"""The kiosk's end of the link: outbox on disk, MQTT connection, knowledge fetch, commands."""

from fleet.device.agent import Agent
from fleet.device.errors import AgentError
from fleet.device.events import (
    AgentEvent,
    HandoverAccepted,
    KnowledgeFailed,
    KnowledgeFetched,
    LinkDown,
    LinkUp,
    QueueCommanded,
)
from fleet.device.settings import AgentSettings

__all__ = [
    "Agent",
    "AgentError",
    "AgentEvent",
    "AgentSettings",
    "HandoverAccepted",
    "KnowledgeFailed",
    "KnowledgeFetched",
    "LinkDown",
    "LinkUp",
    "QueueCommanded",
]
