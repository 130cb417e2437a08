"""Where installations lie on the disk."""

from __future__ import annotations

from pathlib import Path

from kiosk_app.updating.update import KindName

FOLDER = "updates"
"""In the folder of the kiosk's state."""


def folder_of(home: Path, kind: KindName, name: str = "") -> Path:
    """The folder of one installation; of models there is one for each that is known by ``name``."""
    return home / FOLDER / kind / name
