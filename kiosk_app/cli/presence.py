"""``kiosk presence``: the presence detector over a recording, exactly as it runs in the kiosk."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vision.events import VisionEvent
    from vision.ports import Detector


class DetectorName(StrEnum):
    """Which detector looks; ``auto`` is the best whose models are in the store, at worst the Haar cascade."""

    AUTO = "auto"
    YUNET = "yunet"
    HAAR = "haar"
    NANODET = "nanodet"
    BOTH = "yunet+nanodet"


@dataclass(frozen=True, slots=True)
class PresenceReport:
    """What was seen in a recording, and what seeing it cost.

    ``visits`` are (start, end, most people at a time), in seconds of the recording; ``near`` and ``engaged`` when
    somebody came within reach, and when somebody stood there and looked. ``fps`` is how many
    frames were looked at per second of work, decoding included; ``cpu_s_per_s`` is CPU time per second of
    recording at the kiosk's own pace of looking.
    """

    detector: str
    visits: list[tuple[float, float, int]]
    near: list[float]
    engaged: list[float]
    duration_s: float
    looks: int
    fps: float
    cpu_s_per_s: float


def presence(
    video: Annotated[Path, typer.Option("--video", help="The recording, any format OpenCV reads.")],
    detector: Annotated[DetectorName, typer.Option(help="Which detector looks.")] = DetectorName.AUTO,
    root: Annotated[Path | None, typer.Option(help="The model store's folder.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run the presence detector over a recording: who came when, and what it costs.

    Example: kiosk presence --video hall.mp4 --json
    """
    from kiosk_app.eyes import detector_models
    from models.assets import AssetStore, default_root
    from vision.detectors import make_detector
    from vision.errors import VisionError

    models = detector_models(AssetStore(root or default_root()).find)
    try:
        report = watch_recording(video, make_detector(detector.value, models))
    except VisionError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(2 if error.code == "recording.missing" else 1) from error
    if as_json:
        typer.echo(json.dumps(_document(report), ensure_ascii=False))
    else:
        _print(report)


def watch_recording(video: Path, detector: Detector) -> PresenceReport:
    """Watch a recording on virtual time. Raises ``VisionError`` when it cannot be read."""
    from vision.errors import CameraError
    from vision.events import PersonArrived, PersonEngaged, PersonLeft, PersonNear
    from vision.presence import Presence
    from vision.recorded import RecordedCamera
    from vision.watcher import Watcher

    camera = RecordedCamera(video)
    state = Presence()
    visits: list[tuple[float, float, int]] = []
    near: list[float] = []
    engaged: list[float] = []
    arrived = 0.0

    def note(event: VisionEvent) -> None:
        nonlocal arrived
        if isinstance(event, PersonArrived):
            arrived = event.at
        elif isinstance(event, PersonNear):
            near.append(event.at)
        elif isinstance(event, PersonEngaged):
            engaged.append(event.at)
        elif isinstance(event, PersonLeft):
            visits.append((arrived, event.at, state.peak))

    watcher = Watcher(camera, detector, state, note, wait=camera.wait, clock=lambda: camera.now, live=False)
    wall, cpu = time.perf_counter(), time.process_time()
    watcher.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if watcher.looks == 0:
        raise CameraError("recording.unreadable", f"{video} has no frame that can be read: copy it again")
    if state.present:
        visits.append((arrived, state.last_seen, state.peak))
    seconds = camera.duration_s
    return PresenceReport(
        detector=detector.name,
        visits=visits,
        near=near,
        engaged=engaged,
        duration_s=seconds,
        looks=watcher.looks,
        fps=watcher.looks / wall,
        cpu_s_per_s=cpu / seconds,
    )


def _document(report: PresenceReport) -> dict[str, object]:
    return {
        "visits": [[round(start, 2), round(end, 2), peak] for start, end, peak in report.visits],
        "fps": round(report.fps, 1),
        "cpu_s_per_s": round(report.cpu_s_per_s, 4),
        "detector": report.detector,
        "near": [round(at, 2) for at in report.near],
        "engaged": [round(at, 2) for at in report.engaged],
        "duration_s": round(report.duration_s, 2),
        "looks": report.looks,
    }


def _print(report: PresenceReport) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if report.visits:
        table = Table("from", "to", "people", box=None)
        for start, end, peak in report.visits:
            table.add_row(f"{start:.1f} s", f"{end:.1f} s", str(peak))
        console.print(table)
    else:
        console.print("Nobody came.")
    console.print(
        f"{report.detector}: {report.looks} looks at {report.duration_s:.1f} s of video, "
        f"{report.fps:.0f} looks a second, {report.cpu_s_per_s:.3f} s of CPU per second"
    )
