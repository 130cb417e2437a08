"""The doctor's look at the receipt printer."""

from __future__ import annotations

from hardware.doctor import Finding
from hardware.printer import EscposPrinter, Printer, PrinterError, parse_address
from kiosk_app.config import KioskConfig, PrinterConfig


def check_printer(config: KioskConfig, printer: Printer | None = None) -> Finding:
    """Whether it is there, takes data, and has paper as far as it tells; nothing is printed."""
    if config.printer.backend == "none":
        return Finding("skip", "off by configuration")
    figure = f"{config.printer.device}, {config.printer.paper_mm} mm"
    try:
        tells = (printer or printer_for(config.printer)).check()
    except PrinterError as error:
        what, _, fix = error.message.rpartition(": ")
        return Finding("fail", what, fix)
    if not tells:
        return Finding(
            "warn",
            f"{figure}: takes data, does not tell its state",
            "look at its paper yourself now and then",
        )
    return Finding("ok", f"{figure}: online, has paper")


def printer_for(config: PrinterConfig) -> Printer:
    """The printer that the configuration names; opened only when it is used."""
    return EscposPrinter(parse_address(config.device))
