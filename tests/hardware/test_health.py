"""Reading the board: the real one this runs on, and device trees and programs made for the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.health import board_model, cpu_temperature, read_health, read_throttling


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The place for a small program of the test's own."""
    return tmp_path / "vcgencmd"


def write_program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_this_board_gives_plausible_figures(tmp_path: Path) -> None:
    health = read_health(tmp_path)
    assert 0 < health.memory_free_bytes <= health.memory_total_bytes
    assert 0 <= health.disk_free_bytes <= health.disk_total_bytes
    assert health.load_per_core >= 0 and health.uptime_s > 0 and health.board


def test_a_data_folder_that_does_not_exist_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    deep = read_health(tmp_path / "not" / "yet")
    assert deep.disk_total_bytes == read_health(tmp_path).disk_total_bytes


def test_the_board_says_its_name(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"Raspberry Pi 4 Model B Rev 1.5\0")
    assert board_model(tmp_path) == "Raspberry Pi 4 Model B Rev 1.5"
    assert board_model(tmp_path / "none").endswith("computer")


def test_a_temperature_is_plausible_or_absent() -> None:
    celsius = cpu_temperature()
    assert celsius is None or -40 < celsius < 150


def test_throttling_bits_are_put_into_words(program: Path) -> None:
    state = read_throttling(write_program(program, 'test "$1" = get_throttled && echo throttled=0x50005'))
    assert state is not None
    assert state.now == ("under-voltage", "throttled")
    assert state.since_start == ("under-voltage since start", "throttled since start")


def test_a_healthy_supply_has_no_words(program: Path) -> None:
    state = read_throttling(write_program(program, "echo throttled=0x0"))
    assert state is not None and state.now == state.since_start == ()


@pytest.mark.parametrize("script", ["exit 1", "echo hello", "echo throttled=0xzz", "printf '\\377'"])
def test_a_program_that_says_nothing_useful_is_no_answer(program: Path, script: str) -> None:
    assert read_throttling(write_program(program, script)) is None


def test_a_board_without_that_program_has_no_answer() -> None:
    assert read_throttling("no-such-program-here") is None
    assert read_throttling("/no/such/program") is None
