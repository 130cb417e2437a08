"""What a technician has set at the kiosk itself and what outlives a restart: the site's volume."""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk_app.staff.private_file import StaffError, read_private, write_private
from kiosk_app.volumes import LOUDEST, QUIETEST

logger = logging.getLogger(__name__)

SETTINGS_FILE = "staff/settings.json"
"""In the folder of the kiosk's state."""


class SiteSettings(BaseModel):
    """The file. A key that is not there leaves the configuration's value as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    volume: float | None = Field(default=None, ge=QUIETEST, le=LOUDEST)


class SiteSettingsFile:
    """Written whole or not at all, for the kiosk's user alone."""

    def __init__(self, home: Path) -> None:
        self.path = home / SETTINGS_FILE

    def read(self) -> SiteSettings:
        """What was set; nothing when there is no file.

        Raises:
            StaffError: ``staff.settings``; it is damaged or not the kiosk's alone.
        """
        try:
            text = read_private(self.path)
            return SiteSettings() if text is None else SiteSettings.model_validate_json(text)
        except (StaffError, ValidationError) as error:
            why = (
                "its content is not what this program wrote"
                if isinstance(error, ValidationError)
                else str(error)
            )
            raise StaffError(
                f"{self.path}: {why}; delete it and set the volume in the staff corner again",
                "staff.settings",
            ) from error

    def volume(self, configured: float) -> float:
        """The volume that visits begin with, and a line in the log of where it comes from."""
        try:
            kept = self.read().volume
        except StaffError as error:
            logger.warning("the configuration's volume of %.0f %% is used: %s", configured * 100, error)
            return configured
        if kept is None:
            return configured
        logger.info("volume %.0f %%, set in the staff corner (%s)", kept * 100, self.path)
        return kept

    def keep_volume(self, volume: float) -> None:
        """Raises StaffError."""
        write_private(self.path, SiteSettings(volume=volume).model_dump_json(exclude_none=True))
