"""What the centre has done to the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk_app.remote.notices import Notices
from kiosk_app.reply import Language


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """Other notices are up now."""

    at: float
    notices: Notices


@dataclass(frozen=True, slots=True)
class IdentityWanted:
    """A technician looks for the kiosk: it shows its name for ``seconds`` and says ``speech``."""

    at: float
    name: str
    seconds: float
    speech: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class SiteVolumeSet:
    """Every visit is to begin with this volume, 0 to 1."""

    at: float
    volume: float
