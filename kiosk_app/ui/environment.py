"""Settings that the toolkit reads from the environment while it is imported. Call ``prepare`` before that."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.ui.theme import LOOK_RATE

_FIXED = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_WINDOW": "sdl2",  # its other windows end the process when they find no display
    "KIVY_LOG_MODE": "PYTHON",  # leaves our root logger and sys.stderr alone
    "KIVY_METRICS_DENSITY": "1",  # sizes are our own millimetres, in plain pixels
    "KIVY_METRICS_FONTSCALE": "1",
}


def prepare() -> None:
    """Make the toolkit quiet, and draw off-screen when no display can be reached."""
    for name, value in _FIXED.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("SDL_VIDEODRIVER", video_drivers())
    logging.getLogger("kivy").addFilter(_worth_telling)  # a level would be overwritten while it is imported
    from kivy.config import Config  # the clock reads this while it is imported

    Config.set("graphics", "maxfps", str(LOOK_RATE))
    Config.set("kivy", "kivy_clock", "interrupt")  # a view wakes it, instead of waiting for its next look


def video_drivers() -> str:
    """The window systems to try, best first, comma-separated as SDL takes them.

    Named outright, because SDL left to itself falls back to drawing where nobody sees it when a display is
    configured but broken. Off-screen only when there is none: no X, no Wayland, no screen driven by the kernel.
    """
    drivers = []
    if os.environ.get("WAYLAND_DISPLAY"):
        drivers.append("wayland")
    if os.environ.get("DISPLAY"):
        drivers.append("x11")
    if not drivers and _kernel_screen():
        drivers.append("kmsdrm")
    return ",".join(drivers) or "offscreen"


def _kernel_screen() -> bool:
    connectors = Path("/sys/class/drm").glob("card*-*/status")
    return any(status.read_text().strip() == "connected" for status in connectors)


def configure(settings: ScreenSettings) -> None:
    """Write the toolkit's configuration for ``settings``; only before its window is imported."""
    from kivy.config import Config

    width, height = settings.pixels
    real = os.environ.get("SDL_VIDEODRIVER") not in ("offscreen", "dummy") and settings.fullscreen
    graphics = {
        "width": width,
        "height": height,
        "multisamples": 0,
        "resizable": 0,
        "borderless": int(real),
        "fullscreen": "auto" if real else 0,
        "show_cursor": int(not real),
        "allow_screensaver": 0,
        "verify_gl_main_thread": 0,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "")
    # One provider only: SDL already turns the finger into the mouse, and two providers touch twice.
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    Config.set("input", "mouse", "mouse,disable_multitouch")


def _worth_telling(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
