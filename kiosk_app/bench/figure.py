"""One measured figure with its budget, and how the budgets came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "over", "none", "missing"]

BUDGETS = {
    "first_caption_ms": 250.0,
    "answer_p50_ms": 900.0,
    "cached_answer_p50_ms": 550.0,
    "cached_answer_p95_ms": 900.0,
    "endpoint_p50_ms": 400.0,
    "endpoint_p95_ms": 800.0,
    "recogniser_rtf": 0.1,
    "idle_listening_cpu": 6.0,
    "presence_empty_cpu": 5.0,
    "presence_attentive_cpu": 25.0,
    "understand_p95_ms": 3.0,
}
"""The greatest value that a citizen, or the board, does not suffer from; docs/measurements/devices.md has the sources.
A figure without an entry is told without a judgement."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured.

    Attributes:
        name: stable, lower case; the key in the document.
        value: None when it could not be measured; ``note`` then says why.
        unit: ``ms``, ``s``, ``MB``, ``%`` of one core, ``x`` (seconds of work for a second of sound) or ``""``.
        note: what a reader has to know to compare it.
    """

    name: str
    value: float | None
    unit: str
    note: str = ""

    @property
    def budget(self) -> float | None:
        """The greatest good value, where there is one."""
        return BUDGETS.get(self.name)

    @property
    def state(self) -> State:
        """Whether it is within its budget."""
        if self.value is None:
            return "missing"
        if self.budget is None:
            return "none"
        return "ok" if self.value <= self.budget else "over"

    def document(self) -> dict[str, object]:
        """The figure as JSON."""
        return {
            "value": self.value,
            "unit": self.unit,
            "budget": self.budget,
            "state": self.state,
            "note": self.note,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed. ``values`` must not be empty."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
