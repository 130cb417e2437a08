"""The drawn test visitor: as planned, the same each time, and a file that opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk_app.demo.visitor_clip import VisitorPlan, draw_visit, write_visitor_clip
from vision.capture import frame_interval_s, recording

SHORT = VisitorPlan(
    empty_s=0.2, approach_s=0.2, stay_s=0.2, leave_s=0.2, after_s=0.2, width=160, height=120, fps=10
)


def test_the_clip_has_the_planned_length_and_size(tmp_path: Path) -> None:
    path = write_visitor_clip(tmp_path / "new" / "visitor.avi", SHORT)
    frames = 0
    with recording(path) as capture:
        assert frame_interval_s(capture) == pytest.approx(0.1)
        while capture.grab():
            frames += 1
    assert frames == round(SHORT.duration_s * SHORT.fps)


def test_frames_are_the_same_each_time_and_empty_at_both_ends() -> None:
    first, second = list(draw_visit(SHORT)), list(draw_visit(SHORT))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert {frame.shape for frame in first} == {(120, 160, 3)}

    def differs(a: int, b: int) -> float:
        return float(np.abs(first[a].astype(int) - first[b].astype(int)).mean())

    assert differs(0, -1) < 5 < differs(0, len(first) // 2)


@pytest.mark.parametrize(
    "bad",
    [{"stay_s": -1.0}, {"width": 10}, {"fps": 0.0}, {"near_share": 0.9}, {"far_share": 0.5}],
    ids=str,
)
def test_a_plan_that_cannot_be_drawn_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a visitor plan needs"):
        VisitorPlan(**bad)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "visitor.avi").mkdir()
    with pytest.raises(OSError, match=r"visitor\.avi"):
        write_visitor_clip(tmp_path / "visitor.avi", SHORT)
