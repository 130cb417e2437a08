"""Restarting the board: only where the system permits it, through programs that stand in for systemd's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hardware.errors import HardwareError
from hardware.reboot import may_reboot, reboot


def _program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("answer", "permitted"),
    [
        ("echo 's \"yes\"'", True),
        ("echo 's \"challenge\"'", False),
        ("echo 's \"no\"'", False),
        ("exit 1", False),
    ],
)
def test_logind_is_asked_whether_it_would(tmp_path: Path, answer: str, permitted: bool) -> None:
    assert may_reboot(_program(tmp_path, "busctl", answer)) is permitted


def test_without_logind_it_is_not_permitted(tmp_path: Path) -> None:
    assert not may_reboot(str(tmp_path / "none"))


def test_the_system_is_told_by_name(tmp_path: Path) -> None:
    yes = _program(tmp_path, "busctl", "echo 's \"yes\"'")
    reboot(yes, _program(tmp_path, "systemctl", f'echo "$@" > {tmp_path}/told'))
    assert (tmp_path / "told").read_text(encoding="ascii") == "reboot --no-ask-password\n"


def test_a_refusal_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yes, no = _program(tmp_path, "busctl", "echo 's \"yes\"'"), _program(tmp_path, "systemctl", "exit 1")
    with pytest.raises(HardwareError) as refused:
        reboot(yes, no)
    assert refused.value.code == "reboot.refused"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(HardwareError, match="may not restart"):
        reboot(
            _program(tmp_path, "never", "exit 1"), _program(tmp_path, "unasked", f"touch {tmp_path}/asked")
        )
    assert not (tmp_path / "asked").exists()
