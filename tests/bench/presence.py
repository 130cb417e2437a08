"""How surely people are noticed, and who passes by is not: ``python -m tests.bench.presence --data ../shared/data``.

Synthetic crowds on virtual time (``tests/vision/hall.py``), and the recordings of ``data/video`` through the real
detectors of ``--models`` (the folder with the YuNet and NanoDet files).
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kiosk_app.cli.presence import PresenceReport, watch_recording
from tests.vision.hall import crowd, passes, times, walks, watch
from vision.capture import recording, retrieve
from vision.detectors import DetectorModels, make_detector
from vision.events import PersonEngaged
from vision.presence import Presence

_HOURS = 10
_VISITORS = 1000
_LOOKS = 60
_TABLE_FPS = 10
"""The tables beside the recordings count frames of a recording of so many a second."""


def crowds(console: Console) -> None:
    """Sessions that passers-by begin in an hour, 30 of them a minute."""
    table = Table(
        "looks a second", "people an hour", *(f"hour {hour + 1}" for hour in range(_HOURS)), title="Crowds"
    )
    for fps in (5.0, 10.0):
        begun: list[str] = []
        for seed in track(
            range(_HOURS), f"{_HOURS} hours at {fps:.0f} looks", console=console, transient=True
        ):
            chance = random.Random(100 + seed)
            people, presence, engaged = crowd(3600, 30, chance), Presence(), 0
            for at in times(3600, fps=fps):
                here = [path for since, path in people if since <= at < since + 20]
                events = watch(here, [at], presence, missed=0.1, jitter=0.03, chance=chance)
                engaged += sum(isinstance(event, PersonEngaged) for event in events)
            begun.append(str(engaged))
        table.add_row(f"{fps:.0f}", "1800", *begun)
    console.print(table)


def visitors(console: Console) -> None:
    """Who walks up, stands and faces, with up to five passers-by around."""
    table = Table("looks missed", "visitors", "greeted", "after standing, p50", "p95", title="Visitors")
    for missed in (0.0, 0.1, 0.2, 0.3):
        delays: list[float] = []
        for seed in track(range(_VISITORS), f"missed {missed:.0%}", console=console, transient=True):
            chance = random.Random(seed)
            away = chance.uniform(0.5, 1.3)
            place = (chance.uniform(-0.4, 0.4) * away, away)
            start, speed = (place[0] + chance.uniform(-1.5, 1.5), 4.5), chance.uniform(0.6, 1.4)
            visitor = walks(start, place, 1.0, speed, chance.uniform(-25, 25))
            stands_at = 1.0 + float(np.hypot(start[0] - place[0], start[1] - place[1])) / speed
            others = [
                passes(chance.uniform(1.8, 4), chance.uniform(0, 8), turned=chance.uniform(-90, 90))
                for _ in range(chance.randint(0, 5))
            ]
            told = watch([visitor, *others], times(16), missed=missed, jitter=0.03, chance=chance)
            delays += [event.at - stands_at for event in told if isinstance(event, PersonEngaged)][:1]
        table.add_row(
            f"{missed:.0%}",
            str(_VISITORS),
            f"{len(delays) / _VISITORS:.1%}",
            *(f"{np.quantile(delays, share):.2f} s" for share in (0.5, 0.95)),
        )
    console.print(table)


def recordings(console: Console, folder: Path, models: DetectorModels) -> None:
    """The recordings, with each detector."""
    table = Table(
        "recording",
        "detector",
        "visits (people)",
        "off by at most",
        "CPU a second",
        title="Recordings",
    )
    for video in sorted(folder.glob("*.mp4")) + sorted(folder.glob("*.gif")):
        for kind in ("haar", "yunet", "nanodet", "yunet+nanodet"):
            report = watch_recording(video, make_detector(kind, models))
            visits = (
                ", ".join(f"{start:.1f}–{end:.1f} ({peak})" for start, end, peak in report.visits) or "none"
            )
            table.add_row(video.stem, kind, visits, _error(video, report), f"{report.cpu_s_per_s:.3f} s")
    console.print(table)


def _error(video: Path, report: PresenceReport) -> str:
    """Of a start or an end from the table beside the recording."""
    truth = video.with_suffix(".presence.tsv")
    if not truth.is_file():
        return "–"
    with truth.open(encoding="utf-8", newline="") as file:
        wanted = [
            (int(row["start_frame"]) / _TABLE_FPS, int(row["end_frame"]) / _TABLE_FPS)
            for row in csv.DictReader(file, delimiter="\t")
        ]
    if len(wanted) != len(report.visits):
        return f"{len(report.visits)} visits instead of {len(wanted)}"
    return f"{max(max(abs(a - b), abs(c - d)) for (a, c), (b, d, _) in zip(wanted, report.visits, strict=True)):.1f} s"


def frames_with_the_person(console: Console, folder: Path, models: DetectorModels) -> None:
    """Of the frames of the clips of faces, those in which YuNet finds one."""
    detector = make_detector("yunet", models)
    table = Table("clip", "frames", "with a face", title="Frame by frame, YuNet")
    for clip in sorted(folder.glob("*.gif")):
        found = frames = 0
        with recording(clip) as capture:
            while capture.grab():
                image = retrieve(capture)
                if image is not None:
                    frames += 1
                    found += bool(detector.detect(image))
        table.add_row(clip.stem, str(frames), f"{found / frames:.1%}")
    console.print(table)


def costs(console: Console, folder: Path, models: DetectorModels) -> None:
    """Milliseconds of a look at pictures of 320 × 320 and of 640 × 480, one thread."""
    table = Table("detector", "320 × 320, median", "640 × 480, median", title="One look")
    with recording(folder / "one-by-one-person-detection.mp4") as capture:
        import cv2

        capture.set(cv2.CAP_PROP_POS_FRAMES, 120)
        capture.grab()
        image = retrieve(capture)
        assert image is not None
        pictures = [np.asarray(cv2.resize(image, size), np.uint8) for size in ((320, 320), (640, 480))]
    for kind in ("haar", "yunet", "nanodet"):
        detector = make_detector(kind, models)
        cells: list[str] = []
        for picture in pictures:
            spent: list[float] = []
            for _ in range(_LOOKS):
                began = time.perf_counter()
                detector.detect(picture)
                spent.append(1000 * (time.perf_counter() - began))
            cells.append(f"{np.median(spent):.1f} ms")
        table.add_row(kind, *cells)
    console.print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with video/")
    parser.add_argument("--models", type=Path, required=True, help="the folder with the detectors' files")
    given = parser.parse_args()
    console = Console(width=120)
    models = DetectorModels(
        given.models / "face_detection_yunet_2023mar.onnx",
        given.models / "object_detection_nanodet_2022nov.onnx",
    )
    costs(console, given.data / "video", models)
    recordings(console, given.data / "video", models)
    frames_with_the_person(console, given.data / "video", models)
    visitors(console)
    crowds(console)


if __name__ == "__main__":
    main()
