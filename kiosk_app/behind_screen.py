"""The kiosk behind a screen that is there before it: somebody who switches it on sees at once that it starts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import psutil

from kiosk_app.events import Touch
from kiosk_app.logo_check import logo_of
from kiosk_app.ui.app import KioskScreen
from kiosk_app.view import ViewData

if TYPE_CHECKING:
    from kiosk_app.config import KioskConfig
    from kiosk_app.runtime.kiosk import Kiosk
    from kiosk_app.updating.news import News

logger = logging.getLogger(__name__)


class BehindScreen:
    """Opens the screen on the calling (the main) thread, and makes the kiosk in another once something is shown.

    To load all parts of a kiosk takes about as long as to open the window; nobody waits for the one before the other.
    """

    def __init__(
        self,
        settings: KioskConfig,
        problem: str = "",
        ready: Callable[[Kiosk], None] | None = None,
        source: str = "",
        begun: Sequence[News] = (),
    ) -> None:
        """``problem``, ``source``, ``begun``: as for ``Kiosk``. ``ready`` is called with it once it was started."""
        self._settings, self._problem, self._source, self._begun = settings, problem, source, begun
        self._ready = ready
        self.screen = KioskScreen(self._post, settings.screen, self._first_drawn, logo_of(settings.site))
        self.screen.keypad = settings.keypad.enabled
        self.screen.show(ViewData("out_of_service", lang=settings.site.lang, starting=not problem))
        self._kiosk: Kiosk | None = None
        self._failure: BaseException | None = None
        self._maker = threading.Thread(target=self._make, name="kiosk", daemon=True)

    def run(self) -> bool:
        """Serve until the screen is told to stop; whether the program is to be started again.

        Raises:
            UiError: there is no screen to draw on.
        """
        try:
            self.screen.run()
        finally:
            if self._maker.ident is not None:
                self._maker.join()
            if self._kiosk is not None:
                self._kiosk.stop()
        if self._failure is not None:
            raise self._failure
        return self._kiosk is not None and self._kiosk.again

    def _post(self, event: Touch) -> None:
        if self._kiosk is not None:  # before, there is nothing to touch
            self._kiosk.post(event)

    def _first_drawn(self, view: ViewData, at: float) -> None:
        self.screen.on_drawn = None
        began = psutil.Process().create_time() - time.time() + time.monotonic()
        logger.info("the screen is there %.2f s after the start of the program", at - began)
        self._maker.start()

    def _make(self) -> None:
        try:
            from kiosk_app.runtime.kiosk import Kiosk

            screen = self.screen
            kiosk = Kiosk(
                self._settings, screen.show, self._problem, config_source=self._source, begun=self._begun
            )
            kiosk.screen = screen
            kiosk.leave = screen.request_stop
            screen.on_drawn = kiosk.drawn
            screen.loudness = kiosk.loudness
            screen.live.source = kiosk.peephole.peek
            screen.sound = lambda: kiosk.hearing.meter.look
            self._kiosk = kiosk
            kiosk.start()
            if self._ready is not None:
                self._ready(kiosk)
        except BaseException as failure:  # noqa: BLE001  raised again where ``run`` was called
            self._failure = failure
            self.screen.request_stop()
