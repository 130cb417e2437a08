"""A kiosk that takes models and settings into use by starting again, run after run in one process."""

from __future__ import annotations

import contextlib
import queue
import time
from pathlib import Path

from kiosk_app.config import KioskConfig, load_config
from kiosk_app.events import Event
from kiosk_app.runtime.updates import Updates
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import Installation
from kiosk_app.updating.model_kind import MODELS, ModelFiles, find_model
from kiosk_app.updating.news import News
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.start import begin
from kiosk_app.updating.state_file import read_state
from kiosk_app.updating.update import KindName, Update

WAIT_S = 60.0


class Restarting:
    """``kind`` is what is looked at; ``disk`` is that of all runs."""

    def __init__(self, home: Path, kind: KindName, disk: Disk | None = None) -> None:
        self._home, self._disk = home, disk
        self._kind: KindName = kind
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._updates: Updates | None = None
        self.config = KioskConfig(data_dir=home)

    def start(self, steady_s: float = 600.0) -> None:
        """A new run."""
        self._home.mkdir(exist_ok=True)
        local = self._home / "kiosk.toml"
        local.write_text(f'data_dir = "{self._home}"\n', encoding="utf-8")
        beginning = begin(load_config(local), local, self._disk)
        self.config = beginning.config
        self._updates = Updates(
            self.config, local, self._events.put, self._told.put, beginning.news, self._disk, steady_s
        )
        self._updates.start()

    def stop(self) -> None:
        """Its end in order."""
        updates, self._updates = self._updates, None
        if updates is not None:
            updates.stop()

    @property
    def state(self) -> Installation:
        """As the disk has it."""
        name = "vosk-zh" if self._kind == "model" else ""
        return read_state(folder_of(self._home, self._kind, name))

    @property
    def served(self) -> str:
        """The version of what is in use; empty for none that the centre sent."""
        if self._kind == "config":
            return f"2099.1.{round(self.config.speaker.volume * 10) - 3}"
        found = find_model(self._home, MODELS["vosk-zh"].asset)
        held = self.state.held
        return next(
            (held[slot].version for slot in held if found is not None and found.parent.name == slot), ""
        )

    def works(self) -> bool:
        """What is in use can be used: for the configuration that was seen when it was read."""
        if self._kind == "config":
            return True
        found, target = find_model(self._home, MODELS["vosk-zh"].asset), self.state.in_use
        if found is None or target is None:
            return False
        with contextlib.suppress(UpdateError):
            ModelFiles(MODELS["vosk-zh"]).examine(found.parent, target)
            return True
        return False

    def begin_trial(self, update: Update) -> None:
        """Send it, start again with it, and leave it on trial."""
        assert self._updates is not None
        self._updates.fetched(update)
        self._events.get(timeout=WAIT_S)
        assert self._updates.apply()
        self.stop()
        self.start()

    def install(self, update: Update) -> bool:
        """Send it and start again whenever that is wanted, until it is proven; whether it gets there."""
        if self._updates is None:
            self.start(steady_s=0.0)
        assert self._updates is not None
        self._updates.fetched(update)
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                self._events.get(timeout=0.05)
                if self._updates.apply():
                    self.stop()
                    self.start(steady_s=0.0)
            with contextlib.suppress(queue.Empty):
                news = self._told.get(timeout=0.05)
                if news.target == update.target and news.result in ("rejected", "returned", "failed"):
                    return False
                if news.target == update.target and news.result == "active":
                    return True
        return False
