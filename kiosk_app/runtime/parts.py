"""Builds each part from the configuration. A part that cannot be built says what is missing and how to get it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fleet.device.agent import Agent
from fleet.device.events import AgentEvent
from fleet.device.identity import IdentityFiles
from fleet.device.settings import AgentSettings
from fleet.device.updates.https import HttpsAddress
from hardware.headphones import HeadphoneJack
from hardware.printer.escpos import DOTS
from hardware.proximity import ProximitySensor
from kiosk_app.attendance import MMWAVE, PIR, SENSOR, Attendance
from kiosk_app.config import CameraConfig, KioskConfig, PrinterConfig, ProximityConfig
from kiosk_app.events import Event, HeadphonesIn, HeadphonesOut, Printed, PrintFailed
from kiosk_app.eyes import detector_of, scene_of
from kiosk_app.printer_check import printer_for
from kiosk_app.proximity_check import pin_for
from kiosk_app.runtime.printing import Printing
from kiosk_app.runtime.sensing import Sensing
from kiosk_app.taking.ticket_slip import PaperPress
from kiosk_app.ui.fonts import font_files
from vision.camera import is_device, make_camera
from vision.events import VisionEvent
from vision.presence import Presence, PresenceSettings
from vision.watcher import Watcher
from voice.activity import SileroActivity
from voice.completeness import Judge
from voice.endpoint import EndpointSettings
from voice.listener import Listener
from voice.microphone_watch import WatchSettings
from voice.monitored_microphone import MonitoredMicrophone
from voice.overhearing import Echo
from voice.ports import Microphone, Recognizer

Emit = Callable[[Event], None]

_FARTHER = 4 / 3
"""A face that is seen farther away than asked for counts too: taking it for nobody would only make it flicker."""


def build_microphone(config: KioskConfig, device: Microphone, emit: Emit) -> MonitoredMicrophone:
    """The microphone, watched; one that is missing is an event of its listener's, not an error here."""
    return MonitoredMicrophone(device, emit, WatchSettings(silent_s=config.microphone.silent_after_s))


def build_listener(
    microphone: Microphone, recognizer: Recognizer, emit: Emit, judge: Judge, echo: Echo | None
) -> Listener:
    """The ears; with a known ``echo`` they may be open while the kiosk speaks."""
    return Listener(
        microphone, SileroActivity(), recognizer, EndpointSettings(), emit, judge=judge, echo=echo
    )


def senses_of(config: KioskConfig) -> frozenset[str]:
    """The parts by which this kiosk notices who comes."""
    camera, sensor = config.camera.enabled, config.proximity.sensor != "none"
    return frozenset(name for name, there in (("camera", camera), (SENSOR, sensor)) if there)


def attendance_of(config: ProximityConfig) -> Attendance | None:
    """How the configured sensor's signal is read; None where there is no sensor."""
    if config.sensor == "none":
        return None
    usual = {"pir": PIR, "mmwave": MMWAVE}[config.sensor]
    return Attendance(
        replace(
            usual,
            dwell_s=usual.dwell_s if config.dwell_s is None else config.dwell_s,
            hold_s=usual.hold_s if config.hold_s is None else config.hold_s,
        )
    )


def build_proximity(
    config: ProximityConfig, sensing: Sensing, lost: Callable[[str], None]
) -> ProximitySensor:
    """The sensor that feels people; it opens its pin when it starts."""
    return ProximitySensor(lambda: pin_for(config), sensing.felt, lost)


def build_watcher(config: CameraConfig, home: Path, emit: Callable[[VisionEvent], None]) -> Watcher:
    """The eyes; a camera that is missing is an event of theirs. Raises DetectorError."""
    detector = detector_of(config, home)
    camera = make_camera(config.source, loop=config.loop, turned=config.turned)
    presence = Presence(
        PresenceSettings(near_m=config.near_m, far_m=config.reach_m * _FARTHER, onlooker_m=config.onlooker_m)
    )
    return Watcher(camera, detector, presence, emit, scene=scene_of(config), live=is_device(config.source))


def build_printing(
    config: PrinterConfig, post: Callable[[Printed | PrintFailed], None], lost: Callable[[str], None]
) -> Printing:
    """What prints receipts. Raises FontMissingError."""
    fonts = font_files()
    press = PaperPress(DOTS[config.paper_mm], fonts.regular, fonts.bold)
    return Printing(printer_for(config), press.picture, post, lost)


def build_jack(post: Emit, lost: Callable[[str], None]) -> HeadphoneJack:
    """What feels headphones being plugged in and pulled out."""

    def told(plugged: bool) -> None:
        at = time.monotonic()
        post(HeadphonesIn(at) if plugged else HeadphonesOut(at))

    return HeadphoneJack(told, lost)


def build_agent(
    files: IdentityFiles, folder: Path, versions: dict[str, str], emit: Callable[[AgentEvent], None]
) -> Agent:
    """The link to the centre; a broker that is away is an event of its, not an error.

    Raises IdentityError and OutboxError.
    """
    identity = files.identity()
    settings = AgentSettings(
        host=identity.broker_host,
        port=identity.broker_port,
        tenant=identity.tenant,
        kiosk=identity.kiosk,
        identity=files.folder,
        data_dir=folder,
        versions=versions,
    )
    https = HttpsAddress(f"{identity.url}/updates", files.authority, files.certificate, files.key)
    return Agent(settings, emit, https)
