"""A printer that speaks ESC/POS: pictures as raster, its state through DLE EOT, nothing else (ADR 24)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from hardware.printer.address import PaperWidth, PrinterAddress
from hardware.printer.errors import cover_open, no_paper, offline
from hardware.printer.wires import Wire

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS: dict[PaperWidth, int] = {58: 384, 80: 576}
"""Printable dots across, 8 to the millimetre."""
_BAND = 128
"""Rows that are sent at once: the smallest printers buffer 8 KiB."""
_ANSWER_S = 0.6

_PRINTER, _CAUSE, _ROLL = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_OFFLINE, _COVER, _STOPPED, _PAPER_END = 0x08, 0x04, 0x20, 0x60
# Bits as in Epson's "ESC/POS Command Reference", DLE EOT n; the fixed ones tell a state from noise.
_FIXED, _FIXED_VALUE = 0x93, 0x12


class EscposPrinter:
    """Opens the device for each receipt and lets it go afterwards, so that it may be unplugged in between."""

    def __init__(self, address: PrinterAddress) -> None:
        self._address = address

    def check(self) -> bool:
        with closing(self._address.open()) as wire:
            return _look(wire)

    def print(self, picture: Image) -> None:
        with closing(self._address.open()) as wire:
            tells = _look(wire)
            for piece in _job(picture):
                wire.write(piece)
            if tells:
                _look(wire)  # the roll may have ended on the way


def _look(wire: Wire) -> bool:
    """Whether it tells its state. Raises PrinterError when the state is a bad one."""
    printer = _ask(wire, _PRINTER)
    if printer is None:
        return False
    cause, roll = _ask(wire, _CAUSE) or 0, _ask(wire, _ROLL) or 0
    if roll & _PAPER_END or cause & _STOPPED:
        raise no_paper()
    if cause & _COVER:
        raise cover_open()
    if printer & _OFFLINE:
        raise offline()
    return True


def _ask(wire: Wire, query: bytes) -> int | None:
    wire.write(query)
    for answer in wire.read(_ANSWER_S):
        if answer & _FIXED == _FIXED_VALUE:
            return answer
    return None


def _job(picture: Image) -> list[bytes]:
    """Reset, the picture band by band, feed and cut, as bytes."""
    from escpos.printer import Dummy

    pieces: list[bytes] = []
    encoder = Dummy(profile="TM-T20II")  # one that is 576 dots wide and cuts
    encoder.hw("INIT")
    for top in range(0, picture.height, _BAND):
        encoder.image(picture.crop((0, top, picture.width, min(picture.height, top + _BAND))))
        pieces.append(encoder.output)
        encoder.clear()
    encoder.cut("PART")
    pieces.append(encoder.output)
    return pieces
