"""A receipt printer: what it must be able to do, where it is, and the one that speaks ESC/POS."""

from hardware.printer.address import PaperWidth, PrinterAddress, parse_address
from hardware.printer.errors import NO_PAPER, PrinterError
from hardware.printer.escpos import EscposPrinter
from hardware.printer.port import Printer

__all__ = [
    "NO_PAPER",
    "EscposPrinter",
    "PaperWidth",
    "Printer",
    "PrinterAddress",
    "PrinterError",
    "parse_address",
]
