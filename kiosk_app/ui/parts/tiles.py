"""A grid of equal tiles that grow with the room they are given."""

from __future__ import annotations

from itertools import product

from kivy.properties import NumericProperty

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.topic import Tile
from kiosk_app.ui.stage import stage

_SHRINK = (1.0, 0.92, 0.85)


class TileGrid(Block):
    """Every tile as wide and as tall as every other, all titles in one size; up to ``columns`` side by side."""

    gap = NumericProperty(0)
    columns = NumericProperty(2)
    tallest = NumericProperty(0)
    """How far a tile may grow, in pixels."""

    def measure(self, width: float) -> float:
        columns, wide = self._columns(width)
        rows = self._rows(columns)
        return rows * self._tall(wide) + self.gap * max(0, rows - 1)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        columns, wide = self._columns(width)
        rows = self._rows(columns)
        if not rows:
            return
        natural = self._tall(wide)
        tall = max(natural, min(self.tallest, (height - self.gap * (rows - 1)) / rows))
        for index, tile in enumerate(self.blocks()):
            row, column = divmod(index, columns)
            tile.place(left + column * (wide + self.gap), top - row * (tall + self.gap), wide, tall)

    def _rows(self, columns: int) -> int:
        return -(-len(self.blocks()) // columns)

    def _tall(self, wide: float) -> float:
        return max((tile.measure(wide) for tile in self.blocks()), default=0)

    def _columns(self, width: float) -> tuple[int, float]:
        """The most columns in which all titles stand on one line, or else on two without a line below them."""
        tiles = [tile for tile in self.blocks() if isinstance(tile, Tile)]
        for columns, lines, em in product(range(int(self.columns), 0, -1), (1, 2), _sizes()):
            wide = (width - self.gap * (columns - 1)) / columns
            if all(tile.fits(wide, em, lines) for tile in tiles):
                for tile in tiles:
                    tile.detail(lines == 1)
                return columns, wide
        return 1, width


def _sizes() -> list[int]:
    theme = stage().theme
    return [max(theme.smallest, round(theme.em("heading") * factor)) for factor in _SHRINK]
