"""Looks of a watcher at a drawn hall, for the live view."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from kiosk_app.demo.visitor_clip import VisitorPlan, draw_visit
from vision.live import Box, LiveLook, small_copy
from vision.scene import Zone

PEOPLE = (
    Box(0.36, 0.14, 0.63, 0.72, "face", 0.94, 0.9, "customer"),
    Box(0.04, 0.32, 0.20, 0.95, "person", 0.71, 2.6, "bystander"),
    Box(0.87, 0.22, 0.93, 0.32, "face", 0.88, 1.9, "ignored"),
)


@cache
def _hall() -> npt.NDArray[np.uint8]:
    plan = VisitorPlan(empty_s=0, approach_s=0, stay_s=0.1, leave_s=0, after_s=0, fps=10)
    return np.asarray(next(iter(draw_visit(plan))), dtype=np.uint8)


def look(people: tuple[Box, ...] = PEOPLE, detector: str = "yunet+nanodet") -> LiveLook:
    """Somebody at the kiosk, somebody behind, and a poster."""
    zones = (Zone(0.8, 0.08, 0.98, 0.5),)
    return LiveLook(10.0, small_copy(_hall()), people, zones, 1.5, 9.8, detector, True, 2, "engaged", 12.0)
