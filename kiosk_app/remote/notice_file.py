"""The notices on disk, so that a restart takes none of them down."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fleet.protocol.commands import MessageArgs, OutOfServiceArgs
from kiosk_app.remote.notices import Closure, Notices, Words
from kiosk_app.staff.private_file import StaffError, read_private, write_private

logger = logging.getLogger(__name__)

NOTICE_FILE = "centre/notices.json"
"""In the folder of the kiosk's state."""


class KeptNotices(BaseModel):
    """The file: what was put up, as the commands had it, and until when (ms since 1970) the message stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message: MessageArgs | None = None
    until_ms: int = Field(default=0, ge=0)
    closed: OutOfServiceArgs | None = None

    @property
    def notices(self) -> Notices:
        """The same for the session."""
        message, closed = self.message, self.closed
        return Notices(
            Words(message.zh, message.en) if message else None,
            Closure(Words(closed.zh, closed.en), Words(closed.where_zh, closed.where_en)) if closed else None,
        )


class NoticeFile:
    """Written whole or not at all, for the kiosk's user alone."""

    def __init__(self, home: Path) -> None:
        self.path = home / NOTICE_FILE

    def read(self) -> KeptNotices:
        """What is up; nothing where the file is missing or damaged, for a kiosk that serves is worth more."""
        try:
            text = read_private(self.path)
            return KeptNotices() if text is None else KeptNotices.model_validate_json(text)
        except (StaffError, ValidationError) as error:
            logger.warning(
                "what the centre had put up is forgotten (%s): %s", self.path, type(error).__name__
            )
            return KeptNotices()

    def keep(self, notices: KeptNotices) -> None:
        """Raises StaffError."""
        write_private(self.path, json.dumps(notices.model_dump(mode="json", exclude_none=True)))
