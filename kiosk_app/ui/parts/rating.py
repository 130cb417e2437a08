"""How was it? Three faces with their words; one touch is all."""

from __future__ import annotations

from kiosk_app.events import RatingGiven
from kiosk_app.i18n import N_
from kiosk_app.ui.parts.block import Block, Column, Grid
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage

_FACES = (
    (3, "satisfied", N_("Good")),
    (2, "so_so", N_("So-so")),
    (1, "dissatisfied", N_("Poor")),
)
_FACE_MM = (26.0, 12.0)
"""Side of a face on a large panel and on a small one."""


class Face(TapCard):
    """A face over its word."""

    def __init__(self, rating: int, icon: str, words: str, **kwargs: object) -> None:
        theme = stage().theme
        pad = theme.space(3) if theme.ample else theme.space(1.5)
        super().__init__(
            primary=True, pad_x=theme.space(1), pad_y=pad, edge="primary", edge_width=theme.outline, **kwargs
        )

        def given(at: float) -> RatingGiven:
            return RatingGiven(at, rating=rating)

        self.event = given
        inner = Column(gap=theme.space(1))
        self._sign = Icon(name=icon, colour="primary", extent=theme.mm(_FACE_MM[0 if theme.ample else 1]))
        inner.add_widget(self._sign)
        self.word = Text(source=words, role="label", align="center")
        inner.add_widget(self.word)
        self.add_widget(inner)


class Rating(Column):
    """The question and the three faces, or the thanks."""

    def __init__(self, **kwargs: object) -> None:
        theme, _ = stage().theme, stage()._
        super().__init__(gap=theme.space(2.5), **kwargs)
        self._question = Text(source=_("How was it?"), role="heading", align="center")
        self._thanks = Text(source=_("Thank you for telling us"), role="heading", align="center", colour="ok")
        self._faces = Grid(columns=len(_FACES), gap=theme.tight)
        for rating, icon, words in _FACES:
            self._faces.add_widget(Face(rating, icon, _(words)))

    def show(self, *, given: bool) -> None:
        """Ask, or thank."""
        wanted: list[Block] = [self._thanks] if given else [self._question, self._faces]
        self.hold(wanted)
