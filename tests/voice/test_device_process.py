"""A process that does not read must not hold up whoever ends it."""

from __future__ import annotations

import sys
import threading

import pytest

from tests.voice.doubles import PATIENCE_S
from voice.device_process import DeviceProcess, with_latency

DEAF = "import threading\nthreading.Event().wait()\n"


def test_a_program_that_does_not_read_is_ended_under_whoever_writes_to_it() -> None:
    ended = threading.Event()
    process = DeviceProcess(
        [sys.executable, "-c", DEAF], "deaf", b"A", lambda *_: None, lambda _nonsense: ended.set()
    )
    failures: list[BaseException] = []
    writing = threading.Event()

    def write() -> None:
        writing.set()
        try:
            process.send(b"A", bytes(1 << 22))  # far more than a pipe holds
        except (OSError, ValueError) as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(PATIENCE_S)
    process.end(0.1)
    writer.join(PATIENCE_S)
    assert ended.wait(PATIENCE_S)
    assert len(failures) == 1


def test_a_latency_that_the_environment_asks_for_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_LATENCY_MSEC", raising=False)
    assert with_latency(20)["PULSE_LATENCY_MSEC"] == "20"
    monkeypatch.setenv("PULSE_LATENCY_MSEC", "75")
    assert with_latency(20)["PULSE_LATENCY_MSEC"] == "75"
