"""Views of the staff corner in both languages: the pad, and every page as the session would make it."""

from __future__ import annotations

from dataclasses import replace

from hardware.doctor import CheckResult
from hardware.health import Health, Throttling
from hardware.network import Interface
from kiosk_app.reply import Language
from kiosk_app.staff.reports import (
    BoardReport,
    BrokerReport,
    DoctorReport,
    HoldingsReport,
    NetworkReport,
    SoundLook,
    SoundReport,
    TaskReport,
    TurnLine,
    TurnsReport,
)
from kiosk_app.staff.view import CornerView, PartLine
from kiosk_app.view import ViewData
from tests.kiosk_app.ui.samples import attract

HEARD = SoundLook(-31.0, -52.0, speech=True)
BOARD = BoardReport(
    Health(
        board="Raspberry Pi 5 Model B Rev 1.0",
        cpu_celsius=71.0,
        load_per_core=0.34,
        memory_total_bytes=4 * 2**30,
        memory_free_bytes=2 * 2**30,
        disk_total_bytes=58 * 2**30,
        disk_free_bytes=31 * 2**30,
        uptime_s=312_000,
        throttling=Throttling((), ("under-voltage since start",)),
    )
)
_TURNS = (
    TurnLine("voice", 20.0, 180.0, 322.0, 44.0, 12.0, 160.0, 538.0),
    TurnLine("voice", 95.0, 310.0, 480.0, 95.0, 31.0, 420.0, 1026.0),
    TurnLine("touch", 240.0, None, None, None, 9.0, 140.0, 149.0),
    TurnLine("text", 5400.0, None, None, None, 11.0, None, None),
)
_CHECKS = (
    CheckResult("config", "ok", "/etc/yingbin/kiosk.toml", ""),
    CheckResult("knowledge", "ok", "gov 2026.11: 96 matters", ""),
    CheckResult(
        "microphone", "warn", "USB PnP Sound Device: -78 dBFS, silence", "unmute it, or check its cable"
    ),
    CheckResult(
        "echo", "skip", "not while the kiosk runs: it would play and listen; stop the kiosk first", ""
    ),
    CheckResult(
        "camera",
        "fail",
        "there is no camera /dev/video0 (there is no /dev/video* at all): check the cable, then the camera's number",
        "see the log; a part is tried again by itself",
    ),
)
_BROKER = BrokerReport("broker.service-centre.example.gov.cn:1883", 23.0, "", True, 4.0, 0)
_CARDS = (
    Interface(
        "eth0", up=True, speed=1000, addresses=("192.168.10.23/24", "2001:db8:85a3:8d3:1319:8a2e:370:7348/64")
    ),
    Interface("wlan0", up=False, speed=0, addresses=()),
)
_ROUTE = "192.168.10.1 (eth0)"
_HOLDINGS = HoldingsReport(
    3_400_000, 212_000_000, 1_300_000, 17, may_reboot=True, stick="/media/kiosk/KINGSTON"
)
_NAME = "yingbin-kiosk-1-20261122-093000.zip"


