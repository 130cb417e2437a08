"""Which device is meant, on the lists that a small board and a laptop give."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.sound_devices import (
    AudioDevice,
    Card,
    NoSuchDeviceError,
    choose,
    described,
    role_of,
    sound_cards,
    there_are,
)

CARDS = {
    0: Card("Headphones", "bcm2835_headpho", "bcm2835 Headphones"),
    1: Card("vc4hdmi0", "vc4-hdmi", "vc4-hdmi-0"),
    2: Card("Device", "USB-Audio", "USB PnP Sound Device"),
}
BOARD = [
    AudioDevice("bcm2835 Headphones: - (hw:0,0)", 0, 8, 44_100),
    AudioDevice("vc4-hdmi-0: MAI PCM i2s-hifi-0 (hw:1,0)", 0, 8, 44_100),
    AudioDevice("USB PnP Sound Device: Audio (hw:2,0)", 1, 2, 48_000),
    AudioDevice("bluealsa", 1, 2, 16_000),
    AudioDevice("default", 32, 32, 44_100),
]


@pytest.mark.parametrize(
    ("direction", "wish", "index"),
    [
        ("input", None, None),
        ("input", "role:usb", 2),
        ("output", "role:usb", 2),
        ("output", "role:builtin", 0),
        ("output", "role:hdmi", 1),
        ("input", "role:bluetooth", 3),
        ("input", "usb pnp", 2),
        ("output", "Device", 2),
        ("output", "Headphones", 0),
        ("output", "hw:1,0", 1),
        ("input", "default", 4),
    ],
)
def test_the_device_that_is_meant(direction: str, wish: str | None, index: int | None) -> None:
    assert choose(BOARD, direction, wish, CARDS) == index  # type: ignore[arg-type]


def test_a_replugged_device_is_found_under_its_new_number() -> None:
    cards = {0: CARDS[2], 1: CARDS[0]}
    devices = [
        AudioDevice("USB PnP Sound Device: Audio (hw:0,0)", 1, 2, 48_000),
        AudioDevice("bcm2835 Headphones: - (hw:1,0)", 0, 8, 44_100),
    ]
    for wish in ("role:usb", "USB PnP", "Device"):
        assert choose(devices, "output", wish, cards) == 0
    assert choose(devices, "output", "role:builtin", cards) == 1


def test_what_is_not_there_is_told_with_what_is() -> None:
    with pytest.raises(NoSuchDeviceError, match=r"'Studio'.*USB PnP Sound Device: Audio \(hw:2,0\) \[usb\]"):
        choose(BOARD, "input", "Studio", CARDS)
    with pytest.raises(NoSuchDeviceError, match="no input device of role:builtin"):
        choose(BOARD, "input", "role:builtin", CARDS)  # the headphone socket records nothing
    with pytest.raises(NoSuchDeviceError, match="'phone'; there are usb, builtin, bluetooth, hdmi"):
        choose(BOARD, "input", "role:phone", CARDS)
    assert "none at all" in there_are([], "input", {})


def test_a_sound_servers_device_and_an_unknown_card_have_no_role() -> None:
    assert role_of(BOARD[4], CARDS) is None
    assert role_of(BOARD[2], {}) is None
    assert described(BOARD[4], CARDS) == "default"


def test_the_kernels_list_of_cards(tmp_path: Path) -> None:
    file = tmp_path / "cards"
    file.write_text(
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
        "                      bcm2835 Headphones\n"
        " 2 [Device         ]: USB-Audio - USB PnP Sound Device\n"
        "                      C-Media Electronics Inc. USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed\n"
    )
    assert sound_cards(file) == {0: CARDS[0], 2: CARDS[2]}
    assert sound_cards(tmp_path / "missing") == {}
    file.write_text("--- no soundcards ---\n")
    assert sound_cards(file) == {}
