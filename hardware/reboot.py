"""Starting the board again, where the system permits it to the kiosk's user."""

from __future__ import annotations

import os

from hardware.errors import HardwareError
from hardware.programs import answer_of

_LOGIN = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


def may_reboot(busctl: str = "busctl") -> bool:
    """Whether the system would do it, unasked for a password: logind says so."""
    answer = answer_of(busctl, "call", *_LOGIN, "CanReboot")
    if answer is None:
        return False
    return answer.replace('"', "").split() == ["s", "yes"]


def reboot(busctl: str = "busctl", systemctl: str = "systemctl") -> None:
    """Ask for it; the system then tells every program to stop, this one too.

    Raises:
        HardwareError: ``reboot.refused``; it is not permitted, or nobody could be asked.
    """
    if not may_reboot(busctl) and os.geteuid() != 0:
        raise HardwareError("reboot.refused", "this user may not restart the device: see docs/staff.md")
    if answer_of(systemctl, "reboot", "--no-ask-password", timeout_s=20.0) is None:
        raise HardwareError("reboot.refused", "systemctl reboot was refused: see docs/staff.md")
