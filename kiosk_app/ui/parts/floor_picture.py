"""One floor of the hall on the glass: walls, windows, the way, and the one number that is wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kivy.graphics import (
    Color,
    InstructionGroup,
    Mesh,
    SmoothEllipse,
    SmoothLine,
    SmoothRoundedRectangle,
)
from kivy.properties import NumericProperty

from kiosk_app.plan.drawing import BADGE_EDGE, Drawing, Plate, Rect, Sign, Sizes, Words, draw, fitting
from kiosk_app.plan.sheet import Sheet
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.text import Text, cluster_width
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import MIN_CAP_MM

_SIGN_MM, _SMALL_SIGN_MM = 9.0, 7.0
_LINE_MM = 1.8
_BADGE = 2.0
"""The wanted number in parts of the smallest type; less on a small panel."""
_SMALL_BADGE = 1.45
_WORD_COLOURS = {
    "badge": "on_primary",
    "here": "ground",
    "number": "muted",
    "spot": "muted",
    "room": "muted",
}
"""By the kind of words: their palette token."""


def spot_names() -> dict[str, str]:
    """What the places of a floor are called, and the kiosk's own."""
    _ = stage()._
    return {
        "join": _(", "),
        "here": _("You are here"),
        "entrance": _("Main door"),
        "lift": _("Lift"),
        "stairs": _("Stairs"),
        "escalator": _("Escalator"),
        "toilet": _("Toilets"),
        "tickets": _("Tickets"),
        "water": _("Drinking water"),
    }


