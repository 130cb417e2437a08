"""Many spoken questions leave nothing behind: no thread, no file, no memory."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from kiosk_app.config import KioskConfig, KnowledgeConfig, RecognitionConfig
from kiosk_app.trace import KEPT_TURNS
from tests.bench.endurance import MOST_GROWTH_BYTES, Held, open_day

WARM = 30
"""Turns after which everything that is made once has been made."""
TURNS = 60


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="apt-get install espeak-ng")
@pytest.mark.timeout(300)
def test_spoken_turns_leave_no_thread_no_file_and_no_memory(gov_artefact: Path) -> None:
    asked = KioskConfig(
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
        recognition=RecognitionConfig(model="embedded"),
    )
    threads_before = threading.active_count()
    with open_day(asked) as day:
        for _ in range(WARM):
            day.ask()
        warm = Held.now()
        for _ in range(TURNS):
            day.ask()
        held = Held.now()
        assert (held.threads, held.files) == (warm.threads, warm.files)
        assert held.bytes - warm.bytes < MOST_GROWTH_BYTES
        assert len(day.kiosk.tracer.turns) == KEPT_TURNS
    assert threading.active_count() == threads_before
