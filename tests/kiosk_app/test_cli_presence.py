"""``kiosk presence``: the real detector over the drawn visitor and over files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from kiosk_app.cli.presence import presence
from kiosk_app.demo.visitor_clip import VisitorPlan, write_visitor_clip

PLAN = VisitorPlan(
    empty_s=1.0, approach_s=1.0, stay_s=2.0, leave_s=1.0, after_s=2.0, width=320, height=240, fps=10
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of one visit."""
    return write_visitor_clip(tmp_path_factory.mktemp("clip") / "visitor.avi", PLAN)


def kiosk_presence(video: Path, *arguments: str, home: Path) -> Result:
    app = typer.Typer()
    app.command()(presence)
    return CliRunner().invoke(app, ["--video", str(video), *arguments], env={"YINGBIN_HOME": str(home)})


def test_one_visit_is_one_visit(clip: Path, tmp_path: Path) -> None:
    result = kiosk_presence(clip, "--json", home=tmp_path)
    assert result.exit_code == 0
    report: dict[str, Any] = json.loads(result.stdout)
    ((start, end, peak),) = report["visits"]
    assert 1.0 <= start <= 2.0 and 3.8 <= end <= 5.0 and peak == 1
    assert report["fps"] > 0 and report["cpu_s_per_s"] > 0
    # No model in this store: auto falls back to the cascade and says so.
    assert report["detector"] == "haar"
    assert len(report["near"]) == 1


def test_a_visit_that_the_recording_cuts_off_still_counts(tmp_path: Path) -> None:
    plan = VisitorPlan(
        empty_s=0.5, approach_s=0.5, stay_s=2, leave_s=0, after_s=0, width=320, height=240, fps=10
    )
    clip = write_visitor_clip(tmp_path / "visitor.avi", plan)
    report = json.loads(kiosk_presence(clip, "--json", "--detector", "haar", home=tmp_path).stdout)
    assert len(report["visits"]) == 1
    assert report["visits"][0][1] == pytest.approx(plan.duration_s, abs=0.25)


def test_the_words_for_people(clip: Path, tmp_path: Path) -> None:
    assert "looks a second" in " ".join(kiosk_presence(clip, home=tmp_path).stdout.split())


def test_an_empty_hall_says_so(tmp_path: Path) -> None:
    plan = VisitorPlan(empty_s=1, approach_s=0, stay_s=0, leave_s=0, after_s=0, width=320, height=240, fps=10)
    clip = write_visitor_clip(tmp_path / "empty.avi", plan)
    assert "Nobody came" in kiosk_presence(clip, home=tmp_path).stdout


@pytest.mark.parametrize(("content", "status"), [(None, 2), (b"", 1), (b"no video at all", 1)])
def test_what_is_no_video_is_one_clear_line(tmp_path: Path, content: bytes | None, status: int) -> None:
    video = tmp_path / "video.mp4"
    if content is not None:
        video.write_bytes(content)
    result = kiosk_presence(video, "--json", home=tmp_path)
    assert result.exit_code == status and not result.stdout
    assert "video.mp4" in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_yunet_without_its_model_says_how_to_get_it(clip: Path, tmp_path: Path) -> None:
    result = kiosk_presence(clip, "--detector", "yunet", home=tmp_path)
    assert result.exit_code == 1 and "kiosk models fetch yunet" in result.stderr


@pytest.mark.parametrize("arguments", [("--detector", "magic"), ("--nonsense",)])
def test_wrong_use_is_exit_2(clip: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert kiosk_presence(clip, *arguments, home=tmp_path).exit_code == 2
