"""Round corners in pixels: how far they reach, and how much of each pixel they leave. No toolkit here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STRETCHED = 3
"""Pixels between the corners, of which the middle is stretched: their neighbours are mixed into the edges."""


def corner(radius: float, width: float, height: float) -> int:
    """The radius in whole pixels that a rectangle can have."""
    return max(1, int(min(radius, width / 2, height / 2)))


def coverage(radius: int) -> NDArray[np.float64]:
    """How much of each pixel of the smallest square with such corners is covered, 0 to 1."""
    side = 2 * radius + STRETCHED
    from_middle = np.abs(np.arange(side) + 0.5 - side / 2)
    beyond = np.maximum(0.0, from_middle - (side / 2 - radius))
    distance = np.hypot(beyond[:, None], beyond[None, :])
    return np.clip(radius - distance + 0.5, 0.0, 1.0)
