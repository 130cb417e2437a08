"""Waits for a condition with a deadline, for tests against real processes."""

import threading
import time
from collections.abc import Callable

_PAUSE_S = 0.02


def wait_until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Return as soon as ``condition()`` is true; fail, naming ``what``, when it is not within ``seconds``."""
    pause = threading.Event()
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"within {seconds} s there was no {what}"
        pause.wait(_PAUSE_S)
