"""Text in our own lines: broken as Chinese wants it, drawn from one texture."""

from __future__ import annotations

from functools import lru_cache

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty

from kiosk_app.ui.everyday_font import EVERYDAY, everyday_files
from kiosk_app.ui.fonts import FontFiles
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.stage import stage
from kiosk_app.ui.wrap import wrap

_FONT, _WHOLE_FONT = "yingbin", "yingbin-whole"
ELLIPSIS = "…"

_BALANCED_ROLES = ("display", "title")
_BOLD_ROLES = ("display", "title", "heading", "label")
# The face puts the middle of a Chinese character 0.05 em under the middle of its line.
_OPTICAL_RISE = 0.05
# Pieces side by side may be this much wider, in em, than the sum of their widths.
KERNING = 0.1


def register_fonts(files: FontFiles) -> None:
    """Make the two weights known to the toolkit, whole and with the everyday characters alone."""
    for name, face in ((_FONT, everyday_files(files)), (_WHOLE_FONT, files)):
        LabelBase.register(name, fn_regular=str(face.regular), fn_bold=str(face.bold))


def font_of(text: str) -> str:
    """The toolkit's name of the face that has every character of ``text``."""
    return _FONT if EVERYDAY.issuperset(text) else _WHOLE_FONT


@lru_cache(maxsize=8192)
def cluster_width(text: str, em: int, bold: bool) -> float:
    """Width of ``text`` in pixels at ``em`` pixels per em; kept until the visit is over (``forget_widths``)."""
    return CoreLabel(font_size=em, font_name=font_of(text), bold=bold).get_extents(text)[0]


@lru_cache(maxsize=256)
def line_height(em: int, bold: bool) -> float:
    """Pixels from line to line: 1.448 em, the face's own ascent and descent."""
    return CoreLabel(font_size=em, font_name=_FONT, bold=bold).get_extents("国")[1]


def forget_widths() -> None:
    """Forget the words that were measured, for some of them are a citizen's."""
    cluster_width.cache_clear()


class Text(Block):
    """A paragraph or heading. ``role`` picks the size, ``colour`` a palette token.

    ``em`` overrides the size in pixels; ``lines_limit`` cuts the text with an ellipsis (0: never);
    ``balanced`` makes its lines about equally long, which headings do unless told otherwise.
    """

    source = StringProperty("")
    role = OptionProperty("body", options=["display", "title", "heading", "body", "label", "small"])
    colour = StringProperty("ink")
    align = OptionProperty("left", options=["left", "center", "right"])
    bold = BooleanProperty(None, allownone=True)
    balanced = BooleanProperty(None, allownone=True)
    em = NumericProperty(0)
    lines_limit = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.drawing:
            self._ink = Color(1, 1, 1, 1)
            self._box = Rectangle(size=(0, 0))
        self.lines: list[str] = []
        self.texture_size = (0, 0)
        self._drawn: tuple[object, ...] = ()
        self._said: tuple[object, ...] = ()
        self._wrapped: dict[float, list[str]] = {}
        self.bind(colour=self._tint)

    @property
    def font_em(self) -> int:
        """Pixels per em in use."""
        return int(self.em) or stage().theme.em(self.role)

    @property
    def is_bold(self) -> bool:
        return self.role in _BOLD_ROLES if self.bold is None else bool(self.bold)

    @property
    def line_height(self) -> float:
        """Pixels from line to line."""
        return line_height(self.font_em, self.is_bold)

    def wrapped(self, width: float) -> list[str]:
        """The lines at ``width`` pixels; asked many times while one layout is worked out, and answered once."""
        said = (self.source, self.role, self.font_em, self.is_bold, self.balanced, self.lines_limit)
        if said != self._said:
            self._said, self._wrapped = said, {}
        if width not in self._wrapped:
            self._wrapped[width] = self._wrap(width)
        return self._wrapped[width]

    def _wrap(self, width: float) -> list[str]:
        em, bold = self.font_em, self.is_bold
        if "\n" not in self.source and cluster_width(self.source, em, bold) <= width:
            return [self.source]
        balance = self.role in _BALANCED_ROLES if self.balanced is None else bool(self.balanced)
        lines = wrap(
            self.source, width - em * KERNING, lambda piece: cluster_width(piece, em, bold), balance=balance
        )
        limit = int(self.lines_limit)
        if limit and len(lines) > limit:
            last = lines[limit - 1]
            while last and cluster_width(last + ELLIPSIS, em, bold) > width:
                last = last[:-1]
            lines = [*lines[: limit - 1], last + ELLIPSIS]
        return lines

    def measure(self, width: float) -> float:
        return len(self.wrapped(width)) * self.line_height if self.source else 0

    def natural_width(self) -> float:
        em, bold = self.font_em, self.is_bold
        longest = max(cluster_width(line, em, bold) for line in self.source.split("\n"))
        return self.fixed or longest + 1

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self._render(self.wrapped(width) if self.source else [])
        self._tint()
        wide, tall = self.texture_size
        x = {"left": self.x, "center": self.x + (self.width - wide) / 2, "right": self.right - wide}[
            self.align
        ]
        self._box.size = (wide, tall)
        self._box.pos = (round(x), round(self.y + (self.height - tall) / 2 + self.font_em * _OPTICAL_RISE))

    def _render(self, lines: list[str]) -> None:
        key = (tuple(lines), self.font_em, self.is_bold, self.align)
        if key == self._drawn:
            return
        self._drawn, self.lines = key, lines
        if not any(lines):
            self._box.texture, self.texture_size = None, (0, 0)
            self._ink.a = 0
            return
        text = "\n".join(lines)
        label = CoreLabel(
            text=text,
            font_size=self.font_em,
            font_name=font_of(text),
            bold=self.is_bold,
            halign=self.align,
            color=(1, 1, 1, 1),
        )
        label.refresh()
        self._box.texture = label.texture
        self.texture_size = tuple(label.texture.size)

    def _tint(self, *_: object) -> None:
        self._ink.rgba = stage().theme.colour(self.colour) if any(self.lines) else (0, 0, 0, 0)
