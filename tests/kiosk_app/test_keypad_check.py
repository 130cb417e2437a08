"""The doctor's look at keypad and headphones."""

from __future__ import annotations

from pathlib import Path

from kiosk_app.config import HeadphonesConfig, KeypadConfig, KioskConfig, ScreenConfig
from kiosk_app.keypad_check import check_headphones, check_keypad
from tests.hardware.test_headphones import listed

KEYPAD = KioskConfig(keypad=KeypadConfig(enabled=True))
JACK = KioskConfig(headphones=HeadphonesConfig(enabled=True))


def pactl(folder: Path, says: str) -> str:
    """A program that lists this."""
    (folder / "list").write_text(says, encoding="utf-8")
    program = folder / "pactl"
    program.write_text(f'#!/bin/sh\ncat "{folder / "list"}"\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_what_is_turned_off_is_not_looked_at() -> None:
    assert check_keypad(KioskConfig()).state == check_headphones(KioskConfig()).state == "skip"


def test_a_keypad_has_to_be_plugged_in(tmp_path: Path) -> None:
    assert check_keypad(KEYPAD, tmp_path / "nothing").state == "fail"
    (tmp_path / "usb-Logitech_Mouse-event-mouse").touch()
    assert check_keypad(KEYPAD, tmp_path).state == "fail"
    (tmp_path / "usb-SIGMACHIP_USB_Keyboard-event-kbd").touch()
    assert "SIGMACHIP" in check_keypad(KEYPAD, tmp_path).figure


def test_keys_need_a_window() -> None:
    blind = KEYPAD.model_copy(update={"screen": ScreenConfig(backend="none")})
    assert check_keypad(blind).state == "warn"


def test_a_jack_has_to_be_felt(tmp_path: Path) -> None:
    assert check_headphones(JACK, pactl(tmp_path, listed("available"))).figure.endswith("plugged")
    assert check_headphones(JACK, pactl(tmp_path, listed("not available"))).state == "ok"
    assert check_headphones(JACK, pactl(tmp_path, listed("availability unknown"))).state == "warn"
    assert check_headphones(JACK, pactl(tmp_path, "[]")).state == "warn"
    assert check_headphones(JACK, str(tmp_path / "absent")).state == "fail"
