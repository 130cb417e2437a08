"""An answer on paper: a picture of black dots as wide as the paper, drawn with the kiosk's own type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Card, Language
from kiosk_app.taking.code import code_of
from kiosk_app.ui.wrap import wrap

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_DOTS_PER_MM = 8
_BODY_MM, _TITLE_MM, _WINDOW_MM, _SMALL_MM = 3.5, 5.0, 9.0, 3.0
"""Sizes of type in millimetres per em; paper is held in the hand."""
_LEAST_MODULE = 3
"""Dots: 0.375 mm, what thermal heads print cleanly and phones read from the hand."""
_LARGEST_MODULE = 6
_WINDOW = "window"
_INK = 140
"""Greys up to this one are printed: strokes stay as strong as they were drawn."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is printed. ``code`` is what the QR code says; the card of the window is printed large."""

    hall: str
    title: str
    cards: tuple[Card, ...]
    code: str
    lang: Language
    at: datetime


class ReceiptPress:
    """Sets receipts for a paper of ``dots`` printable dots, with the files of the two weights."""

    def __init__(self, dots: int, regular: Path, bold: Path) -> None:
        self.dots = dots
        self._files = {False: regular, True: bold}

    def picture(self, receipt: Receipt) -> Image:
        """The receipt, one bit a dot, white where nothing is printed."""
        say = translator(receipt.lang)
        blocks = [
            self.lines(receipt.hall, _BODY_MM, bold=True, centred=True),
            self.rule(),
            self.lines(receipt.title, _TITLE_MM, bold=True),
            *self._cards(receipt.cards),
            self.rule(),
            self._code(receipt.code),
            self.lines(say(N_("Scan the code with your phone")), _SMALL_MM, centred=True),
            self.lines(f"{receipt.at:%Y-%m-%d %H:%M}", _SMALL_MM, centred=True),
        ]
        return self.stacked(blocks)

    def stacked(self, blocks: Sequence[Image]) -> Image:
        """Blocks one under the other, as they are printed."""
        from PIL import Image

        gap = _DOTS_PER_MM
        tall = sum(block.height + gap for block in blocks)
        paper = Image.new("L", (self.dots, tall + gap), 255)
        y = gap
        for block in blocks:
            paper.paste(block, (0, y))
            y += block.height + gap
        return paper.point([0 if shade <= _INK else 255 for shade in range(256)]).convert("1")

    def _cards(self, cards: tuple[Card, ...]) -> list[Image]:
        blocks: list[Image] = []
        for card in cards:
            if card.facet == _WINDOW:
                blocks.append(self.lines(card.title, _SMALL_MM))
                blocks.append(self.lines("\n".join(card.items), _WINDOW_MM, bold=True))
                continue
            blocks.append(self.lines(card.title, _BODY_MM, bold=True))
            if card.kind == "steps":
                items = [f"{number}. {item}" for number, item in enumerate(card.items, 1)]
            elif card.kind == "checklist":
                items = [f"□ {item}" for item in card.items]
            else:
                items = list(card.items)
            blocks.append(self.lines("\n".join(items), _BODY_MM))
        return blocks

    def width(self, text: str, em_mm: float) -> float:
        """The width of a bold line, in dots."""
        return _font(self._files[True], round(em_mm * _DOTS_PER_MM)).getlength(text)

    def lines(self, text: str, em_mm: float, *, bold: bool = False, centred: bool = False) -> Image:
        """Text as wide as the paper."""
        from PIL import Image, ImageDraw

        em = round(em_mm * _DOTS_PER_MM)
        font = _font(self._files[bold], em)
        lines = wrap(text, self.dots, font.getlength, balance=False)
        tall = round(em * 1.35)
        picture = Image.new("L", (self.dots, max(1, tall * len(lines))), 255)
        pen = ImageDraw.Draw(picture)
        for number, line in enumerate(lines):
            left = (self.dots - font.getlength(line)) / 2 if centred else 0
            pen.text((left, number * tall + tall * 0.78), line, font=font, fill=0, anchor="ls")
        return picture

    def rule(self) -> Image:
        """A line across the paper."""
        from PIL import Image

        return Image.new("L", (self.dots, 2), 0)

    def _code(self, words: str) -> Image:
        from PIL import Image

        code = code_of(words)
        module = max(_LEAST_MODULE, min(_LARGEST_MODULE, self.dots // code.side))
        small = Image.new("L", (code.side, code.side), 255)
        small.putdata([0 if black else 255 for row in code.rows for black in row])
        square = small.resize((code.side * module, code.side * module), Image.Resampling.NEAREST)
        picture = Image.new("L", (self.dots, square.height), 255)
        picture.paste(square, ((self.dots - square.width) // 2, 0))
        return picture


@lru_cache(maxsize=8)
def _font(file: Path, em: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(file), em)
