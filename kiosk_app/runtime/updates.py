"""Installs models and configuration: what is taken into use by starting again, between visits.

A trial of these is over when the program has stayed up for ten minutes with them. One thing after the other, in a
thread that is there while there is something to do.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fleet.protocol.messages import TargetResult
from kiosk_app.config import KioskConfig
from kiosk_app.errors import KioskError
from kiosk_app.events import Event, RestartWanted
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError, disk_says
from kiosk_app.updating.installer import Installer
from kiosk_app.updating.machine import UNDER_WAY, Target
from kiosk_app.updating.model_kind import MODELS
from kiosk_app.updating.news import News, Tell
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.start import config_installer, model_installer
from kiosk_app.updating.update import KindName, Update

logger = logging.getLogger(__name__)

STEADY_S = 600.0

_CONFIG = "config"
_Key = tuple[KindName, str]
_Kind = Installer[KioskConfig] | Installer[Path]


class Updates:
    """See the module. ``begun`` is what the start had to tell already."""

    def __init__(
        self,
        config: KioskConfig,
        local: Path | None,
        post: Callable[[Event], None],
        tell: Tell,
        begun: Sequence[News] = (),
        disk: Disk | None = None,
        steady_s: float = STEADY_S,
    ) -> None:
        self._config, self._local, self._disk = config, local, disk
        self._post, self._tell = post, tell
        self._begun = tuple(begun)
        self._steady_at = time.monotonic() + steady_s
        self._installers: dict[_Key, _Kind] = {}
        self._again: set[_Key] = set()
        """What goes on only after the next start, for this program uses what lies in the slot."""
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Update | _Key | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Go on with what was under way when the program ended, and with what is on trial."""
        for news in self._begun:
            self._tell(news)
        for key in self._known():
            installer = self._installer(key)
            if installer.state.phase in UNDER_WAY:
                self._put(key)
            elif installer.state.trial is not None:
                self._tell(News(key[0], installer.candidate().target, "trial", trial=installer.state.trial))
                self._run()

    def stop(self) -> None:
        """Finish what is going on, then end."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._work.put(None)
            thread.join()
        for installer in self._installers.values():
            installer.end()

    def fetched(self, update: Update) -> None:
        """A verified file has arrived; returns at once."""
        self._put(update)

    def apply(self) -> bool:
        """Nobody is here: put in service what was examined; whether the program has to start again for it."""
        wanted = bool(self._again)
        for key, installer in list(self._installers.items()):
            if installer.state.phase != "examined":
                continue
            target = installer.candidate().target
            try:
                wanted = installer.switch(target.sha256, running=False) or wanted
            except OSError as error:
                self._refused(key[0], target, "failed", "disk", disk_says(error))
        return wanted

    # --- the thread ----------------------------------------------------------------------------------------

    def _put(self, work: Update | _Key) -> None:
        self._work.put(work)
        self._run()

    def _run(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._serve, name="updates", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while True:
            patience = max(0.0, self._steady_at - time.monotonic()) if self._on_trial() else None
            try:
                work = self._work.get(timeout=patience)
            except queue.Empty:
                self._prove()
                continue
            if work is None:
                return
            try:
                if isinstance(work, Update):
                    self._take(work)
                else:
                    self._prepare(work)
            except KioskError:
                logger.exception("a step of an update went wrong")  # the next update is installed still

    def _take(self, update: Update) -> None:
        key: _Key = (update.kind, update.name if update.kind == "model" else _CONFIG)
        if update.kind == "model" and update.name not in MODELS:
            reason = f"there is no use for it here; there is for {', '.join(MODELS)}"
            self._refused("model", update.target, "rejected", "model.unknown", reason)
            return
        installer = self._installer(key)
        tried = installer.state.trial is not None
        try:
            received = installer.receive(update)
        except UpdateError as error:
            self._refused(update.kind, update.target, "rejected", error.code, str(error))
            return
        except OSError as error:
            self._refused(update.kind, update.target, "failed", "disk", disk_says(error))
            return
        match received:
            case "on_trial":
                self._tell(News(update.kind, update.target, "trial", trial=installer.state.trial))
            case "in_use":
                self._tell(News(update.kind, update.target, "active"))
            case "back" | "taken" if tried:
                self._again.add(key)
                self._post(RestartWanted(time.monotonic()))
            case "back":
                self._tell(News(update.kind, update.target, "active"))
            case "taken" | "under_way":
                self._prepare(key)

    def _prepare(self, key: _Key) -> None:
        installer = self._installer(key)
        if installer.state.phase not in UNDER_WAY or key in self._again:
            return
        target = installer.candidate().target
        try:
            if installer.state.phase != "examined":
                installer.prepare()
        except UpdateError as error:
            self._refused(key[0], target, "rejected" if error.bad else "failed", error.code, str(error))
        except OSError as error:
            self._refused(key[0], target, "failed", "disk", disk_says(error))
        else:
            self._post(RestartWanted(time.monotonic()))

    def _prove(self) -> None:
        """The program has been up for long enough."""
        for (kind, _), installer in list(self._installers.items()):
            trial = installer.state.trial
            if trial is None or not trial.open:
                continue
            target = installer.candidate().target
            try:
                installer.prove()
            except OSError as error:
                logger.warning("it stays on trial: %s", disk_says(error))
                self._steady_at = time.monotonic() + STEADY_S
            else:
                self._tell(News(kind, target, "active", trial=trial))

    def _on_trial(self) -> bool:
        states = [installer.state for installer in self._installers.values()]
        return any(state.trial is not None and state.trial.open for state in states)

    def _installer(self, key: _Key) -> _Kind:
        with self._lock:
            if key not in self._installers:
                kind, name = key
                self._installers[key] = (
                    model_installer(self._config, name, self._tell, self._disk)
                    if kind == "model"
                    else config_installer(self._config, self._local, self._tell, self._disk)
                )
            return self._installers[key]

    def _known(self) -> list[_Key]:
        home = self._config.home
        keys: list[_Key] = [("model", name) for name in MODELS if folder_of(home, "model", name).is_dir()]
        return [*keys, ("config", _CONFIG)] if folder_of(home, "config").is_dir() else keys

    def _refused(self, kind: KindName, target: Target, result: TargetResult, code: str, reason: str) -> None:
        logger.warning("%s %s %s refused: %s", kind, target.name, target.version, reason)
        self._tell(News(kind, target, result, code, " ".join(reason.split())[:400]))
