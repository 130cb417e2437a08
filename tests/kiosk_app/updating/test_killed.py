"""The process is killed at every moment of an installation: a whole one serves, and the next attempt succeeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.updating.machine import LEGAL
from tests.kiosk_app.updating.killing import kill_everywhere
from tests.kiosk_app.updating.stock import NEW, OLD, OTHER, Stock


@pytest.mark.timeout(900)
def test_killed_at_any_moment_a_whole_one_serves_and_the_next_attempt_succeeds(
    stock: Stock, tmp_path: Path
) -> None:
    phases: set[tuple[str, str]] = set()
    served: set[str] = set()
    for story, moment, outcome in kill_everywhere(stock, tmp_path):
        assert story.is_good(outcome), f"{story.name}, {moment}: {outcome}"
        phases.add((story.kind, outcome.phase))
        served.add(outcome.served)
    states = set(LEGAL) - {"idle"}
    assert {phase for kind, phase in phases if kind == "knowledge"} == states, (
        "a state in which nothing was killed"
    )
    assert {phase for kind, phase in phases if kind == "config"} >= states - {"refused"}
    assert served == {OLD, NEW, OTHER}
