"""Finds the processes that a part has started, so that a test can kill or stop them."""

from __future__ import annotations

import psutil


def children_with(argument: str) -> list[int]:
    """The ids of the children of this process that have ``argument`` in their command line."""
    children = psutil.Process().children()
    return [child.pid for child in children if any(argument in part for part in child.cmdline())]


def child_with(argument: str) -> int:
    """The id of the only one."""
    (found,) = children_with(argument)
    return found
