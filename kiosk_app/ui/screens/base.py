"""What all screens have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kiosk_app.ui.parts.bar import Action
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.text import cluster_width
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


def in_the_head(title: str) -> str:
    """The title when it stands in the head, as a short one does on a short panel; or else nothing."""
    theme = stage().theme
    short = cluster_width(title, theme.em("heading"), True) <= theme.width / 2
    return title if short and not theme.roomy else ""


class Screen(Block):
    """The body of a screen, between the head and the bar. Lives until another screen, language or mode comes."""

    actions: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, **kwargs: object) -> None:
        self._shown: dict[str, object] = {}
        super().__init__(**kwargs)

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        """The actions that go with ``view``; the person is last."""
        return self.actions

    def title(self, view: ViewData) -> str:
        """The title for the head of a short panel, where the screen itself has no room for it."""
        return ""

    def show(self, view: ViewData) -> None:
        """Take over what ``view`` says. Called on the toolkit's thread, before placing."""
        raise NotImplementedError

    def once(self, name: str, value: object, build: Callable[[], None]) -> None:
        """Call ``build`` only when ``value`` differs from the last one under ``name``.

        What stays the same keeps its widgets: ticks, scroll position and the finger on a button survive.
        """
        if name not in self._shown or self._shown[name] != value:
            self._shown[name] = value
            build()
