"""The staff corner's work: a thread that looks for the page that is open, and one for the task that is being done."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from hardware.errors import HardwareError
from hardware.reboot import reboot
from kiosk_app.errors import KioskError
from kiosk_app.events import Event, StaffTold
from kiosk_app.runtime import inspection, tasks
from kiosk_app.runtime.premises import Premises
from kiosk_app.session import Phase, SessionState
from kiosk_app.staff.private_file import StaffError
from kiosk_app.staff.reports import Report, StaffTask, TaskReport
from kiosk_app.staff.view import StaffPage

logger = logging.getLogger(__name__)

_JOIN_S = 2.0


class Workshop:
    """Nothing of it runs while the corner is closed. ``post`` takes what the pages are told, as events."""

    def __init__(
        self,
        premises: Premises,
        post: Callable[[Event], None],
        looks: Mapping[StaffPage, tuple[inspection.Look, float]] = inspection.LOOKS,
    ) -> None:
        self._premises = premises
        self._post = post
        self._looks = looks
        self._changed = threading.Condition()
        self._page: StaffPage | None = None
        self._again = False
        self._closed = False
        self._looker: threading.Thread | None = None
        self._worker: threading.Thread | None = None
        self._keeping = threading.Lock()
        self._volume = premises.config.speaker.volume
        self.wanted = threading.Event()
        """Set while the corner is open: a self-test that nobody looks at ends."""

    def follow(self, state: SessionState) -> None:
        """Look for the page that is open now; after each transition, in the loop's thread."""
        page = state.corner.page if state.phase is Phase.STAFF and state.corner is not None else None
        self._premises.hearing.meter.watch(page == "sound")
        if page == self._page:
            return
        (self.wanted.set if page is not None else self.wanted.clear)()
        with self._changed:
            self._page = page
            self._changed.notify_all()
            if page in self._looks and self._looker is None and not self._closed:
                self._looker = threading.Thread(target=self._look, name="staff-look", daemon=True)
                self._looker.start()

    def begin(self, task: StaffTask) -> None:
        """Do this; returns at once. What becomes of it is told."""
        if task == "restart":
            self._premises.begin_again()
        elif task == "network":
            self._look_again()
            self._tell(TaskReport(task, "done"))
        elif self._worker is not None and self._worker.is_alive():
            self._tell(TaskReport(task, "failed", "still_busy"))
        else:
            self._worker = threading.Thread(target=self._work, args=(task,), name="staff-work", daemon=True)
            self._worker.start()

    def keep_volume(self, volume: float) -> None:
        """Keep the site's volume on disk; returns at once."""
        self._volume = volume
        threading.Thread(target=self._keep, name="staff-work", daemon=True).start()

    def stop(self) -> None:
        """End looking; a task is left to its own end after a moment, for a stick may hang."""
        self.wanted.clear()
        with self._changed:
            self._closed, self._page = True, None
            self._changed.notify_all()
            threads = [thread for thread in (self._looker, self._worker) if thread is not None]
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(_JOIN_S)

    def _tell(self, report: Report) -> None:
        self._post(StaffTold(time.monotonic(), report))

    def _look_again(self) -> None:
        with self._changed:
            self._again = True
            self._changed.notify_all()

    def _look(self) -> None:
        """As long as a page is open that something is looked at for."""
        page: StaffPage | None = None
        while True:
            with self._changed:
                if self._page == page and not self._again:
                    _, pause = self._looks[page] if page is not None and page in self._looks else (None, None)
                    self._changed.wait_for(lambda seen=page: self._again or self._page != seen, pause)
                page, self._again = self._page, False
                if page is None or page not in self._looks:
                    self._looker = None
                    return
            try:
                self._tell(self._looks[page][0](self._premises))
            except Exception:  # a look that breaks costs itself; the next one may do better
                logger.exception("the page %s has nothing to show", page)

    def _work(self, task: StaffTask) -> None:
        try:
            self._tell(self._done(task))
        except (HardwareError, KioskError) as error:
            logger.warning("%s: %s", task, error)
            self._tell(TaskReport(task, "failed", error.code, str(error)))
        except Exception as error:  # a task that breaks is told, and the corner goes on
            logger.exception("%s broke", task)
            self._tell(TaskReport(task, "failed", "broken", type(error).__name__))
        self._look_again()

    def _done(self, task: StaffTask) -> TaskReport:
        if task == "doctor":
            return tasks.doctor(self._premises, self._tell, self.wanted)
        if task == "export":
            return tasks.export(self._premises, self._tell)
        if task == "wipe":
            return tasks.wipe(self._premises)
        reboot()
        return TaskReport(task, "busy")

    def _keep(self) -> None:
        """The newest one: fingers are faster than disks, and threads do not keep to their order."""
        try:
            with self._keeping:
                volume = self._volume
                self._premises.settings.keep_volume(volume)
            logger.info("volume %.0f %% from now on", volume * 100)
        except StaffError as error:
            logger.warning("the volume is not kept: %s", error)
            self._tell(TaskReport("speaker", "failed", "not_kept", str(error)))
        self._look_again()
