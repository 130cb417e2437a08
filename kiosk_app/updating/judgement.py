"""Whether a trial goes well: ten real turns beside what is usual here; pure.

The rule (ADR 35). A turn is *missed* when the kiosk did not understand or handed it to a person. How often that happens
here is not known but counted, with the knowledge before: its share is Beta-distributed with ``1 + missed`` and
``3 + understood``, so a kiosk that has counted nothing yet expects about a quarter and is hard to alarm. Of ten turns
the number missed is then beta-binomial; as many as would be missed by a knowledge no worse than the one before in fewer
than one trial of a hundred are too many, and never fewer than five. Of one visit two turns are counted: one odd citizen
alone, or two, cannot bring a good one down.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import lru_cache
from math import exp, lgamma
from typing import Literal

from kiosk_app.updating.machine import TRIAL_TURNS, Trial

Judgement = Literal["go_on", "good", "misses", "slow"]

TURNS_OF_A_VISIT = 2
"""More questions of the same citizen say little more of the knowledge."""

LEAST_MISSED = 5
CHANCE = 0.01

SLOWER = 3.0
SLOWER_MS = 150.0
"""Both: so many times as long as before, and so many milliseconds longer."""
SLOW_MS = 500.0
"""Too long where nothing is known of before: half of what an answer may take until it sounds."""


def judge(trial: Trial, usual_turns: int, usual_missed: int, usual_ms: float | None) -> Judgement:
    """How the trial stands. ``usual_ms``: the median of understanding before, None when it is not known."""
    if trial.missed >= too_many(usual_turns, usual_missed):
        return "misses"  # however the turns that are left come out
    if trial.turns < TRIAL_TURNS:
        return "go_on"
    return "slow" if _is_slow(trial.understand_ms, usual_ms) else "good"


@lru_cache(maxsize=256)
def too_many(usual_turns: int, usual_missed: int) -> int:
    """The fewest missed turns of ten that a knowledge no worse than before hardly ever has."""
    for count in range(LEAST_MISSED, TRIAL_TURNS + 1):
        if _at_least(count, 1 + usual_missed, 3 + usual_turns - usual_missed) < CHANCE:
            return count
    return TRIAL_TURNS + 1


def _is_slow(times_ms: Sequence[float], usual_ms: float | None) -> bool:
    """The median: one answer that had to wait for the disk is no reason."""
    if not times_ms:
        return False
    now = statistics.median(times_ms)
    return now > SLOW_MS if usual_ms is None else now > max(usual_ms * SLOWER, usual_ms + SLOWER_MS)


def _at_least(count: int, hits: float, others: float) -> float:
    """The chance that a beta-binomial number of ten turns is ``count`` or more."""
    n = TRIAL_TURNS
    whole = lgamma(hits) + lgamma(others) - lgamma(hits + others)
    return sum(
        exp(
            lgamma(n + 1)
            - lgamma(x + 1)
            - lgamma(n - x + 1)
            + lgamma(x + hits)
            + lgamma(n - x + others)
            - lgamma(n + hits + others)
            - whole
        )
        for x in range(count, n + 1)
    )
