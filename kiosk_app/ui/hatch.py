"""Lines at 45 degrees across a rectangle, cut at its edges; pure."""

from __future__ import annotations

Stroke = tuple[float, float, float, float]


def hatch(left: float, bottom: float, right: float, top: float, apart: float) -> list[Stroke]:
    """Strokes (x, y, x, y) from the lower left to the upper right, ``apart`` from each other along both axes."""
    strokes: list[Stroke] = []
    wide, tall = right - left, top - bottom
    if wide <= 0 or tall <= 0 or apart <= 0:
        return strokes
    shift = -tall + apart / 2  # the stroke y = x - shift, with the rectangle's lower left corner at 0, 0
    while shift < wide:
        begin, end = max(0.0, shift), min(wide, shift + tall)
        strokes.append((left + begin, bottom + begin - shift, left + end, bottom + end - shift))
        shift += apart
    return strokes
