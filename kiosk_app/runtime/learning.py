"""What the kiosk learns of its hall, gathered from the loop's transitions and handed to the scribe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kiosk_app.config import KioskConfig
from kiosk_app.events import Event
from kiosk_app.learning.asked import Asked, AskedWatcher
from kiosk_app.learning.database import FILE
from kiosk_app.learning.misses import Miss, MissWatcher
from kiosk_app.learning.scribe import Limits, Scribe, Wiped
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.session import Effect, Phase, SessionState, VisitEnded
from models.knowledge import Knowledge

CALM_S = 30.0
"""An idle screen that nobody came to for so long may change; a hand is hardly on its way to it."""


class Learning:
    """Watches the session in its loop's thread; everything that takes time is the scribe's.

    ``knowledge`` gives what is answered from at the moment.
    """

    def __init__(
        self,
        config: KioskConfig,
        knowledge: Callable[[], Knowledge | None],
        telemetry: Telemetry,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        settings = config.learning
        limits = Limits(settings.unknown, settings.frequent, settings.max_clusters, settings.max_age_days)
        told = telemetry.unknown if settings.unknown and settings.share_counts else None
        self._scribe = Scribe(config.home / "learning" / FILE, limits, knowledge, told, clock)
        self._misses = MissWatcher() if settings.unknown else None
        self._asked = AskedWatcher() if settings.frequent else None
        self._offered: tuple[str, ...] = ()

    @property
    def frequent(self) -> tuple[str, ...]:
        """What the home screen offers; empty: what the pack says."""
        return self._offered

    def start(self) -> None:
        """Begin to keep what is found."""
        self._scribe.start()

    def stop(self) -> None:
        """Keep what was found so far; for when the loop has ended."""
        self._scribe.stop()

    def look(self) -> None:
        """There is other knowledge: see what is asked most of it."""
        self._scribe.note(())

    def wipe(self, told: Wiped) -> None:
        """Forget everything; ``told`` is called when that is done, with what went wrong."""
        self._scribe.wipe(told)

    def observe(self, event: Event, effects: Sequence[Effect]) -> None:
        """Take one transition; returns at once."""
        found: list[Miss | Asked] = []
        if self._misses is not None:
            found += self._misses.observe(event, effects)
        if self._asked is not None:
            found += self._asked.observe(event, effects)
        if found:
            self._scribe.note(found)

    def home_changes(self, event: Event, state: SessionState, effects: Sequence[Effect]) -> bool:
        """Whether the home screen should be made anew: only when it moves nothing under a finger.

        That is when a visit has just ended, for then the screen changes anyway, or when the kiosk has long been idle.
        """
        if state.phase is not Phase.IDLE or self._scribe.frequent == self._offered:
            return False
        ended = any(isinstance(effect, VisitEnded) for effect in effects)
        if not ended and event.at - state.entered_at < CALM_S:
            return False
        self._offered = self._scribe.frequent
        return True
