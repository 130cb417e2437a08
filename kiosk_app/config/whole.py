"""The whole configuration, and where state is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from pydantic import Field

from kiosk_app.config.place import QueueConfig, SiteConfig
from kiosk_app.config.presence import CameraConfig, ProximityConfig
from kiosk_app.config.section import Section
from kiosk_app.config.sound import MicrophoneConfig, RecognitionConfig, SpeakerConfig, SpeechConfig
from kiosk_app.config.touch import (
    HeadphonesConfig,
    KeypadConfig,
    PrinterConfig,
    ScreenConfig,
    TakeAlongConfig,
)
from kiosk_app.config.upkeep import FleetConfig, KnowledgeConfig, LearningConfig, StaffConfig


class KioskConfig(Section):
    """The whole file. Every section may be left out."""

    data_dir: Path | None = Field(
        default=None, description="Where state is kept; YINGBIN_HOME or the user's data folder."
    )
    site: SiteConfig = SiteConfig()
    microphone: MicrophoneConfig = MicrophoneConfig()
    speaker: SpeakerConfig = SpeakerConfig()
    recognition: RecognitionConfig = RecognitionConfig()
    speech: SpeechConfig = SpeechConfig()
    camera: CameraConfig = CameraConfig()
    proximity: ProximityConfig = ProximityConfig()
    screen: ScreenConfig = ScreenConfig()
    keypad: KeypadConfig = KeypadConfig()
    headphones: HeadphonesConfig = HeadphonesConfig()
    take_along: TakeAlongConfig = TakeAlongConfig()
    printer: PrinterConfig = PrinterConfig()
    queue: QueueConfig = QueueConfig()
    knowledge: KnowledgeConfig = KnowledgeConfig()
    learning: LearningConfig = LearningConfig()
    fleet: FleetConfig = FleetConfig()
    staff: StaffConfig = StaffConfig()

    @property
    def home(self) -> Path:
        """The folder of the kiosk's state."""
        return self.data_dir or home_folder()


def home_folder() -> Path:
    """``$YINGBIN_HOME``, or the user's data folder."""
    return Path(os.environ.get("YINGBIN_HOME") or platformdirs.user_data_dir("yingbin"))
