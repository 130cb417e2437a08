"""A whole kiosk worked on in its staff corner: self-test, volume, logs onto a stick, wipe, restart. Real files."""

from __future__ import annotations

import hashlib
import json
import logging
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from fleet.protocol.records import check_record
from hardware.sticks import Stick
from kiosk_app.config import FleetConfig
from kiosk_app.events import QuestionTyped
from kiosk_app.learning.database import FILE, read_database
from kiosk_app.runtime import inspection, tasks
from kiosk_app.runtime.bundle import redacted
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Phase, SessionState
from kiosk_app.staff.door import PIN_FILE
from kiosk_app.staff.events import (
    SiteVolumeStepped,
    StaffLeft,
    StaffPageChosen,
    StaffTaskChosen,
    StaffTaskConfirmed,
)
from kiosk_app.staff.reports import (
    BoardReport,
    DoctorReport,
    HoldingsReport,
    NetworkReport,
    StaffTask,
    TurnsReport,
    latest,
    task_of,
)
from tests.kiosk_app.runtime.test_kiosk import Hall, nobody
from tests.kiosk_app.runtime.test_staff_corner import PIN, enter, hall

__all__ = ["hall", "nobody"]

pytestmark = pytest.mark.timeout(180)

PLANTED = "13812345678"


def told(kind: type) -> object:
    """Whether the pages have been told of this."""
    return lambda state: state.corner is not None and latest(state.corner.reports, kind) is not None


def ended(task: StaffTask) -> object:
    """Whether a task is over."""

    def over(state: SessionState) -> bool:
        return state.corner is not None and task_of(state.corner.reports, task).state in ("done", "failed")

    return over


def open_corner(hall: Hall, kiosk: Kiosk) -> None:
    """In with the PIN."""
    hall.wait("the knowledge", lambda state: not state.is_down("knowledge"))
    enter(hall, kiosk)
    hall.wait("the corner", lambda state: state.phase is Phase.STAFF)


def do(hall: Hall, kiosk: Kiosk, task: StaffTask, *, confirmed: bool = False) -> tuple[str, str, str]:
    """Have it done; how it ended, with which code and detail."""
    kiosk.post(StaffTaskChosen(time.monotonic(), task))
    if confirmed:
        kiosk.post(StaffTaskConfirmed(time.monotonic()))
    state = hall.wait(task, ended(task))  # type: ignore[arg-type]
    assert state.corner is not None
    report = task_of(state.corner.reports, task)
    return report.state, report.code, report.detail


