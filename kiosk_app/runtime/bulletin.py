"""Tells the centre what becomes of updates: the answer to what it wanted, and a record."""

from __future__ import annotations

import logging
import threading

from fleet.device.agent import Agent
from fleet.device.events import TargetFetched
from fleet.protocol.errors import ProtocolError
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.updating.news import News
from kiosk_app.updating.update import Update

logger = logging.getLogger(__name__)


def update_of(event: TargetFetched) -> Update:
    """What has arrived, as something to install."""
    return Update(event.rev, event.kind, event.name, event.version, event.sha256, event.path)


class Bulletin:
    """From any thread. What happens before there is an agent is told when there is one."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._agent: Agent | None = None
        self._waiting: list[News] = []
        self._lock = threading.Lock()

    def connect(self, agent: Agent) -> None:
        """Tell ``agent`` from now on, first what waited for it."""
        with self._lock:
            self._agent = agent
            waiting, self._waiting = self._waiting, []
        for news in waiting:
            self._report(agent, news)

    def tell(self, news: News) -> None:
        """One result; returns at once."""
        self._telemetry.update(news)
        with self._lock:
            agent = self._agent
            if agent is None:
                self._waiting = [*self._waiting, news][-8:]
                return
        self._report(agent, news)

    @staticmethod
    def _report(agent: Agent, news: News) -> None:
        target = news.target
        try:
            agent.report_target(
                news.kind, target.name, target.version, target.sha256, news.result, news.reason
            )
        except ProtocolError:
            logger.exception("what became of %s %s cannot be told", target.name, target.version)
