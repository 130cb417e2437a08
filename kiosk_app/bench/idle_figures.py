"""What it costs to listen to nobody: capture, the pipe, voice activity, and whatever the recogniser is woken for."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

import psutil

from kiosk_app.bench.figure import Figure
from kiosk_app.config import KioskConfig
from kiosk_app.runtime.parts import build_listener, build_microphone
from voice.completeness import no_judge
from voice.errors import MicrophoneError
from voice.microphone_process import IsolatedMicrophone
from voice.ports import Recognizer

logger = logging.getLogger(__name__)

_SETTLE_S = 1.0
_STEP_S = 0.25


def idle_figures(
    config: KioskConfig, recognizer: Recognizer, seconds: float, passed: Callable[[float], None]
) -> list[Figure]:
    """The processor's share while the real ears are open, in per cent of one core, the capture process included.

    Args:
        passed: called now and then with the share of the time that has passed.

    Raises:
        VoiceError: the voice activity cannot be used.
    """
    device, note = _device(config)
    microphone = build_microphone(config, device, lambda _: None)
    listener = build_listener(microphone, recognizer, lambda _: None, no_judge, None)
    listener.start()
    try:
        time.sleep(_SETTLE_S)
        before, began = _processor(), time.monotonic()
        while (spent := time.monotonic() - began) < seconds:
            time.sleep(_STEP_S)
            passed(min(1.0, spent / seconds))
        share = (_processor() - before) / spent
    finally:
        listener.stop()
    return [Figure("idle_listening_cpu", round(share * 100, 2), "%", f"{note}, {spent:.0f} s")]


def _device(config: KioskConfig) -> tuple[IsolatedMicrophone, str]:
    """The configured microphone where it works, else a quiet room that is delivered in its place."""
    if config.microphone.backend != "none":
        microphone = IsolatedMicrophone(config.microphone.device)
        try:
            microphone.start()
            return microphone, microphone.name
        except MicrophoneError as error:
            logger.info("no microphone for the benchmark: %s", error)
    stand_in = IsolatedMicrophone(command=[sys.executable, "-m", "kiosk_app.bench.paced_capture"])
    return stand_in, "no microphone here, a quiet room instead"


def _processor() -> float:
    """Seconds of processor time of this process and its children."""
    this = psutil.Process()
    times = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)
