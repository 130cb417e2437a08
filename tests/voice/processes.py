"""Finds the processes that a part has started, so that a test can kill or stop them."""

from __future__ import annotations

import psutil


def child_with(argument: str) -> int:
    """The id of the one child of this process that has ``argument`` in its command line."""
    children = psutil.Process().children()
    (found,) = (child for child in children if any(argument in part for part in child.cmdline()))
    return found.pid
