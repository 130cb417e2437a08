"""``kiosk run``: the kiosk itself."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kiosk_app.config import KioskConfig
    from kiosk_app.runtime.kiosk import Kiosk
    from kiosk_app.updating.news import News

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")]


def run(config: ConfigOption = None) -> None:
    """Run the kiosk until it is told to stop.

    With a broken configuration it starts in safe mode: an out-of-service screen, the link and the doctor.

    Example: kiosk run --config /etc/yingbin/kiosk.toml
    """
    from kiosk_app.config import load_config, salvage_config
    from kiosk_app.errors import ConfigError
    from kiosk_app.log_file import FORMAT
    from kiosk_app.updating.start import begin

    logging.basicConfig(level=logging.INFO, format=FORMAT)
    problem, begun = "", ()
    try:
        beginning = begin(load_config(config), config)
        settings, begun = beginning.config, beginning.news
    except ConfigError as error:
        problem = str(error)
        print(f"{problem}\nstarting in safe mode", file=sys.stderr)
        settings = salvage_config(config)
    if serve(settings, problem, source=str(config) if config else "", begun=begun):
        _begin_again()


RESTART_CODE = 75
"""EX_TEMPFAIL: what the program ends with when it wants systemd to start it again; any ``Restart=`` but ``no`` does."""


def _begin_again() -> None:
    """Start the program again: systemd does it, or the process becomes a new one where nobody else would."""
    if os.environ.get("NOTIFY_SOCKET"):
        raise typer.Exit(RESTART_CODE)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  the very command that began this


def serve(
    settings: KioskConfig,
    problem: str = "",
    ready: Callable[[Kiosk], None] | None = None,
    *,
    source: str = "",
    begun: Sequence[News] = (),
) -> bool:
    """Run a kiosk with its screen on this (the main) thread, until SIGTERM, SIGINT or the screen's end.

    ``ready`` is called with the kiosk when it has been started, with a screen in another thread. Whether the program is
    to be started again.

    Raises:
        UiError: there is no screen to draw on.
    """
    if settings.screen.backend != "none":
        from kiosk_app.behind_screen import BehindScreen

        behind = BehindScreen(settings, problem, ready, source, begun)
        _on_signals(behind.screen.request_stop)
        return behind.run()
    from kiosk_app.runtime.kiosk import Kiosk

    stopped = threading.Event()
    kiosk = Kiosk(settings, lambda view: None, problem, config_source=source, begun=begun)
    kiosk.leave = stopped.set
    _on_signals(stopped.set)
    kiosk.start()
    try:
        if ready is not None:
            ready(kiosk)
        stopped.wait()
    finally:
        kiosk.stop()
    return kiosk.again


def _on_signals(stop: Callable[[], object]) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
