"""The answer as a code for the citizen's phone and, where there is a printer, on paper."""

from __future__ import annotations

from kiosk_app.events import PrintPressed
from kiosk_app.taking import code_of
from kiosk_app.ui.overlays.overlay import BigButton, Notice
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.code_picture import CodePicture
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import PrintMood, ViewData


class TakeAlong(Notice):
    """Lies over the answer whose code it shows; with that answer, or with its visit, it goes."""

    lasts_s = 60.0

    def __init__(self, view: ViewData) -> None:
        _ = stage()._
        theme = stage().theme
        if theme.elder:
            self.lasts_s = 120.0
        self._words = view.take_along
        self.picture = CodePicture(code_of(view.take_along))
        self._stacked = theme.portrait or theme.above > 0
        align = "center" if self._stacked else "left"
        self._title = Text(source=_("Take it with you"), role="title", align=align)
        self._scan = Text(source=_("Scan the code with your phone"), align=align)
        self._going = Text(bold=True, colour="primary", align=align)
        self._trouble = Text(bold=True, colour="accent", align=align)
        self._content = Column(gap=theme.space(3))
        self._close = BigButton(_("Close"), strong=True)
        self._close.action = stage().close_overlay
        self._print = BigButton(_("Print it"), strong=False)
        self._print.event = PrintPressed
        self._buttons: Block = (
            Row(gap=theme.tight, cross="fill") if self._stacked else Column(gap=theme.tight)
        )
        super().__init__(self._content, self._buttons, None if self._stacked else self.picture)
        self.show(view)

    def show(self, view: ViewData) -> None:
        """Offer to print where it can be done, and say what became of it.

        How it goes on is said in the button's own place: nothing else comes under a finger that touches twice.
        """
        words, colour = _of_printing(view.printing)
        trouble = colour == "accent"
        self._going.source, self._trouble.source = ("", words) if trouble else (words, "")
        self._going.colour = colour
        parts: list[Block] = [self._title]
        theme = stage().theme
        if theme.above or (view.printing != "none" and not theme.roomy):
            parts = []  # there the code and the buttons need the height
        if self._stacked:
            parts.append(self.picture)
        self._content.hold([*parts, self._trouble if trouble else self._scan])  # either names the code
        slot = {"ready": self._print, "busy": self._going, "done": self._going}.get(view.printing)
        self._buttons.hold([slot, self._close] if slot is not None else [self._close])

    def follow(self, view: ViewData) -> bool:
        """Only over the same answer."""
        if view.take_along != self._words:
            return False
        self.show(view)
        return True

    def close(self) -> None:
        self.picture.blank()


def _of_printing(mood: PrintMood) -> tuple[str, str]:
    """What is said of the receipt, and its colour."""
    _ = stage()._
    return {
        "none": ("", "ink"),
        "ready": ("", "ink"),
        "busy": (_("Printing"), "primary"),
        "done": (_("Please take the receipt"), "ok"),
        "no_paper": (_("The printer is out of paper. Please scan the code"), "accent"),
        "failed": (_("The printer does not work now. Please scan the code"), "accent"),
    }[mood]
