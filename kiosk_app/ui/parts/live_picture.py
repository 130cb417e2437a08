"""The camera's picture with what the watcher makes of it: who is where, and where nobody counts."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import (
    Color,
    InstructionGroup,
    Line,
    Rectangle,
    SmoothRoundedRectangle,
)

from kiosk_app.ui.hatch import hatch
from kiosk_app.ui.parts.block import Block, Column
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from vision.live import Box, LiveLook, Role
from vision.scene import Zone

_SHAPE = 4 / 3
"""Of the picture, until the first one has come."""
_COLOURS: dict[Role, tuple[str, str]] = {
    "customer": ("ok", "on_ok"),
    "bystander": ("primary", "on_primary"),
    "unsure": ("surface", "ink"),
    "far": ("surface", "ink"),
    "ignored": ("surface", "muted"),
}
"""Frame of the box and ground of its words, and the words."""
_HATCH_MM = 4.0


class Tag(Text):
    """The words on a box, on a ground of their own."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(role="small", bold=True, balanced=False, **kwargs)
        self.em = stage().theme.smallest
        self.pad = stage().theme.space(0.75)
        with self.drawing.before:
            self._ground_colour = Color(0, 0, 0, 0)
            self._ground = SmoothRoundedRectangle(size=(0, 0), radius=[stage().theme.space(0.75)])

    def put(self, words: str, ground: str, ink: str, left: float, top: float) -> None:
        """Say ``words`` with the upper left corner there."""
        self.source, self.colour = words, ink
        wide, tall = self.extent()
        self._ground_colour.rgba = stage().theme.colour(ground, 0.92)
        self._ground.pos, self._ground.size = (left, top - tall), (wide + 2 * self.pad, tall)
        self.place(left + self.pad, top, wide, tall)

    def extent(self) -> tuple[float, float]:
        """Width and height of the words, each line on one line."""
        return self.natural_width() + 0.2 * self.font_em, (self.source.count("\n") + 1) * self.line_height


class LivePicture(Block):
    """As large as its rectangle allows; what stands beside it in the rectangle stays free."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = stage().theme
        self.shape = _SHAPE
        self._people: tuple[Box, ...] = ()
        self._zones: tuple[Zone, ...] = ()
        self._lit = False
        with self.drawing:
            Color(*theme.colour("soft"))
            self._ground = Rectangle(size=(0, 0))
            self._light = Color(1, 1, 1, 0)
            self._glass = Rectangle(size=(0, 0))
        self._marks = InstructionGroup()
        self.drawing.add(self._marks)
        self._tags: list[Tag] = []
        self.title = Text(role="heading", colour="on_soft", align="center")
        self.reason = Text(role="small", colour="muted", align="center", lines_limit=6)
        self.words = Column(gap=theme.space(2))
        self.words.add_widget(self.title)
        self.words.add_widget(self.reason)
        self.add_widget(self.words)

    def measure(self, width: float) -> float:
        return round(width / self.shape)

    def show(self, look: LiveLook) -> bool:
        """Draw a look whose picture has just been uploaded; whether the picture's shape has changed."""
        tall, wide = look.picture.shape[:2]
        changed = abs(wide / tall - self.shape) > 0.001
        self.shape = wide / tall
        self._people, self._zones, self._lit = look.people, look.ignored, True
        self.redraw()
        return changed

    def say(self, title: str, reason: str = "") -> None:
        """Show words in place of the picture."""
        stage().live.blank()
        self._people, self._zones, self._lit = (), (), False
        self.title.source, self.reason.source = title, reason
        self.redraw()

    def draw(self) -> None:
        self._ground.pos, self._ground.size = self.pos, self.size
        self._glass.pos, self._glass.size = self.pos, self.size
        self._glass.texture = stage().live.texture if self._lit else None
        self._light.a = 1.0 if self._lit else 0.0
        self.words.opacity = 0.0 if self._lit else 1.0
        if not self._lit and self.width > 1:
            margin = stage().theme.inset
            inner = self.width - 2 * margin
            tall = self.words.measure(inner)
            self.words.place(self.x + margin, self.center_y + min(tall, self.height) / 2, inner, tall)
        self._marks.clear()
        for zone in self._zones:
            self._draw_zone(zone)
        for box in self._people:
            self._draw_box(box)
        roomy = stage().theme.roomy
        self._draw_tags([box for box in self._people if roomy or box.role != "ignored"])

    def _draw_zone(self, zone: Zone) -> None:
        theme = stage().theme
        left, top = self._at(zone.left, zone.top)
        right, bottom = self._at(zone.right, zone.bottom)
        self._marks.add(Color(*theme.colour("scrim", 0.35)))
        self._marks.add(Rectangle(pos=(left, bottom), size=(right - left, top - bottom)))
        self._marks.add(Color(*theme.colour("surface", 0.85)))
        for stroke in hatch(left, bottom, right, top, theme.mm(_HATCH_MM)):
            self._marks.add(Line(points=stroke, width=1.2))
        self._marks.add(Line(rectangle=(left, bottom, right - left, top - bottom), width=1.2))

    def _draw_box(self, box: Box) -> None:
        theme = stage().theme
        left, top = self._at(box.left, box.top)
        right, bottom = self._at(box.right, box.bottom)
        counted = box.role in ("customer", "bystander")
        frame = (left, bottom, right - left, top - bottom)
        width = theme.mm(0.35 if counted else 0.15)
        self._marks.add(Color(*theme.colour("scrim", 0.6)))
        self._marks.add(Line(rectangle=frame, width=width + 1, joint="miter"))
        self._marks.add(Color(*theme.colour(_COLOURS[box.role][0])))
        self._marks.add(Line(rectangle=frame, width=width, joint="miter"))

    def _draw_tags(self, people: Sequence[Box]) -> None:
        while len(self._tags) < len(people):
            self._tags.append(Tag())
            self.add_widget(self._tags[-1])
        while len(self._tags) > len(people):
            self.remove_widget(self._tags.pop())
        for tag, box in zip(self._tags, people, strict=True):
            self._put_tag(tag, box)

    def _put_tag(self, tag: Tag, box: Box) -> None:
        """Over the box; in it where there is no room; never beyond the picture."""
        ground, ink = _COLOURS[box.role]
        tag.source = _words(box)
        wide, tall = tag.extent()
        left, top = self._at(box.left, box.top)
        furthest = self.right - wide - 2 * tag.pad
        tag.put(tag.source, ground, ink, max(self.x, min(left, furthest)), min(top + tall, self.top))

    def _at(self, across: float, down: float) -> tuple[float, float]:
        """Pixels of a point given as shares of the picture."""
        return self.x + across * self.width, self.top - down * self.height


def _words(box: Box) -> str:
    _ = stage()._
    who = {
        "customer": _("Customer"),
        "bystander": _("Bystander"),
        "unsure": _("Not sure yet"),
        "far": _("Too far"),
        "ignored": _("Ignored"),
    }[box.role]
    kind = {"face": _("face"), "person": _("body")}[box.kind]
    where = _("{metres} m").format(metres=f"{box.away:.1f}")
    if stage().theme.roomy:
        return f"{who} {where}\n{kind} {box.score:.0%}"
    return f"{who} {where}" if box.role in ("customer", "bystander") else where
