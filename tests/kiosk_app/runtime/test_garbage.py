"""Garbage is looked for when nobody is served, and what has come to stay is looked through once."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import psutil
import pytest

from kiosk_app.runtime import garbage
from kiosk_app.runtime.garbage import Garbage


class Knot:
    """Refers to itself, so that only a look for garbage frees it."""

    def __init__(self) -> None:
        self.me = self
        self.freed = threading.Event()
        weakref.finalize(self, self.freed.set)


@pytest.fixture
def served() -> list[bool]:
    return [False]


@pytest.fixture
def keeper(served: list[bool], monkeypatch: pytest.MonkeyPatch) -> Iterator[Garbage]:
    monkeypatch.setattr(garbage, "AFTER_S", 0.01)
    monkeypatch.setattr(garbage, "REST_S", 0.01)
    gc.collect()
    keeper = Garbage(lambda: served[0])
    keeper.start()
    yield keeper
    keeper.stop()


def tangle() -> threading.Event:
    """Garbage that has lived long enough that only a full look finds it; whether it is gone."""
    knot = Knot()
    gc.collect(1)
    gc.collect(1)
    return knot.freed


def test_a_visit_is_cleared_away_after_its_end(keeper: Garbage) -> None:
    freed = tangle()
    keeper.visit_over()
    assert freed.wait(5)


def test_what_is_free_goes_back_to_the_system(keeper: Garbage) -> None:
    """Blocks too small to be mapped alone, under one that stays: without help they would be kept."""
    blocks = [bytes(100_000) for _ in range(1_000)]
    stays = bytes(100_000)
    del blocks
    held = psutil.Process().memory_info().rss
    keeper.visit_over()
    end = time.monotonic() + 5
    while psutil.Process().memory_info().rss > held - 60_000_000 and time.monotonic() < end:
        time.sleep(0.01)
    assert psutil.Process().memory_info().rss <= held - 60_000_000, len(stays)


def test_whoever_is_served_is_not_disturbed(keeper: Garbage, served: list[bool]) -> None:
    freed = tangle()
    served[0] = True
    keeper.visit_over()
    assert not freed.wait(0.2)
    served[0] = False
    keeper.visit_over()
    assert freed.wait(5)


def test_what_a_screen_leaves_behind_goes_while_somebody_is_served(
    keeper: Garbage, served: list[bool]
) -> None:
    served[0] = True
    for _ in range(2):
        freed = tangle()
        keeper.screen_drawn()
        assert freed.wait(5)


def test_nothing_is_looked_through_while_a_large_thing_has_not_settled(
    keeper: Garbage, served: list[bool]
) -> None:
    served[0] = True
    keeper.grown()
    freed = tangle()
    keeper.screen_drawn()
    assert not freed.wait(0.2)


def test_python_itself_hardly_ever_looks_through_everything(keeper: Garbage) -> None:
    before = gc.get_stats()[2]["collections"]
    held = [[number] for number in range(100_000)]
    assert gc.get_stats()[2]["collections"] == before
    assert len(held) == 100_000


def test_what_has_come_to_stay_is_not_looked_through_again(keeper: Garbage) -> None:
    knowledge = [[number] for number in range(50_000)]
    keeper.grown()
    settled = threading.Event()
    for _ in range(500):
        if gc.get_freeze_count() > 50_000:
            break
        settled.wait(0.01)
    assert gc.get_freeze_count() > len(knowledge)


def test_afterwards_everything_is_as_python_has_it() -> None:
    usual = gc.get_threshold()
    keeper = Garbage(lambda: False)
    keeper.start()
    assert gc.get_threshold() != usual
    keeper.stop()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)


def test_no_thread_is_left(keeper: Garbage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "AFTER_S", 60)
    monkeypatch.setattr(garbage, "REST_S", 60)
    before = threading.active_count()
    keeper.visit_over()
    keeper.screen_drawn()
    keeper.stop()
    assert threading.active_count() == before
