"""Looks at the living widget tree for what a citizen would stumble over. Runs on the toolkit's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.pane import Viewport
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.root import Root
from kiosk_app.ui.theme import (
    CAP_HEIGHT,
    MIN_CAP_MM,
    MIN_GAP_MM,
    PRIMARY_TARGET_MM,
    SECONDARY_TARGET_MM,
    Theme,
)

SLACK = 1.0  # pixels lost to rounding


@dataclass(frozen=True, slots=True)
class Seen:
    """A widget with its rectangle on the glass in pixels (left, bottom, right, top), unclipped."""

    widget: Block
    left: float
    bottom: float
    right: float
    top: float

    @property
    def name(self) -> str:
        source = getattr(self.widget, "source", "") or words(self.widget)
        return f"{type(self.widget).__name__}({source[:24]!r})"

    def overlaps(self, other: Seen, margin: float = 0.0) -> bool:
        return (
            self.left < other.right + margin - SLACK
            and other.left < self.right + margin - SLACK
            and self.bottom < other.top + margin - SLACK
            and other.bottom < self.top + margin - SLACK
        )


def words(widget: Block) -> str:
    """All text inside a widget."""
    return " ".join(text.source for text in _descendants(widget) if isinstance(text, Text))


def _descendants(widget: Block) -> Iterator[Block]:
    for child in widget.blocks():
        yield child
        yield from _descendants(child)


def _seen(widget: Block) -> Seen:
    left, bottom = widget.to_window(*widget.pos)
    return Seen(widget, left, bottom, left + widget.width, bottom + widget.height)


def _visible(root: Block) -> Iterator[Block]:
    for child in root.blocks():
        if child.opacity and child.width > 0 and child.height > 0:
            yield child
            yield from _visible(child)


def layers(root: Root) -> list[list[Seen]]:
    """The widgets that can be seen undimmed: with an overlay only its own and the bar's."""
    if root.overlay is not None:
        parts: list[Block] = [root.overlay, root.bar]
    else:
        assert root.screen is not None
        parts = [root.header, root.screen, root.bar]
    return [[_seen(widget) for part in parts for widget in _visible(part)]]


def audit(root: Root, theme: Theme) -> list[str]:
    """Everything that is wrong with the picture, one sentence each; empty when nothing is."""
    problems: list[str] = []
    for seen in layers(root):
        texts = [item for item in seen if isinstance(item.widget, Text) and item.widget.source]
        targets = [item for item in seen if isinstance(item.widget, Tap)]
        problems += _clipped(texts, theme)
        problems += _small(targets, theme)
        problems += _outside(seen, theme)
        problems += _overlapping(texts, targets, theme)
    return problems


def _clipped(texts: list[Seen], theme: Theme) -> list[str]:
    problems = []
    for item in texts:
        text = item.widget
        assert isinstance(text, Text)
        wide, tall = text.texture_size
        if wide > text.width + SLACK or tall > text.height + SLACK:
            problems.append(f"{item.name} is clipped: {wide}x{tall} in {text.width}x{text.height}")
        cap_mm = text.font_em * CAP_HEIGHT * 25.4 / theme.ppi
        if cap_mm < MIN_CAP_MM - 0.01:
            problems.append(f"{item.name} has a cap height of {cap_mm:.2f} mm")
        joined = "".join(text.lines).replace(" ", "")
        if not text.lines_limit and joined != text.source.replace(" ", "").replace("\n", ""):
            problems.append(f"{item.name} lost characters")
    return problems


def _small(targets: list[Seen], theme: Theme) -> list[str]:
    problems = []
    for item in targets:
        assert isinstance(item.widget, Tap)
        least = PRIMARY_TARGET_MM if item.widget.primary else SECONDARY_TARGET_MM
        side = min(item.widget.width, item.widget.height) * 25.4 / theme.ppi
        if side < least - 0.26:
            problems.append(f"{item.name} is {side:.1f} mm, wants {least:.0f}")
    return problems


def viewport(widget: Block) -> Viewport | None:
    """The pane that a widget stands in."""
    parent = widget.parent
    while isinstance(parent, Block):
        if isinstance(parent, Viewport):
            return parent
        parent = parent.parent
    return None


def _outside(seen: list[Seen], theme: Theme) -> list[str]:
    problems = []
    for item in seen:
        view = viewport(item.widget)
        low = -float("inf") if view else 0
        high = float("inf") if view else theme.height
        if (
            item.left < -SLACK
            or item.right > theme.width + SLACK
            or item.bottom < low - SLACK
            or item.top > high + SLACK
        ):
            problems.append(f"{item.name} leaves the screen")
        if view is not None and (
            item.left < _seen(view).left - SLACK or item.right > _seen(view).right + SLACK
        ):
            problems.append(f"{item.name} leaves its pane")
    return problems


def _clip(item: Seen) -> Seen | None:
    view = viewport(item.widget)
    if view is None:
        return item
    frame = _seen(view)
    bottom, top = max(item.bottom, frame.bottom), min(item.top, frame.top)
    return Seen(item.widget, item.left, bottom, item.right, top) if top > bottom else None


def _overlapping(texts: list[Seen], targets: list[Seen], theme: Theme) -> list[str]:
    problems = []
    gap = MIN_GAP_MM * theme.ppi / 25.4
    seen_texts = [seen for text in texts if (seen := _clip(text))]
    for a, b in combinations(seen_texts, 2):
        if a.overlaps(b):
            problems.append(f"{a.name} overlaps {b.name}")
    placed = [(target, _clip(target), viewport(target.widget)) for target in targets]
    for (first, first_seen, pane), (second, second_seen, other_pane) in combinations(placed, 2):
        pair = (first, second) if pane is other_pane else (first_seen, second_seen)
        if pair[0] and pair[1] and pair[0].overlaps(pair[1], gap):
            problems.append(f"{pair[0].name} is closer than {MIN_GAP_MM} mm to {pair[1].name}")
    for target, seen, _ in placed:
        own = set(_descendants(target.widget))
        problems += [
            f"{text.name} overlaps the target {seen.name}"
            for text in seen_texts
            if seen and text.widget not in own and text.overlaps(seen)
        ]
    return problems
