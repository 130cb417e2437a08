"""How fast the kiosk speaks: three rates, 1.0 is as usual. Answers are rendered ahead at these and no others."""

from __future__ import annotations

SLOW_RATE = 0.7
"""Also that of elder mode."""
NORMAL_RATE = 1.0
FAST_RATE = 1.3
RATES = (NORMAL_RATE, SLOW_RATE, FAST_RATE)
"""In the order in which a citizen meets them by touch, and in which answers are rendered."""


def slower(rate: float) -> float:
    """The next slower rate."""
    return max((other for other in RATES if other < rate), default=SLOW_RATE)


def following(rate: float) -> float:
    """The rate after this one by touch: slow after the usual, then fast, then the usual again."""
    place = RATES.index(rate) if rate in RATES else -1
    return RATES[(place + 1) % len(RATES)]
