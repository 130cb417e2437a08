"""Why a printer does not print."""

from __future__ import annotations

from hardware.errors import HardwareError

NO_PAPER = "out of paper"
"""How the message of an empty printer begins: who stands before it is told this of all reasons."""


class PrinterError(HardwareError):
    """Nothing comes out; ``code`` is ``printer.paper``, ``.cover``, ``.offline``, ``.gone`` or ``.stuck``."""


def no_paper() -> PrinterError:
    """The roll is at its end."""
    return PrinterError("printer.paper", f"{NO_PAPER}: put in a new roll and close the cover")


def cover_open() -> PrinterError:
    """The cover is open."""
    return PrinterError("printer.cover", "the printer's cover is open: close it")


def offline() -> PrinterError:
    """It answers, and does not take anything."""
    return PrinterError(
        "printer.offline", "the printer is offline: see its lamp, free the cutter, switch it off and on"
    )


def gone(where: str, why: object) -> PrinterError:
    """It is not there, or is there no more."""
    return PrinterError("printer.gone", f"{where}: {why}: check its cable, its power and printer.device")


def stuck(where: str, seconds: float) -> PrinterError:
    """It takes no more data."""
    return PrinterError(
        "printer.stuck", f"{where} has taken nothing for {seconds:.0f} s: switch it off and on"
    )
