"""Which window system is tried, and what is said when none answers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk_app.ui import environment
from kiosk_app.ui.fonts import FontFiles
from tests.kiosk_app.ui.conftest import ROOT

OPEN = """
from kiosk_app.ui.app import KioskScreen
from kiosk_app.ui.errors import UiError
from kiosk_app.ui.settings import ScreenSettings
screen = KioskScreen(print, ScreenSettings(fullscreen=False))
screen.request_stop()
try:
    screen.run()
except UiError as error:
    print(error.code, error.message)
else:
    picture = screen.save_screenshot("never.png")
    print("stopped", picture.cancelled())
"""


def _open(driver: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", OPEN],
        cwd=ROOT,
        env=dict(os.environ, SDL_VIDEODRIVER=driver),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("display", "wayland", "kernel", "expected"),
    [
        ("", "", False, "offscreen"),
        (":0", "", False, "x11"),
        ("", "wayland-0", True, "wayland"),
        (":0", "wayland-0", False, "wayland,x11"),
        ("", "", True, "kmsdrm"),
    ],
)
def test_the_display_at_hand_is_used(
    display: str, wayland: str, kernel: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    monkeypatch.setattr(environment, "_kernel_screen", lambda: kernel)
    assert environment.video_drivers() == expected


def test_a_display_without_gl_is_named_with_the_packages(fonts: FontFiles) -> None:
    done = _open("dummy")
    assert done.stdout.startswith("no_display"), done.stdout + done.stderr
    assert "apt-get install libegl1" in done.stdout
    assert done.stderr == ""


def test_a_stop_before_the_start_closes_at_once(fonts: FontFiles) -> None:
    done = _open("offscreen")
    assert done.stdout == "stopped True\n", done.stdout + done.stderr
