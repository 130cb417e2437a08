"""The QR code of what is taken along."""

from __future__ import annotations

from dataclasses import dataclass

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
LARGEST_VERSION = 20
"""97 modules a side, 105 with their white.

At 0.8 mm a module that is 84 mm, what the smallest panel (136 mm high) has room for beside a title and two buttons.
A phone of twelve megapixels at arm's length (400 mm) sees such a module with more than five pixels.
"""
MOST_BYTES = 666
"""What version 20 holds at level M (ISO/IEC 18004, table 7): 15 % of it may be lost to a reflection."""


@dataclass(frozen=True, slots=True)
class Code:
    """Rows of modules from top to bottom, True for black, with the white around them."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def side(self) -> int:
        """Modules from edge to edge, the white included."""
        return len(self.rows)


def code_of(text: str) -> Code:
    """The code that says ``text`` in UTF-8, which phones recognise without being told.

    Raises:
        ValueError: it has more than ``MOST_BYTES`` bytes.
    """
    from segno import DataOverflowError, make

    size = len(text.encode())
    try:
        made = make(text, error="m", mode="byte", encoding="utf-8", micro=False)
    except DataOverflowError as error:
        raise ValueError(f"{size} bytes do not go into a code") from error
    if size > MOST_BYTES:
        raise ValueError(f"{size} bytes are more than the {MOST_BYTES} that are read from the screen")
    return Code(tuple(tuple(bool(module) for module in row) for row in made.matrix_iter(border=QUIET)))
