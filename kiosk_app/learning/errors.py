"""The errors of what is learnt from the hall."""

from __future__ import annotations

from kiosk_app.errors import KioskError


class LearningError(KioskError):
    """The file of what was learnt, an export of it, or a change made from one cannot be used."""

    code = "learning"
