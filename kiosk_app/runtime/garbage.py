"""When Python looks for garbage, for a look through everything stops every thread.

What has come to stay is looked through once, which takes 0.2 to 0.4 s. After that there is little left to look through,
and what every screen leaves behind is found in some 10 ms, as long as it is looked for after every screen: the remains
of thirty, freed at once, took as long as everything (docs/measurements/touchscreen.md).
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable

AFTER_S = 1.5
"""So long after a visit: the home screen is there, and whoever comes next is still on the way."""
REST_S = 0.5
"""So long after a screen: it has been seen, and its first words are on their way to the loudspeaker."""
_SELDOM = 25
"""Python's own looks through everything: of some 35 screens, so that none is left when every screen is cleared away."""


class Garbage:
    """Of the whole process; one at a time."""

    def __init__(self, served: Callable[[], bool]) -> None:
        """``served`` says whether somebody is; then the look is left to the end of that visit."""
        self._served = served
        self._usual = gc.get_threshold()
        self._timer: threading.Timer | None = None
        self._sweep: threading.Timer | None = None
        self._settled = True

    def start(self) -> None:
        """From now on look only when it disturbs nobody."""
        young, middle, _ = self._usual
        gc.set_threshold(young, middle, _SELDOM)

    def grown(self) -> None:
        """Something large has come to stay, such as knowledge: soon look through it once more, and then never again."""
        self._settled = False
        self.visit_over()

    def visit_over(self) -> None:
        """Look soon; returns at once."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(AFTER_S, self._look)
        self._timer.daemon = True
        self._timer.start()

    def screen_drawn(self) -> None:
        """Look soon for what the screen before has left behind; returns at once."""
        if self._settled and (self._sweep is None or not self._sweep.is_alive()):
            self._sweep = threading.Timer(REST_S, gc.collect)
            self._sweep.daemon = True
            self._sweep.start()

    def stop(self) -> None:
        """Leave it to Python again; waits for a look that has begun."""
        for timer in (self._timer, self._sweep):
            if timer is not None:
                timer.cancel()
                timer.join()
        gc.unfreeze()
        gc.set_threshold(*self._usual)

    def _look(self) -> None:
        if self._served():
            return
        if self._settled:
            clear()
            return
        self._settled = True
        gc.unfreeze()
        clear()
        gc.freeze()


def clear() -> None:
    """Look for garbage, and give the system back what is free; the C library would keep it."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
    if trim is not None:
        trim(0)