def pages(parts: tuple[PartLine, ...]) -> dict[str, CornerView]:
    """The pages behind the menu, in their states."""
    lost = BrokerReport("10.20.30.40:1883", None, "Connection refused", False, None, 5321)
    sound = SoundReport("USB PnP Sound Device: Audio (hw:1,0)", "USB PnP Sound Device: Audio (hw:1,0)", True)
    quiet = tuple(
        line if line.part != "speech" else PartLine("speech", "fault", "no loudspeaker") for line in parts
    )
    page = CornerView(page="maintenance", parts=parts, reports=(_HOLDINGS,))
    barred = replace(_HOLDINGS, may_reboot=False, stick="")
    full = TaskReport("export", "failed", "stick.full", "0.3 MB are free, 1.4 MB are needed")
    return {
        "staff_sound": CornerView(page="sound", parts=parts, volume=0.7, reports=(sound,)),
        "staff_sound_mute": CornerView(page="sound", parts=quiet, volume=1.0),
        "staff_turns": CornerView(page="turns", parts=parts, reports=(TurnsReport(_TURNS * 3),)),
        "staff_turns_none": CornerView(page="turns", parts=parts, reports=(TurnsReport(),)),
        "staff_doctor": CornerView(page="doctor", parts=parts),
        "staff_doctor_busy": CornerView(
            page="doctor",
            parts=parts,
            reports=(TaskReport("doctor", "busy"), DoctorReport(_CHECKS[:2], 29, "speech_model")),
        ),
        "staff_doctor_done": CornerView(
            page="doctor", parts=parts, reports=(TaskReport("doctor", "done"), DoctorReport(_CHECKS, 5))
        ),
        "staff_network": CornerView(
            page="network", parts=parts, reports=(NetworkReport(_CARDS, _ROUTE, _BROKER),)
        ),
        "staff_network_lost": CornerView(
            page="network", parts=parts, reports=(NetworkReport(_CARDS[1:], "", lost),)
        ),
        "staff_network_alone": CornerView(
            page="network", parts=parts, reports=(NetworkReport((), "", None),)
        ),
        "staff_maintenance": page,
        "staff_maintenance_barred": replace(page, reports=(barred, full)),
        "staff_maintenance_busy": replace(
            page, reports=(_HOLDINGS, TaskReport("export", "busy", "checking", "12/29"))
        ),
        "staff_maintenance_done": replace(
            page, reports=(_HOLDINGS, TaskReport("export", "done", "", _NAME), TaskReport("wipe", "done"))
        ),
        "staff_ask_restart": replace(page, asking="restart"),
        "staff_ask_reboot": replace(page, asking="reboot"),
        "staff_ask_wipe": replace(page, asking="wipe"),
    }


def staff_views(lang: Language = "zh") -> dict[str, ViewData]:
    """The pad and the pages of the staff corner."""
    home = replace(attract(lang), greeting=False, microphone="off", camera="on")
    pad = replace(home, screen="staff_pin", corner=CornerView())
    works = tuple(PartLine(name, "on") for name in ("knowledge", "microphone", "recognition", "speech"))
    seen = (*works, PartLine("camera", "on"), PartLine("link", "off", "not configured"))
    away = "there is no camera /dev/video0 (there is no /dev/video* at all): check the cable, then the camera's number"
    broken = (
        PartLine(
            "config",
            "fault",
            "/etc/yingbin/kiosk.toml:14: camera.enabeld: unknown key; did you mean 'enabled'?",
        ),
        PartLine("knowledge", "on"),
        PartLine("microphone", "fault", "its sound is silent"),
        PartLine("recognition", "starting"),
        PartLine("speech", "off", "turned off in the configuration"),
        PartLine("camera", "fault", away),
        PartLine("link", "fault", "192.168.10.5:1883: connection refused: see that the broker runs"),
    )
    corner = replace(home, screen="staff", corner=CornerView(page="live", parts=seen))
    return {
        "pin": pad,
        "pin_checking": replace(pad, corner=CornerView("checking")),
        "pin_refused": replace(pad, corner=CornerView("refused", tries_left=3)),
        "pin_locked": replace(pad, corner=CornerView("locked", locked_seconds=58)),
        "pin_locked_long": replace(pad, corner=CornerView("locked", locked_seconds=3600)),
        "pin_broken": replace(pad, corner=CornerView("broken")),
        "staff_live": corner,
        "staff_live_off": replace(
            corner,
            camera="off",
            corner=CornerView(
                page="live", parts=(*works, PartLine("camera", "off", "turned off in the configuration"))
            ),
        ),
        "staff_live_lost": replace(corner, camera="fault", corner=CornerView(page="live", parts=broken)),
        "staff_menu": replace(corner, corner=CornerView(parts=seen)),
        "staff_parts": replace(corner, corner=CornerView(page="parts", parts=seen, reports=(BOARD,))),
        "staff_parts_down": replace(corner, corner=CornerView(page="parts", parts=broken)),
        **{name: replace(corner, corner=page) for name, page in pages(seen).items()},
    }
