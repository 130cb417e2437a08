"""The process is killed at every moment of an installation: a whole pack serves, and the next attempt succeeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.updating.machine import LEGAL
from tests.kiosk_app.updating.killing import kill_everywhere
from tests.kiosk_app.updating.stock import VERSIONS, Stock


@pytest.mark.timeout(900)
def test_killed_at_any_moment_a_whole_pack_serves_and_the_next_attempt_succeeds(
    stock: Stock, tmp_path: Path
) -> None:
    phases: set[str] = set()
    served: set[str] = set()
    for story, moment, outcome in kill_everywhere(stock, tmp_path):
        assert outcome.served in story.serves, f"{story.name}, {moment}: {outcome}"
        assert outcome.act == "answer", f"{story.name}, {moment}: {outcome}"
        assert outcome.installed == VERSIONS[story.again], f"{story.name}, {moment}: {outcome}"
        phases.add(outcome.phase)
        served.add(outcome.served)
    assert phases == set(LEGAL) - {"idle"}, "a state in which nothing was killed"
    assert served == {"2099.1.1", "2099.1.2", "2099.1.3"}
