"""A question back with two to six large choices."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from kivy.lang import Builder

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.cards import Spoken
from kiosk_app.ui.parts.choice import ChoiceGrid, choice_tile, numbered
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.screens.base import Screen, in_the_head
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

Builder.load_file(str(Path(__file__).with_suffix(".kv")))

_TALL_MM = 34.0
_FEW = 4


class ClarifyHead(Column):
    """The question and how to answer it."""


class ClarifyScreen(Screen):
    """Choices under each other on a portrait panel, in two columns on a landscape one."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.head = ClarifyHead()
        self._words = self.head.blocks()
        self.pane: Pane | None = None
        self.spoken: Spoken | None = None

    def title(self, view: ViewData) -> str:
        return in_the_head(self._question(view))

    @staticmethod
    def _question(view: ViewData) -> str:
        return view.title or stage()._("Which one do you mean?")

    def show(self, view: ViewData) -> None:
        _ = stage()._
        title = self._question(view)
        self.head.ids.title.source = title
        theme = stage().theme
        # On a small panel with large type a third choice would be out of sight.
        hinted = view.not_understood or theme.roomy or not theme.elder
        self.head.hold(self._words[1 if in_the_head(title) else 0 : 2 if hinted else 1])
        self.head.ids.hint.source = (
            _("Sorry, I did not understand that. Please touch one")
            if view.not_understood
            else _("Say the first one, or touch it")
            if len(view.choices) > 1
            else _("Say yes, or touch it")
        )
        self.head.ids.hint.colour = "accent" if view.not_understood else "muted"
        spoken = view.speech if view.speech.rstrip("？?。.") != title.rstrip("？?。.") else ""
        self.once("choices", (view.choices, spoken, hinted), lambda: self._build(view, spoken))
        if self.spoken is not None:
            self.spoken.wave.moving = view.speaking

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        if self.pane is not None:
            self.pane.place(left, top, width, height)

    def _build(self, view: ViewData, spoken: str) -> None:
        self.clear_widgets()
        theme = stage().theme
        if self.head.parent is not None:
            self.head.parent.remove_widget(self.head)
        body = Column(gap=theme.gap)
        if self.head.blocks():
            body.add_widget(self.head)
        self.spoken = Spoken(spoken) if spoken else None
        if self.spoken is not None:
            body.add_widget(self.spoken)
        few = len(view.choices) <= _FEW
        grid = ChoiceGrid(gap=theme.gap)
        floor = theme.mm(_TALL_MM) if few and theme.roomy else theme.target
        for number, choice in numbered(view.choices):
            grid.add_widget(choice_tile(number, choice, floor, large=few and theme.roomy))
        body.add_widget(grid)
        self.pane = Pane(body)
        self.add_widget(self.pane)
