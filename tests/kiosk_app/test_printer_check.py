"""The doctor's look at the printer."""

from __future__ import annotations

import pytest

from hardware.doctor import Finding
from kiosk_app.config import KioskConfig, PrinterConfig
from kiosk_app.printer_check import check_printer
from tests.hardware.printer.paper import COVER_OPEN, NO_PAPER, READY, SILENT, Terminal


@pytest.mark.parametrize(
    ("states", "state", "figure", "fix"),
    [
        (READY, "ok", "80 mm: online, has paper", ""),
        (SILENT, "warn", "does not tell its state", "look at its paper"),
        (NO_PAPER, "fail", "out of paper", "put in a new roll and close the cover"),
        (COVER_OPEN, "fail", "the printer's cover is open", "close it"),
    ],
)
def test_what_the_printer_says_is_told(states: dict[int, int], state: str, figure: str, fix: str) -> None:
    device = Terminal(states)
    device.start()
    found = check_printer(KioskConfig(printer=PrinterConfig(backend="escpos", device=device.path)))
    device.stop()
    assert (found.state, b"\x1dv0" in device.data) == (state, False)
    assert figure in found.figure
    assert found.fix.startswith(fix)


def test_a_kiosk_without_one_skips_it() -> None:
    assert check_printer(KioskConfig()) == Finding("skip", "off by configuration")


def test_one_that_is_not_plugged_in_fails_with_its_fix() -> None:
    config = KioskConfig(printer=PrinterConfig(backend="escpos", device="/dev/usb/lp77"))
    assert check_printer(config) == Finding(
        "fail",
        "/dev/usb/lp77: No such file or directory",
        "check its cable, its power and printer.device",
    )
