"""How the board is doing: temperature, load, memory, disk, uptime, throttling."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

from hardware.programs import answer_of

_CPU_SENSORS = ("cpu_thermal", "cpu-thermal", "coretemp", "k10temp", "soc_thermal", "thermal_zone0")
"""Names the kernel gives the processor's sensor, best first: Pi, Jetson, Intel, AMD, Rockchip, others."""

_THROTTLING = {
    0: "under-voltage",
    1: "frequency capped",
    2: "throttled",
    3: "hot: soft limit",
    16: "under-voltage since start",
    17: "frequency capped since start",
    18: "throttled since start",
    19: "hot since start: soft limit",
}
"""Bits of ``vcgencmd get_throttled`` (Raspberry Pi documentation, "vcgencmd")."""


@dataclass(frozen=True, slots=True)
class Throttling:
    """What holds a Raspberry Pi back: reasons now, and reasons since it started."""

    now: tuple[str, ...]
    since_start: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """One look at the board. None where the board has no such sensor."""

    board: str
    cpu_celsius: float | None
    load_per_core: float
    memory_total_bytes: int
    memory_free_bytes: int
    disk_total_bytes: int
    disk_free_bytes: int
    uptime_s: float
    throttling: Throttling | None


def read_health(data_dir: Path, *, device_tree: Path = Path("/proc/device-tree")) -> Health:
    """Look at the board now; disk figures are those of the file system that holds ``data_dir``.

    ``load_per_core`` is the one-minute load average divided by the cores this process may use.
    """
    import psutil

    memory = psutil.virtual_memory()
    disk = psutil.disk_usage(str(_existing(data_dir)))
    return Health(
        board=board_model(device_tree),
        cpu_celsius=cpu_temperature(),
        load_per_core=psutil.getloadavg()[0] / len(os.sched_getaffinity(0)),
        memory_total_bytes=memory.total,
        memory_free_bytes=memory.available,
        disk_total_bytes=disk.total,
        disk_free_bytes=disk.free,
        uptime_s=max(0.0, time.time() - psutil.boot_time()),
        throttling=read_throttling(),
    )


def board_model(device_tree: Path = Path("/proc/device-tree")) -> str:
    """What board this is, as its device tree says, or the machine's architecture where there is none."""
    try:
        model = (device_tree / "model").read_bytes().rstrip(b"\0").decode("utf-8", "replace").strip()
    except OSError:
        model = ""
    return model or f"{platform.machine()} computer"


def cpu_temperature() -> float | None:
    """The processor's temperature in °C, the hottest of its sensors; None where there is none."""
    import psutil

    sensors = psutil.sensors_temperatures() if hasattr(psutil, "sensors_temperatures") else {}
    for name in (*_CPU_SENSORS, *sensors):
        readings = [reading.current for reading in sensors.get(name, []) if -40.0 < reading.current < 150.0]
        if readings:
            return max(readings)
    return None


def read_throttling(vcgencmd: str = "vcgencmd") -> Throttling | None:
    """What a Raspberry Pi says of its supply and heat; None on other boards."""
    answer = answer_of(vcgencmd, "get_throttled")
    if answer is None or not answer.startswith("throttled=0x"):
        return None
    try:
        bits = int(answer.removeprefix("throttled="), 16)
    except ValueError:
        return None
    said = {bit: words for bit, words in _THROTTLING.items() if bits >> bit & 1}
    return Throttling(
        now=tuple(words for bit, words in said.items() if bit < 16),
        since_start=tuple(words for bit, words in said.items() if bit >= 16),
    )


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    for candidate in (path, *path.absolute().parents):
        if candidate.exists():
            return candidate
    return Path("/")
