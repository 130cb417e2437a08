"""The self-test's checks of what the board itself knows."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from hardware.doctor import Check, Finding
from hardware.health import Health, board_model, cpu_temperature, read_health, read_throttling
from hardware.programs import answer_of

_GIB = 2**30
_FIRST_POSSIBLE_YEAR = 2026
"""This software was written then: a clock before it was never set."""


def hardware_checks(data_dir: Path, *, camera_enabled: bool = True) -> list[Check]:
    """All checks of this package, in the order a technician reads them."""
    return [
        Check("board", lambda: Finding("ok", board_model())),
        Check("disk", lambda: check_disk(read_health(data_dir), data_dir)),
        Check("memory", lambda: check_memory(read_health(data_dir))),
        Check("clock", check_clock),
        Check("temperature", lambda: check_temperature(cpu_temperature())),
        Check("power", check_power),
        Check("camera_device", lambda: check_camera_devices(enabled=camera_enabled)),
        Check("display", check_display),
    ]


def check_disk(health: Health, data_dir: Path) -> Finding:
    """Space for packs, models and the outbox, and that the folder can be written."""
    free = health.disk_free_bytes / _GIB
    figure = f"{free:.1f} GiB free of {health.disk_total_bytes / _GIB:.1f}"
    nearest = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            "fail", f"{nearest} cannot be written", "give this user the folder: chown it, or mount it rw"
        )
    if free < 0.2:
        return Finding("fail", figure, "free some space: the kiosk cannot keep what it must send")
    if free < 1.0:
        return Finding("warn", figure, "free some space: there is no room for new models")
    return Finding("ok", figure)


def check_memory(health: Health) -> Finding:
    """Memory left for recognition and the screen."""
    free = health.memory_free_bytes / _GIB
    figure = f"{free:.1f} GiB free of {health.memory_total_bytes / _GIB:.1f}"
    if free < 0.15:
        return Finding("fail", figure, "close other programs, or use a board with 2 GiB or more")
    if free < 0.4:
        return Finding("warn", figure, "see what else runs on this board: the kiosk needs about 0.4 GiB")
    return Finding("ok", figure)


def check_clock(
    now: Callable[[], float] = time.time, timedatectl: str = "timedatectl", years_ahead: int = 20
) -> Finding:
    """A sane year, and whether a time server is followed: certificates and tickets depend on it."""
    year = time.gmtime(now()).tm_year
    figure = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now()))
    if not _FIRST_POSSIBLE_YEAR <= year <= _FIRST_POSSIBLE_YEAR + years_ahead:
        return Finding(
            "fail",
            f"the clock says {figure}",
            "set it: `sudo timedatectl set-time`, or connect a time server",
        )
    synchronised = answer_of(timedatectl, "show", "--property=NTPSynchronized", "--value")
    if synchronised == "yes":
        return Finding("ok", f"{figure}, follows a time server")
    if synchronised == "no":
        return Finding(
            "warn",
            f"{figure}, follows no time server",
            "run `sudo timedatectl set-ntp true` and allow NTP (UDP 123)",
        )
    return Finding("ok", f"{figure}, time server unknown")


def check_temperature(celsius: float | None) -> Finding:
    """A Pi 4 slows down from 80 °C on (its firmware's soft limit); 70 °C leaves no room for summer."""
    if celsius is None:
        return Finding("skip", "this board has no temperature sensor")
    figure = f"{celsius:.0f} °C"
    if celsius >= 80.0:
        return Finding("fail", figure, "it slows down now: clear the vents, check fan and heat sink")
    if celsius >= 70.0:
        return Finding("warn", figure, "check the vents and the fan before summer")
    return Finding("ok", figure)


def check_power(vcgencmd: str = "vcgencmd") -> Finding:
    """Supply voltage and throttling, where the board reports them."""
    state = read_throttling(vcgencmd)
    if state is None:
        return Finding("skip", "this board does not report its supply")
    if state.now:
        return Finding(
            "fail", ", ".join(state.now), "use the official power supply (5 V, 3 A or more) and cable"
        )
    if state.since_start:
        return Finding("warn", ", ".join(state.since_start), "check power supply, cable and cooling")
    return Finding("ok", "no under-voltage, no throttling")


def check_camera_devices(*, enabled: bool = True, dev: Path = Path("/dev")) -> Finding:
    """That there is a camera device this user may read."""
    if not enabled:
        return Finding("skip", "off in the config")
    found = sorted(path for path in dev.iterdir() if re.fullmatch(r"video\d+", path.name))
    if not found:
        return Finding(
            "warn", "no camera", "plug one in, or turn it off in the config; touch works without it"
        )
    barred = [path.name for path in found if not os.access(path, os.R_OK | os.W_OK)]
    if len(barred) == len(found):
        return Finding(
            "fail", f"no access to {', '.join(barred)}", "sudo usermod -aG video $USER, then log in again"
        )
    return Finding("ok", ", ".join(path.name for path in found))


def check_display(
    environment: Mapping[str, str] | None = None, drm: Path = Path("/sys/class/drm")
) -> Finding:
    """That a screen is plugged in, or a desktop session offers one."""
    seen = os.environ if environment is None else environment
    connected = [path.parent.name for path in sorted(drm.glob("card*-*/status")) if _reads(path, "connected")]
    session = seen.get("WAYLAND_DISPLAY") or seen.get("DISPLAY")
    if connected:
        return Finding("ok", ", ".join(connected))
    if session:
        return Finding("ok", f"session {session}")
    return Finding("warn", "no display", "connect the screen before power, and check its cable")


def _reads(path: Path, word: str) -> bool:
    try:
        return path.read_text(encoding="utf-8").strip() == word
    except OSError:
        return False
