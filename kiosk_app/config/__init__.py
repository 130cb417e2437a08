"""The kiosk's configuration: one TOML file, every key with its meaning, every mistake with its line."""

from kiosk_app.config.place import QueueConfig, SiteConfig, StandConfig
from kiosk_app.config.presence import CameraConfig, ProximityConfig
from kiosk_app.config.reading import load_config, salvage_config
from kiosk_app.config.sound import MicrophoneConfig, RecognitionConfig, SpeakerConfig, SpeechConfig
from kiosk_app.config.touch import (
    HeadphonesConfig,
    KeypadConfig,
    PrinterConfig,
    ScreenConfig,
    TakeAlongConfig,
)
from kiosk_app.config.upkeep import FleetConfig, KnowledgeConfig, LearningConfig, StaffConfig
from kiosk_app.config.whole import KioskConfig, home_folder

__all__ = [
    "CameraConfig",
    "FleetConfig",
    "HeadphonesConfig",
    "KeypadConfig",
    "KioskConfig",
    "KnowledgeConfig",
    "LearningConfig",
    "MicrophoneConfig",
    "PrinterConfig",
    "ProximityConfig",
    "QueueConfig",
    "RecognitionConfig",
    "ScreenConfig",
    "SiteConfig",
    "SpeakerConfig",
    "SpeechConfig",
    "StaffConfig",
    "StandConfig",
    "TakeAlongConfig",
    "home_folder",
    "load_config",
    "salvage_config",
]
