"""The watchdog against a real datagram socket, as systemd listens on one."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.watchdog import Watchdog


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """What systemd would have heard since the last call."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        monkeypatch.delenv("WATCHDOG_USEC", raising=False)
        monkeypatch.delenv("WATCHDOG_PID", raising=False)

        def read() -> list[str]:
            lines: list[str] = []
            while True:
                try:
                    lines.append(systemd.recv(4096).decode())
                except BlockingIOError:
                    return lines

        yield read


def test_it_beats_at_half_of_what_systemd_allows(
    heard: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    clock = Clock()
    watchdog = Watchdog(clock=clock)
    assert watchdog.active and watchdog.interval_s == 5.0
    watchdog.ready()
    assert heard() == ["READY=1", "WATCHDOG=1"]
    clock.now += 4.9
    watchdog.beat()
    assert heard() == []
    clock.now += 0.2
    watchdog.beat()
    watchdog.beat()
    assert heard() == ["WATCHDOG=1"]


def test_status_and_stopping_are_told(heard: Callable[[], list[str]]) -> None:
    watchdog = Watchdog()
    watchdog.ready()
    watchdog.beat()
    watchdog.status("serving\nsince nine")
    watchdog.stopping()
    assert heard() == ["READY=1", "STATUS=serving since nine", "STOPPING=1"]


@pytest.mark.parametrize(
    ("usec", "pid"), [("0", None), ("nonsense", None), ("5000000", "1"), ("-3", None), ("5000000", "x")]
)
def test_no_beat_where_none_is_expected(
    heard: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, usec: str, pid: str | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    if pid is not None:
        monkeypatch.setenv("WATCHDOG_PID", pid)
    watchdog = Watchdog()
    watchdog.beat()
    assert watchdog.interval_s is None and heard() == []


def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    watchdog = Watchdog()
    for call in (watchdog.ready, watchdog.beat, watchdog.stopping):
        call()
    watchdog.status("fine")
    assert not watchdog.active


def test_a_socket_that_is_gone_does_no_harm(
    heard: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody-listens"))
    Watchdog().ready()
    assert heard() == []
