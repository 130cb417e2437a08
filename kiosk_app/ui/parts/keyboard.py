"""Twenty-six letters to touch, with a key that takes the last one back and one that takes all back.

They stand as on every telephone where ten keys fit side by side. In elder mode, and on a panel too narrow for that,
they stand in the order of the alphabet: who has never typed knows it from school, and seven keys to a row are larger.
"""

from __future__ import annotations

from kiosk_app.events import SearchKeyPressed
from kiosk_app.topic_search import LETTERS
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import MIN_GAP_MM

_TELEPHONE = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEY_MM = (34.0, 27.0)
"""Width and height of a key where there is room."""
_SHRINK = (1.0, 0.85, 0.7, 0.0)
"""Sizes of type to try for a word, down to the smallest that there is."""
_CLEAR, _DELETE = "clear", "delete"

_Row = list[tuple[str, float]]
"""Keys from left to right and how many columns each takes; a key without a name is a gap."""


class Key(TapCard):
    """A letter, or what it does in a word."""

    def __init__(self, name: str, words: str, **kwargs: object) -> None:
        self.letter = len(name) == 1
        theme = stage().theme
        look = {} if self.letter else {"fill": "soft", "edge": "primary"}
        super().__init__(round=theme.space(2), **look, **kwargs)

        def pressed(at: float) -> SearchKeyPressed:
            return SearchKeyPressed(at, key=name)

        self.event = pressed
        colour = "ink" if self.letter else "primary"
        self.label = Text(
            source=words, role="title" if self.letter else "label", colour=colour, align="center"
        )
        self.add_widget(self.label)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        theme, label = stage().theme, self.label
        largest = min(theme.em(label.role), int(height / 1.5), int(width / 1.1))
        for factor in _SHRINK:
            label.em = max(theme.smallest, round(largest * factor))
            if label.natural_width() <= width - 2 * theme.space(0.5):
                break
        super().place(left, top, width, height)


class Keyboard(Block):
    """The keys, as large as the room allows."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _ = stage()._
        self._gap = stage().theme.mm(MIN_GAP_MM)
        self._keys = {letter: Key(letter, letter.upper()) for letter in LETTERS}
        self._keys |= {_CLEAR: Key(_CLEAR, _("Clear")), _DELETE: Key(_DELETE, _("Delete"))}
        self.hold([self._keys[name] for row in _telephone() for name, _span in row if name])

    def measure(self, width: float) -> float:
        rows = len(self._rows(width))
        return rows * stage().theme.mm(_KEY_MM[1]) + (rows - 1) * self._gap

    def width_of(self, columns: int) -> int:
        """The width of so many of the smallest keys that may be."""
        return columns * stage().theme.target_small + (columns - 1) * self._gap

    def place(self, left: float, top: float, width: float, height: float) -> None:
        rows = self._rows(width)
        theme, gap = stage().theme, self._gap
        columns = sum(span for _, span in rows[0])
        wide = min(theme.mm(_KEY_MM[0]), (width - (columns - 1) * gap) / columns)
        tall = min(theme.mm(_KEY_MM[1]), (height - (len(rows) - 1) * gap) / len(rows))
        used = columns * (wide + gap) - gap
        super().place(left + (width - used) / 2, top, used, len(rows) * (tall + gap) - gap)
        self.hold([self._keys[name] for row in rows for name, _ in row if name])
        for number, row in enumerate(rows):
            x, y = self.x, self.top - number * (tall + gap)
            for name, span in row:
                if name:
                    self._keys[name].place(x, y, span * (wide + gap) - gap, tall)
                x += span * (wide + gap)

    def _rows(self, width: float) -> list[_Row]:
        """The order of the keys in so many pixels."""
        theme = stage().theme
        most = int((width + self._gap) / (theme.target_small + self._gap))
        if most >= len(_TELEPHONE[0]) and not theme.elder:
            return _telephone()
        return _alphabet(max(5, min(7, most)))


def _telephone() -> list[_Row]:
    first, second, third = ([(letter, 1.0) for letter in row] for row in _TELEPHONE)
    return [first, [("", 0.5), *second, ("", 0.5)], [(_CLEAR, 1.5), *third, (_DELETE, 1.5)]]


def _alphabet(columns: int) -> list[_Row]:
    """Rows of ``columns`` letters; the two other keys share what the last row has left."""
    rows: list[_Row] = [
        [(letter, 1.0) for letter in LETTERS[start : start + columns]]
        for start in range(0, len(LETTERS), columns)
    ]
    left = columns - len(rows[-1])
    if left < 2:
        rows.append([])
        left = columns
    rows[-1] += [(_CLEAR, left / 2), (_DELETE, left / 2)]
    return rows
