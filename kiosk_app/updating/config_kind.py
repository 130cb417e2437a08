"""Configuration as a kind of thing that is installed: a short TOML document over the device's own file."""

from __future__ import annotations

from pathlib import Path

from kiosk_app.config import KioskConfig
from kiosk_app.config.centre import LONGEST, config_with_centre
from kiosk_app.errors import ConfigError
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from kiosk_app.updating.machine import Target
from models.assets.stamp import sha256_of

FILE = "centre.toml"
"""In its slot."""


class CentreSettings:
    """``local`` is the device's own file; None for the defaults."""

    def __init__(self, local: Path | None) -> None:
        self._local = local

    def stage(self, source: Path, slot: Path, target: Target, disk: Disk) -> None:
        """Copy the document. Raises UpdateError, OSError."""
        if source.stat().st_size > LONGEST:
            raise UpdateError("config", f"{source} is longer than {LONGEST} bytes")
        if disk.copy(source, slot / FILE, "config") != target.sha256:
            raise UpdateError("hash", f"{source} is not what was announced; it is fetched again", bad=False)

    def examine(self, slot: Path, target: Target) -> KioskConfig:
        """The whole configuration with it. Raises UpdateError."""
        path = slot / FILE
        try:
            if sha256_of(path) != target.sha256:
                raise UpdateError("damaged", f"{path} was damaged on the disk; send it again", bad=False)
            return config_with_centre(self._local, path)
        except ConfigError as error:
            raise UpdateError("config", str(error)) from error
        except OSError as error:
            raise UpdateError("damaged", f"{path} cannot be read: {error.strerror}", bad=False) from error
