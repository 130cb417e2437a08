"""What the technician's pages and tasks see of a running kiosk."""

from __future__ import annotations

from typing import Protocol

from fleet.device.agent import Agent
from kiosk_app.config import KioskConfig
from kiosk_app.log_file import LogFile
from kiosk_app.runtime.hearing import Hearing
from kiosk_app.runtime.learning import Learning
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.session import SessionState
from kiosk_app.staff.site_settings import SiteSettingsFile
from kiosk_app.trace import Tracer
from models.knowledge import Knowledge
from voice.player import Voice


class Premises(Protocol):
    """The parts as they are at the moment, None while they are away. All of it may be read from any thread."""

    config: KioskConfig
    config_problem: str
    config_source: str
    """The configuration's file; empty for the defaults."""
    tracer: Tracer
    speaking: Speaking
    hearing: Hearing
    learning: Learning
    log_file: LogFile
    settings: SiteSettingsFile

    @property
    def state(self) -> SessionState:
        """The session's state."""
        ...

    @property
    def agent(self) -> Agent | None:
        """The link to the centre."""
        ...

    @property
    def voice(self) -> Voice | None:
        """What speaks."""
        ...

    @property
    def knowledge(self) -> Knowledge | None:
        """What is answered from."""
        ...

    def begin_again(self) -> None:
        """Stop in good order and start the program again; returns at once."""
        ...
