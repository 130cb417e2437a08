"""The broker dies in the middle of a visit: the kiosk serves on, and nothing is lost or told twice."""

from __future__ import annotations

import os
import signal
import sqlite3

import psutil
import pytest

from kiosk_app.demo.centre import DemoCentre
from kiosk_app.session import Effect, SessionState, VisitEnded
from tests.e2e.hall import KIOSK, Hall, eventually

MATTERS = ("hall.restroom", "gov.passport.apply", "gov.id_card.replace", "hall.hours")


@pytest.mark.timeout(300)
def test_a_killed_broker_costs_nothing(hall: Hall, centre: DemoCentre) -> None:
    kiosk = hall.open(centre)
    ended: list[int] = []

    def count(event: object, state: SessionState, effects: tuple[Effect, ...]) -> None:
        ended.extend(effect.visit for effect in effects if isinstance(effect, VisitEnded))

    kiosk.watch(count)
    hall.wait_open()
    hall.wait("the link", lambda state: not state.is_down("link"))
    turns = 0
    for number, matter in enumerate(MATTERS):
        if number in (1, 3):
            _kill_broker(centre)
        assert hall.visit(matter).matter == matter, "the kiosk stopped serving"
        turns += 1
    hall.wait("the link again", lambda state: not state.is_down("link"))
    eventually("every visit in the centre", lambda: _visits(centre) >= {str(number) for number in ended})
    agent = kiosk.agent
    assert agent is not None
    eventually("the outbox to be empty", lambda: agent.depth == 0)
    kinds = _stored(centre)
    assert kinds["visit.started"] == kinds["visit.ended"] == len(ended) == len(MATTERS)
    assert kinds["turn"] == turns


def _kill_broker(centre: DemoCentre) -> None:
    processes = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "mosquitto" and str(centre.folder) in " ".join(process.info["cmdline"])
    ]
    assert processes, "no broker to kill"
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)


def _visits(centre: DemoCentre) -> set[str]:
    return {str(visit["visit"]) for visit in centre.get("/api/visits") if visit["outcome"]}


def _stored(centre: DemoCentre) -> dict[str, int]:
    """Records in the store by kind; the key of a record is (kiosk, boot, seq), so a copy cannot hide."""
    with sqlite3.connect(f"file:{centre.folder / 'fleet.sqlite'}?mode=ro", uri=True) as store:
        rows = store.execute("SELECT kind, count(*) FROM record WHERE kiosk = ? GROUP BY kind", (KIOSK,))
        return dict(rows.fetchall())
