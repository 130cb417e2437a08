"""Spans of a day as hall.yaml writes them: `9:00-17:00`."""

from __future__ import annotations

import re

_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def minutes(text: str) -> tuple[int, int]:
    """Minutes since midnight of both ends; `text` has the form that hall_schema asks for."""
    since, until = (int(hour) * 60 + int(minute) for hour, minute in _TIME.findall(text)[:2])
    return since, until
