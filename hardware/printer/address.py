"""Where a printer is: ``usb:0416:5011``, ``/dev/usb/lp0``, ``serial:/dev/ttyUSB0:38400`` or ``tcp:HOST:9100``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hardware.printer.wires import Wire, open_file, open_serial, open_tcp, open_usb

PaperWidth = Literal[58, 80]
"""Millimetres."""
_BAUDS = (9600, 19200, 38400, 57600, 115200)


@dataclass(frozen=True, slots=True)
class PrinterAddress:
    """A printer's place; ``open`` raises PrinterError."""

    where: str
    open: Callable[[], Wire]


def parse_address(given: str) -> PrinterAddress:
    """The place that ``given`` names.

    Raises:
        ValueError: it names none; the message says how one is written.
    """
    if found := re.fullmatch(r"usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", given):
        vendor, product = int(found[1], 16), int(found[2], 16)
        return PrinterAddress(given, lambda: open_usb(vendor, product))
    if (found := re.fullmatch(r"serial:(/\S+):(\d+)", given)) and int(found[2]) in _BAUDS:
        path, baud = found[1], int(found[2])
        return PrinterAddress(given, lambda: open_serial(path, baud))
    if (found := re.fullmatch(r"tcp:(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})", given)) and 0 < int(
        found[2]
    ) < 2**16:
        host, port = found[1].strip("[]"), int(found[2])
        return PrinterAddress(given, lambda: open_tcp(host, port))
    if re.fullmatch(r"/dev/\S+", given):
        return PrinterAddress(given, lambda: open_file(given))
    raise ValueError(
        "must be usb:VENDOR:PRODUCT (as lsusb shows them), /dev/usb/lp0, serial:/dev/ttyUSB0:38400"
        f" (one of {', '.join(map(str, _BAUDS))}) or tcp:HOST:9100"
    )
