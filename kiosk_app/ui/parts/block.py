"""Layout in one pass: a block is measured for a width, then placed. Nothing settles over several frames.

The toolkit's own layouts converge through clock triggers, which shows half-laid-out frames whenever the height of a
text follows from its width. Here a tree is measured top-down and placed once, before the frame is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, OptionProperty
from kivy.uix.widget import Widget


class Block(Widget):
    """A widget with a height that follows from its width.

    ``share`` is its part of the width that a ``Row`` has left over, ``fixed`` a width in pixels instead;
    with both 0 it gets its natural width. ``flex`` is its part of the height that a ``Column`` has left over.
    """

    share = NumericProperty(1)
    fixed = NumericProperty(0)
    flex = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("size_hint", (None, None))
        self._rectangle: tuple[int, int, int, int] | None = None
        super().__init__(**kwargs)

    def measure(self, width: float) -> float:
        """The natural height in pixels at ``width`` pixels."""
        return self.height

    def natural_width(self) -> float:
        """The width in pixels that it would like to have."""
        return self.fixed

    def place(self, left: float, top: float, width: float, height: float) -> None:
        """Take this rectangle; ``top`` is its upper edge, coordinates grow upwards."""
        rectangle = (round(left), round(top - height), round(width), round(height))
        if rectangle != self._rectangle:
            self._rectangle = rectangle
            self.pos, self.size = rectangle[:2], rectangle[2:]
            self.draw()

    def draw(self) -> None:
        """Draw what is its own; called when it is placed somewhere else than before."""

    def redraw(self, *_: object) -> None:
        """Draw again what is its own, for something other than its place has changed; nothing before it has one."""
        if self._rectangle is not None:
            self.draw()

    def blocks(self) -> list[Block]:
        """The children in reading order."""
        return [child for child in reversed(self.children) if isinstance(child, Block)]

    def hold(self, wanted: Sequence[Block]) -> None:
        """Have exactly ``wanted`` as children; when they are there already, nothing is touched."""
        if list(wanted) != self.blocks():
            self.clear_widgets()
            for block in wanted:
                self.add_widget(block)

    @property
    def drawing(self) -> Any:
        """The canvas; the toolkit's stubs call it optional, which it never is once the widget exists."""
        return self.canvas

    @property
    def attached(self) -> bool:
        """Whether it is on the screen now."""
        return self.get_root_window() is not None


class Space(Block):
    """Nothing, of a given height, or stretching."""

    extent = NumericProperty(0)

    def measure(self, width: float) -> float:
        return self.extent


class Column(Block):
    """Children one under the other, ``gap`` apart, ``pad_x`` and ``pad_y`` from the edges.

    ``centred`` puts children that are lower than the column into the middle of its height.
    """

    gap = NumericProperty(0)
    pad_x = NumericProperty(0)
    pad_y = NumericProperty(0)
    centred = BooleanProperty(False)
    floor = NumericProperty(0)
    """The least height in pixels, such as that of a target."""

    def measure(self, width: float) -> float:
        inner = width - 2 * self.pad_x
        children = self.blocks()
        total = sum(child.measure(inner) for child in children) + self.gap * max(0, len(children) - 1)
        return max(self.floor, total + 2 * self.pad_y)

    def natural_width(self) -> float:
        widest = max((child.natural_width() for child in self.blocks()), default=0)
        return self.fixed or widest + 2 * self.pad_x

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        inner = width - 2 * self.pad_x
        children = self.blocks()
        heights = [child.measure(inner) for child in children]
        spare = height - 2 * self.pad_y - sum(heights) - self.gap * max(0, len(children) - 1)
        flex = sum(child.flex for child in children)
        y = top - self.pad_y - (spare / 2 if self.centred and not flex else 0)
        for child, natural in zip(children, heights, strict=True):
            tall = natural + (spare * child.flex / flex if flex else 0)
            child.place(left + self.pad_x, y, inner, tall)
            y -= tall + self.gap


class Row(Block):
    """Children side by side, ``gap`` apart; ``cross`` says where they stand in a taller row."""

    gap = NumericProperty(0)
    pad_x = NumericProperty(0)
    pad_y = NumericProperty(0)
    cross = OptionProperty("middle", options=["middle", "top", "fill"])
    floor = NumericProperty(0)

    def _widths(self, width: float) -> list[float]:
        children = self.blocks()
        fixed = [0.0 if child.share else child.fixed or child.natural_width() for child in children]
        left = width - 2 * self.pad_x - sum(fixed) - self.gap * max(0, len(children) - 1)
        shares = sum(child.share for child in children) or 1
        return [own or left * child.share / shares for own, child in zip(fixed, children, strict=True)]

    def measure(self, width: float) -> float:
        heights = [child.measure(w) for child, w in zip(self.blocks(), self._widths(width), strict=True)]
        return max(self.floor, max(heights, default=0) + 2 * self.pad_y)

    def natural_width(self) -> float:
        children = self.blocks()
        inner = sum(child.fixed or child.natural_width() for child in children)
        return self.fixed or inner + self.gap * max(0, len(children) - 1) + 2 * self.pad_x

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        x = left + self.pad_x
        room = height - 2 * self.pad_y
        for child, wide in zip(self.blocks(), self._widths(width), strict=True):
            tall = room if self.cross == "fill" else min(room, child.measure(wide))
            above = (room - tall) / 2 if self.cross == "middle" else 0
            child.place(x, top - self.pad_y - above, wide, tall)
            x += wide + self.gap


class Grid(Block):
    """Rows of ``columns`` equally wide children; all children of a row are as tall as its tallest."""

    columns = NumericProperty(2)
    gap = NumericProperty(0)

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        children, columns = self.blocks(), int(self.columns)
        rows = [children[i : i + columns] for i in range(0, len(children), columns)]
        wide = (width - self.gap * (columns - 1)) / columns
        return [(row, wide, max(child.measure(wide) for child in row)) for row in rows]

    def measure(self, width: float) -> float:
        rows = self._rows(width)
        return sum(tall for _, _, tall in rows) + self.gap * max(0, len(rows) - 1)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        y = top
        for row, wide, tall in self._rows(width):
            for index, child in enumerate(row):
                child.place(left + index * (wide + self.gap), y, wide, tall)
            y -= tall + self.gap


class Flow(Block):
    """Children at their natural width, as many to a line as fit."""

    gap = NumericProperty(0)

    def _lines(self, width: float) -> list[list[tuple[Block, float]]]:
        lines: list[list[tuple[Block, float]]] = []
        used = 0.0
        for child in self.blocks():
            wide = min(width, child.natural_width())
            if not lines or used + self.gap + wide > width:
                lines.append([])
                used = -self.gap
            lines[-1].append((child, wide))
            used += self.gap + wide
        return lines

    def measure(self, width: float) -> float:
        lines = self._lines(width)
        heights = [max(child.measure(wide) for child, wide in line) for line in lines]
        return sum(heights) + self.gap * max(0, len(lines) - 1)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        y = top
        for line in self._lines(width):
            x, tall = left, max(child.measure(wide) for child, wide in line)
            for child, wide in line:
                child.place(x, y, wide, tall)
                x += wide + self.gap
            y -= tall + self.gap


class Layers(Block):
    """Children on top of each other, each over the whole rectangle."""

    def measure(self, width: float) -> float:
        return max((child.measure(width) for child in self.blocks()), default=0)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        for child in self.blocks():
            child.place(left, top, width, height)
