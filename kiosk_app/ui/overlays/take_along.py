"""The answer as a code for the citizen's phone."""

from __future__ import annotations

from kiosk_app.taking import code_of
from kiosk_app.ui.overlays.overlay import BigButton, Overlay
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.code_picture import CodePicture
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class TakeAlong(Overlay):
    """Lies over the answer whose code it shows; with that answer, or with its visit, it goes."""

    lasts_s = 60.0

    def __init__(self, view: ViewData) -> None:
        _ = stage()._
        theme = stage().theme
        if theme.elder:
            self.lasts_s = 120.0
        self._words = view.take_along
        self.picture = CodePicture(code_of(view.take_along))
        align = "center" if theme.portrait else "left"
        content = Column(gap=theme.space(3))
        content.add_widget(Text(source=_("Take it with you"), role="title", align=align))
        if theme.portrait:
            content.add_widget(self.picture)
        content.add_widget(Text(source=_("Scan the code with your phone"), align=align))
        close = BigButton(_("Close"), strong=True)
        close.action = stage().close_overlay
        super().__init__(content, close, None if theme.portrait else self.picture)

    def still(self, view: ViewData) -> bool:
        """Whether ``view`` is of the same answer."""
        return view.take_along == self._words

    def close(self) -> None:
        self.picture.blank()
