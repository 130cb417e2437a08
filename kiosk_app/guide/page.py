"""What is to be heard of one screen, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk_app.events import Touch


@dataclass(frozen=True, slots=True)
class Item:
    """A line as it is said, with its place among the others, and what choosing it does: what a touch would post."""

    words: str = field(repr=False)
    does: Touch | None = None
    key: str = field(default="", repr=False)
    """The same item has it when the list around it has changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """All items of a screen. With another ``place`` it is another screen, and one begins at its first item."""

    place: tuple[str, ...] = field(default=(), repr=False)
    items: tuple[Item, ...] = ()


NO_PAGE = Page()