def test_logs_go_onto_a_stick_and_what_was_kept_is_wiped(
    hall: Hall, nobody: FleetConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    for module in (tasks, inspection):
        monkeypatch.setattr(module, "find_stick", lambda home: Stick("/dev/sda1", folder))
    kiosk = hall.open(fleet=nobody)
    hall.wait_open()
    kiosk.post(QuestionTyped(time.monotonic(), f"我叫张伟峰，电话{PLANTED}，请问宠物狗怎么登记"))
    hall.wait("the answer", lambda state: len(hall.replies) == 1 and state.phase is not Phase.THINKING)
    logging.getLogger("a.library").warning("a mistake of somebody's: called %s", PLANTED)
    open_corner(hall, kiosk)

    state, code, name = do(hall, kiosk, "export")
    assert (state, code) == ("done", ""), name
    digest, said = (folder / f"{name}.sha256").read_text(encoding="ascii").split()
    data = (folder / name).read_bytes()
    assert (digest, said) == (hashlib.sha256(data).hexdigest(), name)
    with zipfile.ZipFile(folder / name) as archive:
        files = {one: archive.read(one).decode() for one in archive.namelist()}
    assert {
        "log/kiosk.log",
        "doctor.json",
        "versions.json",
        "timings.json",
        "parts.json",
        "network.json",
    } <= set(files)
    assert "a mistake of somebody's: called [mobile]" in files["log/kiosk.log"]
    assert not any(secret in text for text in files.values() for secret in (PLANTED, "张伟峰", "宠物狗", PIN))
    checks = {one["name"]: one for one in json.loads(files["doctor.json"])["checks"]}
    assert checks["knowledge"]["state"] == "ok"
    assert (checks["echo"]["state"], checks["microphone"]["state"]) == ("skip", "skip")
    assert json.loads(files["versions.json"])["packages"]["yingbin"]
    assert [turn["channel"] for turn in json.loads(files["timings.json"])] == ["text"]

    home = hall.folder / "home"
    database = home / "learning" / FILE
    kiosk.post(StaffPageChosen(time.monotonic(), "maintenance"))
    holdings = latest(_reports(hall.wait("what is kept", told(HoldingsReport))), HoldingsReport)  # type: ignore[arg-type]
    assert holdings is not None and holdings.log > 0 and holdings.stick == str(folder)
    end = time.monotonic() + 20
    while not _clusters(database) and time.monotonic() < end:
        pass
    assert _clusters(database) == 1, "there is something to wipe"
    assert do(hall, kiosk, "wipe", confirmed=True)[0] == "done"
    assert "a mistake" not in (home / "log" / "kiosk.log").read_text(encoding="utf-8")
    assert (home / PIN_FILE).is_file()
    hall.close()
    assert _clusters(database) == 0
    staff = [data for kind, data in hall.outbox() if kind == "staff"]
    assert [check_record("tm", "staff", one).model_dump() for one in staff] == [
        {"outcome": outcome, "wrong": 0, "failed": False} for outcome in ("opened", "export", "wipe")
    ], "what waits for the centre is kept, and says what was done"
    assert any(kind == "turn" for kind, _ in hall.outbox())


def _clusters(database: Path) -> int:
    """Questions that were learnt."""
    store = read_database(database)
    if store is None:
        return 0
    with closing(store):
        return store.execute("SELECT count(*) FROM cluster").fetchone()[0]


def _reports(state: SessionState) -> tuple:
    assert state.corner is not None
    return state.corner.reports


def test_the_pages_are_told_of_the_running_kiosk(hall: Hall, nobody: FleetConfig) -> None:
    kiosk = hall.open(fleet=nobody)
    open_corner(hall, kiosk)
    for page, kind in (("parts", BoardReport), ("turns", TurnsReport), ("network", NetworkReport)):
        kiosk.post(StaffPageChosen(time.monotonic(), page))  # type: ignore[arg-type]
        hall.wait(page, told(kind))  # type: ignore[arg-type]
    reports = _reports(kiosk.state)
    board, network = latest(reports, BoardReport), latest(reports, NetworkReport)
    assert board is not None and board.health.disk_total_bytes > 0
    assert network is not None and network.broker is not None
    assert network.broker.reach_ms is None and "refused" in network.broker.reason.lower()
    assert network.broker.waiting > 0 and not network.broker.connected
    kiosk.post(StaffLeft(time.monotonic()))
    hall.wait("the end", lambda state: state.corner is None)


def test_a_self_test_that_nobody_waits_for_ends(hall: Hall) -> None:
    kiosk = hall.open()
    open_corner(hall, kiosk)
    kiosk.post(StaffTaskChosen(time.monotonic(), "doctor"))
    hall.wait("the first check", told(DoctorReport))  # type: ignore[arg-type]
    kiosk.post(StaffLeft(time.monotonic()))
    worker = kiosk.workshop._worker
    assert worker is not None
    worker.join(60)
    assert not worker.is_alive()


def test_without_a_stick_the_reason_is_told(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk = hall.open()
    open_corner(hall, kiosk)
    full = Stick("/dev/sda1", hall.folder / "pulled out")
    monkeypatch.setattr(tasks, "find_stick", lambda home: full)
    monkeypatch.setattr(tasks, "running_checks", lambda premises: [])
    assert do(hall, kiosk, "export")[:2] == ("failed", "stick.lost")


def test_the_volume_outlives_a_restart(hall: Hall) -> None:
    kiosk = hall.open()
    open_corner(hall, kiosk)
    kiosk.post(SiteVolumeStepped(time.monotonic(), up=False))
    hall.wait("the volume", lambda state: state.volume == 0.7)
    end = time.monotonic() + 10
    while not kiosk.settings.path.is_file() and time.monotonic() < end:
        pass
    hall.close()
    assert hall.open().state.volume == 0.7


def test_a_restart_leaves_in_good_order(hall: Hall) -> None:
    kiosk = hall.open()
    left: list[str] = []
    kiosk.leave = lambda: left.append("now")
    open_corner(hall, kiosk)
    kiosk.post(StaffTaskChosen(time.monotonic(), "restart"))
    state = hall.wait(
        "the question", lambda state: state.corner is not None and state.corner.asking == "restart"
    )
    assert (state.phase, left, kiosk.again) == (Phase.STAFF, [], False)
    kiosk.post(StaffTaskConfirmed(time.monotonic()))
    hall.wait("the end", lambda state: bool(left))
    assert kiosk.again


def test_a_line_keeps_its_time_and_loses_what_points_at_somebody() -> None:
    line = f"2026-11-22 02:07:25,123 WARNING a.b: 身份证11010519491231002X 电话{PLANTED}\n  more {PLANTED}"
    said = redacted(line)
    assert said.startswith("2026-11-22 02:07:25,123 WARNING a.b: ")
    assert PLANTED not in said and "11010519491231002" not in said
    assert said.count("\n") == 1