class FloorPicture(Block):
    """Draws ``sheet`` as large as its rectangle allows; ``extent`` is the height in pixels that it would like."""

    extent = NumericProperty(0)

    def __init__(self, sheet: Sheet, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.sheet = sheet
        self._ground = InstructionGroup()
        self.drawing.before.add(self._ground)
        self._drawn: tuple[float, float, float, float] = (0, 0, 0, 0)

    def measure(self, width: float) -> float:
        return self.extent

    def fits(self, width: float, height: float) -> tuple[float, float]:
        """The pixels that the floor takes of so much room."""
        return fitting(self.sheet, width, height)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        wide, tall = self.fits(width, height)
        frame = (left + (width - wide) / 2, top - (height + tall) / 2, wide, tall)
        if frame != self._drawn:
            self._drawn = frame
            self._draw(frame)

    def _draw(self, frame: tuple[float, float, float, float]) -> None:
        theme = stage().theme
        pixels = theme.ppi / 25.4
        smallest = theme.smallest / pixels
        number = max(smallest, theme.em_mm("small") if theme.ample else smallest)
        badge = smallest * (_BADGE if theme.ample else _SMALL_BADGE)
        sizes = Sizes(badge, number, _SIGN_MM if theme.ample else _SMALL_SIGN_MM)

        def measure(text: str, em: float) -> float:
            return cluster_width(text, theme.mm(em), True) / pixels

        drawing = draw(self.sheet, frame[2] / pixels, sizes, spot_names(), measure)
        self.clear_widgets()
        self._ground.clear()
        paint = _Brush(self._ground, frame[0], frame[1], pixels)
        paint.all(drawing)
        for sign in drawing.signs:
            icon = Icon(name=sign.kind, colour="on_primary" if sign.used else "ink")
            inset = sign.rect.width * 0.12
            self._hold(icon, paint.rect(sign.rect, -inset))
        for words in drawing.words:
            text = Text(
                source=words.text,
                colour=_WORD_COLOURS[words.kind],
                em=max(theme.mm(words.em), theme.mm(MIN_CAP_MM)),
                bold=True,
                align="center",
            )
            left, bottom, wide, tall = paint.rect(words.rect)
            self._hold(text, (left - 2, bottom - 1, wide + 4, tall + 2))  # room for rounding

    def _hold(self, block: Block, at: tuple[float, float, float, float]) -> None:
        left, bottom, wide, tall = at
        self.add_widget(block)
        block.place(left, bottom + tall, wide, tall)


class _Brush:
    """Turns shapes in millimetres into instructions in pixels."""

    def __init__(self, group: InstructionGroup, left: float, bottom: float, pixels: float) -> None:
        self._group = group
        self._left, self._bottom, self._pixels = left, bottom, pixels

    def rect(self, rect: Rect, grow: float = 0.0) -> tuple[float, float, float, float]:
        """Left, bottom, width and height in pixels."""
        scale = self._pixels
        return (
            self._left + (rect.x - grow) * scale,
            self._bottom + (rect.y - grow) * scale,
            (rect.width + 2 * grow) * scale,
            (rect.height + 2 * grow) * scale,
        )

    def all(self, drawing: Drawing) -> None:
        """Everything but icons and words."""
        for plate in drawing.plates:
            self._plate(plate)
        for line in drawing.lines:
            self._way(line)
        for sign in drawing.signs:
            self._sign(sign)
        if drawing.here is not None:
            self._here(drawing.here, drawing.here_mm)
        for words in drawing.words:
            self._words(words)

    def _plate(self, plate: Plate) -> None:
        fill, edge, grow = {
            "floor": ("ground", "line", 0.0),
            "room": ("pressed", "line", 0.0),
            "window": ("surface", "muted", -0.25),
            "wanted": ("primary", "primary", 0.0),
        }[plate.kind]
        radius = 2.0 if plate.kind == "floor" else 0.8
        self._box(self.rect(plate.rect, grow), fill, edge, radius)

    def _box(
        self, at: tuple[float, float, float, float], fill: str, edge: str, radius_mm: float, thick: float = 0
    ) -> None:
        left, bottom, wide, tall = at
        radius = min(radius_mm * self._pixels, wide / 2, tall / 2)
        thin = (thick or stage().theme.hairline) if edge else 0
        if edge:
            self._group.add(Color(*stage().theme.colour(edge)))
            self._group.add(SmoothRoundedRectangle(pos=(left, bottom), size=(wide, tall), radius=[radius]))
        self._group.add(Color(*stage().theme.colour(fill)))
        self._group.add(
            SmoothRoundedRectangle(
                pos=(left + thin, bottom + thin),
                size=(max(0, wide - 2 * thin), max(0, tall - 2 * thin)),
                radius=[max(1, radius - thin)],
            )
        )

    def _way(self, line: Sequence[tuple[float, float]]) -> None:
        """A thick line that ends in an arrow."""
        scale = self._pixels
        points = [(self._left + x * scale, self._bottom + y * scale) for x, y in line]
        if len(points) < 2:
            return
        self._group.add(Color(*stage().theme.colour("primary")))
        (x0, y0), (x1, y1) = points[-2:]
        angle = math.atan2(y1 - y0, x1 - x0)
        long, half = 3.2 * scale, 2.2 * scale
        neck = (x1 - math.cos(angle) * long * 0.9, y1 - math.sin(angle) * long * 0.9)
        flat = [value for point in (*points[:-1], neck) for value in point]
        self._group.add(SmoothLine(points=flat, width=_LINE_MM * scale / 2, joint="round", cap="round"))
        base = (x1 - math.cos(angle) * long, y1 - math.sin(angle) * long)
        side = (math.cos(angle + math.pi / 2) * half, math.sin(angle + math.pi / 2) * half)
        corners = ((x1, y1), (base[0] + side[0], base[1] + side[1]), (base[0] - side[0], base[1] - side[1]))
        vertices = [value for x, y in corners for value in (x, y, 0, 0)]
        self._group.add(Mesh(vertices=vertices, indices=[0, 1, 2], mode="triangles"))

    def _sign(self, sign: Sign) -> None:
        if sign.used:
            self._box(self.rect(sign.rect), "primary", "primary", 1.6)
        else:
            self._box(self.rect(sign.rect), "surface", "muted", 1.6)

    def _here(self, at: tuple[float, float], radius: float) -> None:
        """A ring, so that it is known without its colour."""
        for share, token in ((1.0, "ground"), (0.86, "ink"), (0.5, "ground"), (0.28, "ink")):
            x, y, wide, tall = self.rect(
                Rect(at[0] - radius * share, at[1] - radius * share, 2 * radius * share, 2 * radius * share)
            )
            self._group.add(Color(*stage().theme.colour(token)))
            self._group.add(SmoothEllipse(pos=(x, y), size=(wide, tall)))

    def _words(self, words: Words) -> None:
        if words.kind == "badge":
            self._box(
                self.rect(words.rect, BADGE_EDGE), "primary", "ground", 2.4, thick=BADGE_EDGE * self._pixels
            )
        elif words.kind == "here":
            self._box(self.rect(words.rect), "ink", "", 1.6)
