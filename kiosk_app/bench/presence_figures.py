"""What looking for people costs: one look, an empty hall, and somebody in view."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from kiosk_app.bench.figure import Figure, percentile
from kiosk_app.bench.paced_camera import PacedCamera, hall
from kiosk_app.config import KioskConfig
from kiosk_app.eyes import detector_of
from vision.ports import Detector
from vision.presence import Presence
from vision.watcher import Watcher, WatcherSettings

_LOOKS = 40
_WARM = 3
_SIZE = (480, 640)
_SETTLE_S = 1.0
_DUTY_S = 8.0


def presence_figures(
    config: KioskConfig, passed: Callable[[float], None], duty_s: float = _DUTY_S
) -> list[Figure]:
    """The configured detector on pictures of the size that a camera gives, then at the pace of a hall.

    Raises DetectorError.
    """
    detector = detector_of(config.camera, config.home)
    dice = np.random.default_rng(3)
    coarse = dice.integers(0, 255, (_SIZE[0] // 20, _SIZE[1] // 20, 3), np.uint8)
    picture = np.kron(coarse, np.ones((20, 20, 1), np.uint8))
    spent: list[float] = []
    for _ in range(_WARM + _LOOKS):
        began = time.perf_counter()
        detector.detect(picture)
        spent.append((time.perf_counter() - began) * 1000)
    note = f"{detector.name}, {_SIZE[1]} x {_SIZE[0]} pixels"
    passed(0.1)
    usual = WatcherSettings()
    empty = _duty(detector, usual, duty_s, busy=False)
    passed(0.55)
    attentive = _duty(detector, usual.model_copy(update={"idle_fps": usual.attentive_fps}), duty_s, busy=True)
    return [
        Figure("presence_p50_ms", round(percentile(spent[_WARM:], 0.5), 2), "ms", note),
        Figure("presence_empty_cpu", empty, "%", f"{detector.name}, nothing moves, {duty_s:.0f} s"),
        Figure(
            "presence_attentive_cpu",
            attentive,
            "%",
            f"{detector.name}, {usual.attentive_fps:.0f} looks a second, {duty_s:.0f} s",
        ),
    ]


def _duty(detector: Detector, settings: WatcherSettings, seconds: float, *, busy: bool) -> float:
    """Per cent of one core that the watcher's thread takes, decoding and detecting included."""
    shares: list[float] = []

    def watch() -> None:
        began = (time.thread_time(), time.monotonic())
        watcher.run()
        shares.append((time.thread_time() - began[0]) / (time.monotonic() - began[1]))

    watcher = Watcher(PacedCamera(hall(busy=busy)), detector, Presence(), lambda _: None, settings)
    thread = threading.Thread(target=watch, name="presence bench")
    thread.start()
    time.sleep(_SETTLE_S + seconds)
    watcher.stop()
    thread.join()
    return round(shares[0] * 100, 2)
