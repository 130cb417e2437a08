"""The self-test's frame and the board's own checks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NoReturn

import pytest

from hardware.checks import (
    check_camera_devices,
    check_clock,
    check_disk,
    check_display,
    check_memory,
    check_power,
    check_temperature,
    hardware_checks,
)
from hardware.doctor import Check, CheckResult, Finding, State, run_checks, worst
from hardware.health import Health
from tests.hardware.test_health import write_program

GIB = 2**30


def health(*, disk: float = 20.0, memory: float = 2.0) -> Health:
    return Health("board", 45.0, 0.1, 4 * GIB, int(memory * GIB), 30 * GIB, int(disk * GIB), 100.0, None)


def test_checks_run_in_order_and_keep_their_names() -> None:
    checks = [Check("one", lambda: Finding("ok", "1")), Check("two", lambda: Finding("warn", "2", "do it"))]
    assert list(run_checks(checks)) == [
        CheckResult("one", "ok", "1", ""),
        CheckResult("two", "warn", "2", "do it"),
    ]


def test_a_check_that_breaks_or_hangs_does_not_stop_the_others() -> None:
    release = threading.Event()

    def hang() -> Finding:
        release.wait()
        return Finding("ok", "late")

    def burst() -> NoReturn:
        raise RuntimeError("no such bus")

    checks = [
        Check("bursts", burst),
        Check("hangs", hang, timeout_s=0.05),
        Check("works", lambda: Finding("ok", "fine")),
    ]
    bursts, hangs, works = run_checks(checks)
    release.set()
    assert bursts.state == "fail" and "RuntimeError: no such bus" in bursts.figure and bursts.fix
    assert hangs.state == "fail" and "no answer" in hangs.figure and hangs.fix
    assert works.state == "ok"


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([], "skip"),
        (["skip"], "skip"),
        (["ok", "skip"], "ok"),
        (["ok", "warn"], "warn"),
        (["warn", "fail", "ok"], "fail"),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_part(states: list[State], whole: State) -> None:
    assert worst([CheckResult("x", state, "", "") for state in states]) == whole


def test_this_board_is_checked_and_every_fault_names_its_fix(tmp_path: Path) -> None:
    results = list(run_checks(hardware_checks(tmp_path)))
    assert [result.name for result in results] == [
        "board", "disk", "memory", "clock", "temperature", "power", "camera_device", "display",
    ]  # fmt: skip
    for result in results:
        assert result.figure
        assert result.fix or result.state in ("ok", "skip"), result
        assert "broke" not in result.figure, result


@pytest.mark.parametrize(("free", "state"), [(20.0, "ok"), (0.9, "warn"), (0.1, "fail")])
def test_disk_space_has_its_limits(tmp_path: Path, free: float, state: State) -> None:
    assert check_disk(health(disk=free), tmp_path / "not" / "yet").state == state


@pytest.mark.parametrize(("free", "state"), [(2.0, "ok"), (0.3, "warn"), (0.1, "fail")])
def test_memory_has_its_limits(free: float, state: State) -> None:
    assert check_memory(health(memory=free)).state == state


@pytest.mark.parametrize(("celsius", "state"), [(None, "skip"), (45.0, "ok"), (70.0, "warn"), (85.0, "fail")])
def test_temperature_has_its_limits(celsius: float | None, state: State) -> None:
    assert check_temperature(celsius).state == state


JANUARY_1970, NOVEMBER_2026, THE_YEAR_2100 = 0.0, 1_795_000_000.0, 4_102_444_800.0


@pytest.mark.parametrize("now", [JANUARY_1970, THE_YEAR_2100])
def test_a_clock_that_was_never_set_fails(now: float) -> None:
    assert check_clock(lambda: now, "/no/such/program").state == "fail"


@pytest.mark.parametrize(("says", "state"), [("yes", "ok"), ("no", "warn"), ("", "ok")])
def test_a_time_server_is_asked_for(tmp_path: Path, says: str, state: State) -> None:
    program = write_program(tmp_path / "timedatectl", f"echo {says}")
    assert check_clock(lambda: NOVEMBER_2026, program).state == state


@pytest.mark.parametrize(("bits", "state"), [("0x0", "ok"), ("0x50000", "warn"), ("0x50005", "fail")])
def test_a_weak_supply_is_named(tmp_path: Path, bits: str, state: State) -> None:
    assert check_power(write_program(tmp_path / "vcgencmd", f"echo throttled={bits}")).state == state


def test_a_board_that_does_not_know_its_supply_is_skipped() -> None:
    assert check_power("/no/such/program").state == "skip"


def test_camera_devices_are_listed(tmp_path: Path) -> None:
    assert check_camera_devices(dev=tmp_path).state == "warn"
    (tmp_path / "video0").touch()
    (tmp_path / "videodev-notes").touch()
    assert check_camera_devices(dev=tmp_path) == Finding("ok", "video0")
    assert check_camera_devices(enabled=False, dev=tmp_path).state == "skip"


def test_a_display_is_a_connected_screen_or_a_session(tmp_path: Path) -> None:
    assert check_display({}, tmp_path / "none").state == "warn"
    assert check_display({"DISPLAY": ":0"}, tmp_path).figure == "session :0"
    for name, status in (("card1-HDMI-A-1", "connected\n"), ("card1-HDMI-A-2", "disconnected\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "status").write_text(status)
    assert check_display({}, tmp_path) == Finding("ok", "card1-HDMI-A-1")
