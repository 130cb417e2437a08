"""How long the link waits before it tries: spread out, because a fleet loses its broker, or its power, all at once."""

import random
from collections.abc import Callable

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 30.0
STEADY_S = 30.0
"""A connection that ends sooner counts as a failed attempt: something ends it again and again."""
POWER_ON_S = 300.0
"""A machine that has been up for less has just been given its power back, perhaps with a whole city."""
TAKEN_OVER_S = (60.0, 300.0)
SECOND_LOOK_S = (900.0, 1800.0)

Uniform = Callable[[float, float], float]


def retry_delay(failures: int, uniform: Uniform = random.uniform) -> float:
    """Seconds to wait after ``failures`` failed attempts in a row: exponential, full jitter.

    Full jitter (uniform from 0 to the exponential bound) spreads a fleet that lost its broker at the
    same moment best; see M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return uniform(0.0, min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures, 16)))


def first_delay(up_s: float, spread_s: float, uniform: Uniform = random.uniform) -> float:
    """Seconds to wait before the first attempt on a machine that has been up for ``up_s``."""
    return uniform(0.0, spread_s) if up_s < POWER_ON_S else 0.0


def truce(uniform: Uniform = random.uniform) -> float:
    """Seconds to leave the connection to another device of this kiosk's name, instead of throwing it out in turn."""
    return uniform(*TAKEN_OVER_S)


def second_look(uniform: Uniform = random.uniform) -> float:
    """Seconds until an update that could not be had is tried again: its timestamp may be renewed, the disk emptied."""
    return uniform(*SECOND_LOOK_S)
