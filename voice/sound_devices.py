"""Which sound device is meant: by a part of its name, or by what kind of device it is; pure.

PortAudio knows a device by a number that changes with every plug, and by a name. On ALSA the name of a piece of
hardware ends in ``(hw:CARD,DEVICE)``, and the kernel says in ``/proc/asound/cards`` which driver serves the card; this
is all that tells a USB microphone from the board's own. Whatever a sound server offers (``pulse``, ``default``) is no
hardware: which one is used there is the server's own choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Direction = Literal["input", "output"]
Role = Literal["usb", "builtin", "bluetooth", "hdmi"]

ROLES: tuple[Role, ...] = get_args(Role)
ROLE_PREFIX = "role:"
"""Begins a wish for a role, where a part of a name is expected otherwise."""

_CARDS = Path("/proc/asound/cards")
_CARD_LINE = re.compile(
    r"^\s*(\d+)\s+\[(\S+)\s*\]:\s*(\S+)\s+-\s+(.*)$"
)  #  1 [Device ]: USB-Audio - USB PnP Sound
_HARDWARE = re.compile(r"\(hw:(\d+),\d+\)")
_BLUETOOTH = re.compile(r"bluealsa|bluez|bluetooth", re.IGNORECASE)
_HDMI = re.compile(r"hdmi|displayport", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device as PortAudio lists it: its name, how many channels each way, its own rate in Hz."""

    name: str
    inputs: int
    outputs: int
    rate: int

    def channels(self, direction: Direction) -> int:
        """How many channels it has that way."""
        return self.inputs if direction == "input" else self.outputs


@dataclass(frozen=True, slots=True)
class Card:
    """A sound card as the kernel names it: a short id that udev may fix, its driver, its name."""

    id: str
    driver: str
    name: str


class NoSuchDeviceError(LookupError):
    """No device is what was asked for; the message names those there are."""


def sound_cards(file: Path = _CARDS) -> dict[int, Card]:
    """The cards by number; none where the kernel has no ALSA."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = (_CARD_LINE.match(line) for line in lines)
    return {int(card[1]): Card(card[2], card[3], card[4].strip()) for card in found if card}


def role_of(device: AudioDevice, cards: Mapping[int, Card]) -> Role | None:
    """What kind of hardware a device is; None when that cannot be told, as of a sound server's devices."""
    if _BLUETOOTH.search(device.name):
        return "bluetooth"
    hardware = _HARDWARE.search(device.name)
    if hardware is None:
        return None
    card = cards.get(int(hardware[1]))
    if card is not None and card.driver == "USB-Audio":
        return "usb"
    if _HDMI.search(device.name) or (card is not None and _HDMI.search(f"{card.driver} {card.name}")):
        return "hdmi"
    return "builtin" if card is not None else None


def choose(
    devices: Sequence[AudioDevice], direction: Direction, wish: str | None, cards: Mapping[int, Card]
) -> int | None:
    """The number of the first device that is meant; None for the system's default.

    Args:
        wish: part of a device's or its card's name or the card's id, whatever the case; ``role:usb``,
            ``role:builtin``, ``role:bluetooth`` or ``role:hdmi``; the system's default when None.

    Raises:
        NoSuchDeviceError: no device of that direction is what was asked for.
    """
    if wish is None:
        return None
    if wish.startswith(ROLE_PREFIX):
        wanted = wish.removeprefix(ROLE_PREFIX)
        if wanted not in ROLES:
            raise NoSuchDeviceError(f"there is no role {wanted!r}; there are {', '.join(ROLES)}")
    for number, device in enumerate(devices):
        if device.channels(direction) > 0 and _meant(device, wish, cards):
            return number
    what = f"of {wish}" if wish.startswith(ROLE_PREFIX) else f"with {wish!r} in its name"
    raise NoSuchDeviceError(f"there is no {direction} device {what}; {there_are(devices, direction, cards)}")


def there_are(devices: Sequence[AudioDevice], direction: Direction, cards: Mapping[int, Card]) -> str:
    """A sentence that names the devices of a direction, each with its role where it has one."""
    names = [described(device, cards) for device in devices if device.channels(direction) > 0]
    if not names:
        return "there is none at all: plug one in, or check that the sound server runs"
    return "there are: " + ", ".join(names)


def described(device: AudioDevice, cards: Mapping[int, Card]) -> str:
    """The name, and the role in brackets where it can be told."""
    role = role_of(device, cards)
    return f"{device.name} [{role}]" if role else device.name


def _meant(device: AudioDevice, wish: str, cards: Mapping[int, Card]) -> bool:
    if wish.startswith(ROLE_PREFIX):
        return role_of(device, cards) == wish.removeprefix(ROLE_PREFIX)
    names = [device.name]
    hardware = _HARDWARE.search(device.name)
    card = cards.get(int(hardware[1])) if hardware else None
    if card is not None:
        names += [card.id, card.name]
    return any(wish.lower() in name.lower() for name in names)
