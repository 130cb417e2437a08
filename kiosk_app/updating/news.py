"""What becomes of an update, as it is told to the centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fleet.protocol.messages import TargetResult
from kiosk_app.updating.machine import Target, Trial, Verdict
from kiosk_app.updating.update import KindName


@dataclass(frozen=True, slots=True)
class News:
    """One result. ``reason`` is a sentence for technicians, ``code`` its stable name; both empty where all is well."""

    kind: KindName
    target: Target
    result: TargetResult
    code: str = ""
    reason: str = ""
    trial: Trial | None = None
    """How far the trial was."""


Tell = Callable[[News], None]
"""From any thread; returns at once."""


def returned(kind: KindName, verdict: Verdict, trial: Trial | None) -> News:
    """The one before is in service again."""
    return News(kind, verdict.target, "returned", verdict.code, verdict.reason, trial)
