"""A number on paper: the hall, the number as large as the paper is wide, and what to know until it is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Language
from kiosk_app.taking.receipt import Receipt, ReceiptPress

if TYPE_CHECKING:
    from PIL.Image import Image

_HALL_MM, _LARGE_MM, _BODY_MM, _SMALL_MM = 3.5, 5.5, 4.0, 3.0
_NUMBER_MM = 24.0
"""Millimetres per em, on paper that is wide enough for it."""
_OF_WIDTH = 0.92


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """What is printed. ``ahead`` is None where it is not known; ``windows`` are numbers as a list to read."""

    hall: str
    number: str
    queue: str
    windows: str
    ahead: int | None
    at: datetime
    lang: Language


class PaperPress(ReceiptPress):
    """Sets whatever a kiosk prints: answers and numbers."""

    def picture(self, receipt: Receipt | TicketSlip) -> Image:
        """The sheet, one bit a dot, white where nothing is printed."""
        return self._slip(receipt) if isinstance(receipt, TicketSlip) else super().picture(receipt)

    def _slip(self, slip: TicketSlip) -> Image:
        say = translator(slip.lang)
        wide = self.width(slip.number, _NUMBER_MM)
        number_mm = _NUMBER_MM * min(1.0, _OF_WIDTH * self.dots / wide)
        lines = [
            (slip.queue, _LARGE_MM, True),
            (_ahead(slip), _LARGE_MM, True),
            (
                say(N_("Windows {windows}")).format(windows=slip.windows) if slip.windows else "",
                _BODY_MM,
                False,
            ),
        ]
        return self.stacked(
            [
                self.lines(slip.hall, _HALL_MM, bold=True, centred=True),
                self.rule(),
                self.lines(slip.number, number_mm, bold=True, centred=True),
                *(self.lines(text, size, bold=bold, centred=True) for text, size, bold in lines if text),
                self.rule(),
                self.lines(
                    say(N_("Please listen for your number, and watch the screens")), _SMALL_MM, centred=True
                ),
                self.lines(f"{slip.at:%Y-%m-%d %H:%M}", _SMALL_MM, centred=True),
            ]
        )


def _ahead(slip: TicketSlip) -> str:
    say = translator(slip.lang)
    if slip.ahead is None:
        return ""
    if slip.ahead == 0:
        return say(N_("You are next"))
    words = N_("1 person before you") if slip.ahead == 1 else N_("{count} people before you")
    return say(words).format(count=slip.ahead)
