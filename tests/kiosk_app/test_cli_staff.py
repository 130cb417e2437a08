"""``kiosk staff pin``: twice the same, not guessable, and an end of the lock-out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk_app.staff.door import LOCKOUT_FILE, PIN_FILE
from kiosk_app.staff.lockout import Lockout
from kiosk_app.staff.pin import PinFile
from tests.kiosk_app.cli import told


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose home is the test's."""
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data_dir = "{tmp_path / "home"}"\n', encoding="utf-8")
    return file


def test_it_sets_the_pin_and_ends_the_lock_out(config: Path, tmp_path: Path) -> None:
    lockout = Lockout(tmp_path / "home" / LOCKOUT_FILE)
    for _ in range(6):
        lockout.count()
    status, out, err = told("staff", "pin", "--config", str(config), given=b"482915\n482915\n")
    file = tmp_path / "home" / PIN_FILE
    assert (status, out, err) == (0, f"{file}: the PIN is set\n", "")
    assert PinFile(file).matches("482915")
    assert lockout.remaining() == 0.0


def test_the_file_is_where_the_configuration_wants_it(config: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "elsewhere" / "pin"
    config.write_text(f'[staff]\npin_file = "{wanted}"\n', encoding="utf-8")
    status, out, _ = told("staff", "pin", "--config", str(config), "--json", given=b"482915\n482915\n")
    assert (status, json.loads(out)) == (0, {"ok": True, "file": str(wanted)})
    assert wanted.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (b"482915\n482916\n", "the two PINs differ"),
        (b"123456\n123456\n", "would try"),
        (b"4829\n4829\n", "6 to 12 digits"),
        (b"", "digits only"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_changes(
    config: Path, tmp_path: Path, given: bytes, complaint: str
) -> None:
    status, out, err = told("staff", "pin", "--config", str(config), given=given)
    assert (status, out) == (1, "")
    assert complaint in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "home" / PIN_FILE).exists()


def test_a_broken_configuration_is_wrong_use(config: Path) -> None:
    config.write_text("[staff]\npin = 1\n", encoding="utf-8")
    status, _, err = told("staff", "pin", "--config", str(config), given=b"482915\n482915\n")
    assert status == 2
    assert "kiosk.toml:2: staff.pin: unknown key; known keys: pin_file" in err


def test_help_has_an_example() -> None:
    status, out, _ = told("staff", "pin", "--help")
    assert status == 0
    assert "Example:" in out
