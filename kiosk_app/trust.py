"""What updates are judged by on this kiosk, and where they arrive: the link's and a stick's alike."""

from __future__ import annotations

from pathlib import Path

from fleet.device.updates.client import UpdateClient
from fleet.device.updates.inbox import Inbox
from kiosk_app.config import KioskConfig
from kiosk_app.identity import identity_files


def link_folder(config: KioskConfig) -> Path:
    """What the link to the centre keeps on disk, updates included."""
    return config.home / "link"


def update_client(config: KioskConfig) -> UpdateClient:
    """Judges by the root that came with this kiosk's identity."""
    return UpdateClient(link_folder(config) / "updates", identity_files(config).root)


def inbox_of(config: KioskConfig) -> Inbox:
    """Where ``kiosk update`` leaves word of what it has verified."""
    client = update_client(config)
    return Inbox(client.folder / "inbox", client.incoming)
