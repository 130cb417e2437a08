"""What the pages of the staff corner are told: each looks at the running kiosk once. May block; never in the loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from fleet.device.errors import IdentityError
from hardware.errors import HardwareError
from hardware.health import read_health
from hardware.network import default_route, interfaces
from hardware.reboot import may_reboot
from hardware.sticks import find_stick
from kiosk_app.broker_check import reach, why_not
from kiosk_app.identity import linked_identity
from kiosk_app.runtime.premises import Premises
from kiosk_app.staff.holdings import size_of
from kiosk_app.staff.private_file import StaffError
from kiosk_app.staff.reports import (
    BoardReport,
    BrokerReport,
    HoldingsReport,
    NetworkReport,
    Report,
    SoundReport,
    TurnsReport,
)
from kiosk_app.staff.turns import turns_of
from kiosk_app.staff.view import StaffPage


def board(premises: Premises) -> BoardReport:
    """The board's figures."""
    return BoardReport(read_health(premises.config.home))


def sound(premises: Premises) -> SoundReport:
    """The devices in use, and whether the volume was set here."""
    microphone, voice = premises.hearing.microphone, premises.voice
    try:
        kept = premises.settings.read().volume is not None
    except StaffError:
        kept = False
    return SoundReport(
        microphone.name if microphone is not None else "",
        voice.speaker if voice is not None else "",
        kept,
        microphone.overruns if microphone is not None else 0,
    )


def turns(premises: Premises) -> TurnsReport:
    """The latest turns."""
    return turns_of(premises.tracer.turns, time.monotonic())


def network(premises: Premises) -> NetworkReport:
    """The interfaces, and the way to the centre tried."""
    return NetworkReport(interfaces(), default_route(), _broker(premises))


def _broker(premises: Premises) -> BrokerReport | None:
    files, agent = linked_identity(premises.config), premises.agent
    if files is None:
        return None
    milliseconds, reason, where = None, "", ""
    try:
        identity = files.identity()
        where = f"{identity.broker_host}:{identity.broker_port}"
        milliseconds = reach(files)
    except (IdentityError, OSError) as error:
        reason = why_not(error, where)
    heard = agent.contact_at if agent is not None else None
    return BrokerReport(
        address=where,
        reach_ms=milliseconds,
        reason=reason,
        connected=agent is not None and agent.connected,
        contact_ago_s=None if heard is None else max(0.0, time.monotonic() - heard),
        waiting=agent.depth if agent is not None else 0,
    )


def holdings(premises: Premises) -> HoldingsReport:
    """What could be wiped, whether the board may be restarted, where a stick is."""
    home, agent = premises.config.home, premises.agent
    try:
        stick = str(find_stick(home).folder)
    except HardwareError:
        stick = ""
    return HoldingsReport(
        learnt=size_of(home / "learning"),
        cache=size_of(home / "cache" / "spoken"),
        log=size_of(premises.log_file.folder),
        waiting=agent.depth if agent is not None else 0,
        may_reboot=may_reboot(),
        stick=stick,
    )


Look = Callable[[Premises], Report]

LOOKS: Mapping[StaffPage, tuple[Look, float]] = {
    "parts": (board, 2.0),
    "sound": (sound, 3.0),
    "turns": (turns, 2.0),
    "network": (network, 10.0),
    "maintenance": (holdings, 3.0),
}
"""What each page looks at, and every how many seconds while it is open."""
