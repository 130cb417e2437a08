"""What a citizen sees of a screen at first glance, without scrolling. Runs on the toolkit's thread."""

from __future__ import annotations

from typing import Any

from kiosk_app.events import MatterChosen, TopicGroupChosen, TopicsOpened
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.choice import OfferButton
from kiosk_app.ui.parts.microphone import Microphone
from kiosk_app.ui.parts.motion import HALO
from kiosk_app.ui.parts.pane import Viewport
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.root import Root
from kiosk_app.ui.theme import Theme
from tests.kiosk_app.ui.audit import Seen, layers, viewport

Glance = dict[str, Any]


def glance(root: Root, theme: Theme) -> Glance:
    """Whether anything scrolls, the microphone's diameter in mm, what is offered, and how much of an answer shows."""
    seen = layers(root)[0]
    views = [item.widget for item in seen if isinstance(item.widget, Viewport)]
    events = [_event(item.widget) for item in seen]
    return {
        "scrolls": any(view.furthest > 0 for view in views),
        "pages": max((_pages(view) for view in views), default=1),
        "microphone_mm": _microphone(seen, theme),
        "groups": [event.group for event in events if isinstance(event, TopicGroupChosen)],
        "matters": [event.matter for event in events if isinstance(event, MatterChosen)],
        "all": any(isinstance(event, TopicsOpened) for event in events),
        "offer_whole": all(_shown(item) >= 1 for item in seen if isinstance(item.widget, OfferButton)),
        "first_card": _first_card(seen),
    }


def _event(widget: Block) -> object:
    return widget.event(0.0) if isinstance(widget, Tap) and widget.event is not None else None


def _pages(view: Viewport) -> int:
    return 1 + round(view.furthest / (0.85 * view.height) + 0.499) if view.furthest else 1


def _microphone(seen: list[Seen], theme: Theme) -> float:
    sides = [item.widget.height for item in seen if isinstance(item.widget, Microphone)]
    return max(sides, default=0) * 2 * HALO * 25.4 / theme.ppi


def _first_card(seen: list[Seen]) -> bool:
    """Whether the first line of the first card can be read."""
    cards = [item for item in seen if isinstance(item.widget, Card) and item.widget.fill == "surface"]
    lines = [item for item in seen if isinstance(item.widget, Text) and cards and cards[0].overlaps(item)]
    return bool(lines) and _shown(max(lines, key=lambda line: line.top)) >= 1


def _shown(item: Seen) -> float:
    """The part of the height that the pane shows."""
    view = viewport(item.widget)
    if view is None:
        return 1.0
    bottom = view.to_window(*view.pos)[1]
    return min(1.0, max(0.0, (item.top - max(bottom, item.bottom) + 1.0) / (item.top - item.bottom)))
