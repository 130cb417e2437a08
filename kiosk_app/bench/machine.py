"""The machine that the figures belong to, in one line, and whether it had other things to do."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from hardware.health import board_model

_ALONE = 1.5
"""Of the load average a core: the benchmark itself makes one."""


def machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Board or processor, cores, architecture, Python."""
    board = board_model()
    name = board if board and board != "unknown" else _processor(cpuinfo)
    cores = len(os.sched_getaffinity(0))
    return f"{name}, {cores} cores, {platform.machine()}, Python {platform.python_version()}"


def busy() -> str:
    """A sentence where other programs wanted the processor too, so that all times are too long; empty otherwise."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    if load <= cores * _ALONE:
        return ""
    return (
        f"the machine was busy (load {load:.1f} on {cores} cores): times are longer than on a kiosk by itself"
    )


def _processor(cpuinfo: Path) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "unknown processor"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model")))
    return next(names, "unknown processor")
