"""``kiosk run``: the kiosk itself."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kiosk_app.config import KioskConfig
    from kiosk_app.events import Touch
    from kiosk_app.runtime.kiosk import Kiosk

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")]


def run(config: ConfigOption = None) -> None:
    """Run the kiosk until it is told to stop.

    With a broken configuration it starts in safe mode: an out-of-service screen, the link and the doctor.

    Example: kiosk run --config /etc/yingbin/kiosk.toml
    """
    from kiosk_app.config import load_config, salvage_config
    from kiosk_app.errors import ConfigError

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    problem = ""
    try:
        settings = load_config(config)
    except ConfigError as error:
        problem = str(error)
        print(f"{problem}\nstarting in safe mode", file=sys.stderr)
        settings = salvage_config(config)
    serve(settings, problem)


def serve(settings: KioskConfig, problem: str = "", ready: Callable[[Kiosk], None] | None = None) -> None:
    """Run a kiosk with its screen on this (the main) thread, until SIGTERM, SIGINT or the screen's end.

    ``ready`` is called with the kiosk when it has been started.

    Raises:
        UiError: there is no screen to draw on.
    """
    from kiosk_app.runtime.kiosk import Kiosk

    if settings.screen.backend == "none":
        stopped = threading.Event()
        kiosk = Kiosk(settings, lambda view: None, problem)
        _on_signals(stopped.set)
        _run(kiosk, stopped.wait, ready)
        return
    from kiosk_app.ui.app import KioskScreen

    def post(event: Touch) -> None:
        kiosk.post(event)

    screen = KioskScreen(post, settings.screen)
    kiosk = Kiosk(settings, screen.show, problem)
    kiosk.screen = screen
    screen.on_drawn = kiosk.drawn
    screen.loudness = kiosk.loudness
    screen.live.source = kiosk.peephole.peek
    _on_signals(screen.request_stop)
    _run(kiosk, screen.run, ready)


def _run(kiosk: Kiosk, wait: Callable[[], object], ready: Callable[[Kiosk], None] | None) -> None:
    kiosk.start()
    try:
        if ready is not None:
            ready(kiosk)
        wait()
    finally:
        kiosk.stop()


def _on_signals(stop: Callable[[], object]) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
