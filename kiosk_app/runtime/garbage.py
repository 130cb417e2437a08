"""When Python looks for garbage: while nobody is served, for a full look stops every thread for 0.2 to 0.4 s."""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable

AFTER_S = 1.5
"""So long after a visit: the home screen is there, and whoever comes next is still on the way."""
_SELDOM = 25
"""Python's own full looks: a visit of some 35 screens comes to one. More would be left lying: 3 MB a screen."""


class Garbage:
    """Of the whole process; one at a time."""

    def __init__(self, served: Callable[[], bool]) -> None:
        """``served`` says whether somebody is; then the look is left to the end of that visit."""
        self._served = served
        self._usual = gc.get_threshold()
        self._timer: threading.Timer | None = None
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

    def stop(self) -> None:
        """Leave it to Python again; waits for a look that has begun."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
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
