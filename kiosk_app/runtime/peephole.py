"""Between the watcher and the live view: the newest look, and only while that page of the staff corner is open."""

from __future__ import annotations

import threading

from kiosk_app.session import Phase, SessionState
from vision.live import LiveLook
from vision.watcher import Watcher


class Peephole:
    """Keeps one look at most. What is not wanted any more is overwritten before it is dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._look: LiveLook | None = None

    def follow(self, state: SessionState, watcher: Watcher | None) -> None:
        """Open or shut as the session wants it; after each transition, for a watcher may be a new one."""
        wanted = state.phase is Phase.STAFF and state.corner is not None and state.corner.page == "live"
        if watcher is not None:
            watcher.view(self.put if wanted else None)
        with self._lock:
            self._open = wanted
            if not wanted:
                self._drop()

    def put(self, look: LiveLook) -> None:
        """A look of the watcher's, in its thread; the one before is dropped when nobody has taken it."""
        with self._lock:
            self._drop()
            if self._open:
                self._look = look
                return
        look.wipe()

    def peek(self) -> LiveLook | None:
        """The newest look, once; whoever takes it overwrites its picture."""
        with self._lock:
            look, self._look = self._look, None
            return look

    def _drop(self) -> None:
        if self._look is not None:
            self._look.wipe()
            self._look = None
