"""What the kiosk learns shows on its home screen, and never under a finger."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from kiosk_app.config import CameraConfig, KioskConfig, LearningConfig
from kiosk_app.events import Replied, Tick
from kiosk_app.home import MOST_FREQUENT, site_of
from kiosk_app.learning.errors import LearningError
from kiosk_app.memory import NEW_TALK
from kiosk_app.reply import Reply
from kiosk_app.request import TextAsked
from kiosk_app.runtime.learning import CALM_S, Learning
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.session import Ask, Phase, VisitEnded, initial_state
from models.knowledge import Knowledge

MONDAY = datetime(2026, 11, 23, 9, 30)
IDLE = initial_state(0.0)
ENDED = (VisitEnded(1, "left", 1, 10.0),)


def learning_of(home: Path, gov: Knowledge, **settings: bool) -> Learning:
    """A kiosk's learning on this folder."""
    config = KioskConfig(data_dir=home, learning=LearningConfig(**settings))
    return Learning(config, lambda: gov, Telemetry(), lambda: MONDAY)


def ask_often(learning: Learning, matter: str) -> None:
    """Sixty visits of one question each."""
    for turn in range(60):
        learning.observe(Tick(0.0), (Ask(turn, TextAsked("x"), "zh", NEW_TALK),))
        learning.observe(Replied(0.0, turn, Reply("answer", "zh", "", matter=matter)), ())
        learning.observe(Tick(0.0), ENDED)


def rare_matter(gov: Knowledge) -> str:
    """One that the pack does not offer on its home screen."""
    return next(matter for matter in gov.matters if matter not in gov.frequent)


def offered_after_stop(learning: Learning, gov: Knowledge) -> tuple[str, ...]:
    """What is on offer once everything is written and a visit ends."""
    learning.stop()
    learning.home_changes(Tick(0.0), IDLE, ENDED)
    return learning.frequent or gov.frequent[:MOST_FREQUENT]


def test_what_is_asked_most_comes_to_the_home_screen_in_both_languages(
    tmp_path: Path, gov: Knowledge
) -> None:
    learning, rare = learning_of(tmp_path, gov), rare_matter(gov)
    learning.start()
    ask_often(learning, rare)
    offered = offered_after_stop(learning, gov)
    assert rare in offered
    assert len(offered) == MOST_FREQUENT
    site = site_of(gov, CameraConfig(), frequent=offered)
    for lang in ("zh", "en"):
        assert [quick.matter for quick in site.home[lang].frequent] == list(offered)


def test_the_screen_changes_only_when_a_visit_ends_or_nobody_was_near_for_long(
    tmp_path: Path, gov: Knowledge
) -> None:
    learning = learning_of(tmp_path, gov)
    learning.start()
    ask_often(learning, rare_matter(gov))
    learning.stop()
    serving = replace(IDLE, phase=Phase.GREETING)
    assert not learning.home_changes(Tick(CALM_S * 9), serving, ENDED)
    assert not learning.home_changes(Tick(CALM_S - 1), IDLE, ())
    assert learning.frequent == ()
    assert learning.home_changes(Tick(CALM_S + 1), IDLE, ())
    assert learning.frequent != ()
    assert not learning.home_changes(Tick(CALM_S + 2), IDLE, ENDED), "once is enough"


def test_a_site_that_turns_it_off_keeps_the_packs_own_list(tmp_path: Path, gov: Knowledge) -> None:
    learning = learning_of(tmp_path, gov, frequent=False)
    learning.start()
    ask_often(learning, rare_matter(gov))
    assert offered_after_stop(learning, gov) == gov.frequent[:MOST_FREQUENT]


def test_a_matter_that_new_knowledge_lacks_is_not_offered(gov: Knowledge) -> None:
    site = site_of(gov, CameraConfig(), frequent=("gov.long_gone", "hall.hours"))
    assert [quick.matter for quick in site.home["zh"].frequent] == ["hall.hours"]


@pytest.mark.parametrize("unknown", [True, False])
def test_observing_never_waits_for_the_disk(
    tmp_path: Path, gov: Knowledge, unknown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, hold = threading.Event(), threading.Event()

    def stuck(path: Path) -> object:
        held.set()
        hold.wait(60)
        raise LearningError("the disk hangs", "learning.open")

    learning = learning_of(tmp_path, gov, unknown=unknown)
    monkeypatch.setattr("kiosk_app.learning.scribe.open_database", stuck)
    learning.start()
    learning.look()
    assert held.wait(20)
    caller = threading.Thread(target=ask_often, args=(learning, "hall.hours"), daemon=True)
    caller.start()
    caller.join(20)
    alive = caller.is_alive()
    hold.set()
    assert not alive
    learning.stop()
