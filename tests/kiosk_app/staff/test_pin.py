"""The PIN: which may be chosen, what is kept of it, and which file is trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.staff.pin import PinFile, weakness
from kiosk_app.staff.private_file import StaffError

PIN = "482915"


@pytest.fixture
def file(tmp_path: Path) -> PinFile:
    """A place for a PIN."""
    return PinFile(tmp_path / "staff" / "pin")


@pytest.mark.parametrize("pin", ["482915", "000124", "19870342", "904817263540", "135802"])
def test_a_pin_may_be_any_digits_that_are_not_tried_first(pin: str) -> None:
    assert weakness(pin) == ""


@pytest.mark.parametrize(
    "pin",
    ["000000", "123456", "654321", "012345", "890123", "121212", "123123", "112233", "686868", "666888",
     "147258", "5201314", "111112", "246802", "987654321098"],
)  # fmt: skip
def test_what_anybody_would_try_first_is_refused(pin: str) -> None:
    assert "would try" in weakness(pin)


@pytest.mark.parametrize("pin", ["", "48291", "4829150000001", "48291a", "４８２９１５", "-48291", "48 915"])
def test_a_pin_is_six_to_twelve_plain_digits(pin: str) -> None:
    assert "digits" in weakness(pin)


def test_only_a_hash_is_kept_and_only_for_the_kiosk(file: PinFile) -> None:
    file.set(PIN)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o077 == 0
    text = file.path.read_text()
    assert text.startswith("$argon2id$")
    assert PIN not in text
    assert [entry.name for entry in file.path.parent.iterdir()] == ["pin"], "nothing is left beside it"


def test_the_right_pin_matches_and_no_other(file: PinFile) -> None:
    file.set(PIN)
    assert file.matches(PIN)
    assert not file.matches("482916")
    assert not file.matches("")
    assert not file.matches(PIN + "0")


def test_a_new_pin_takes_the_place_of_the_old_one(file: PinFile) -> None:
    file.set(PIN)
    file.set("709135")
    assert file.matches("709135")
    assert not file.matches(PIN)


def test_no_file_is_no_pin(file: PinFile) -> None:
    assert file.hash() is None
    assert not file.matches(PIN)


def test_a_weak_pin_is_not_kept(file: PinFile) -> None:
    with pytest.raises(StaffError, match="choose another") as caught:
        file.set("123456")
    assert caught.value.code == "staff.weak"
    assert file.hash() is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_touch_is_refused(file: PinFile, mode: int) -> None:
    file.set(PIN)
    file.path.chmod(mode)
    with pytest.raises(StaffError, match=f"chmod 600 {file.path}"):
        file.matches(PIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "482915",
        "$argon2id$v=19$m=1",
        "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2g",
        "x" * 9000,
        "\0\0",
    ],
)
def test_a_damaged_file_opens_nothing_and_says_what_to_do(file: PinFile, text: str) -> None:
    file.set(PIN)
    file.path.write_text(text)
    with pytest.raises(StaffError, match="kiosk staff pin") as caught:
        file.matches(PIN)
    assert caught.value.code == "staff.file"


def test_a_link_or_a_folder_in_its_place_is_refused(file: PinFile, tmp_path: Path) -> None:
    other = PinFile(tmp_path / "other")
    other.set(PIN)
    file.path.parent.mkdir()
    file.path.symlink_to(other.path)
    with pytest.raises(StaffError, match="cannot be read"):
        file.hash()
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(StaffError, match="cannot be read"):
        file.hash()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "staff").write_text("in the way")
    with pytest.raises(StaffError, match="cannot be written"):
        PinFile(tmp_path / "staff" / "pin").set(PIN)
