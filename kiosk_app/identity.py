"""Which kiosk this device is, and whether it speaks to a centre at all."""

from __future__ import annotations

from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles
from kiosk_app.config import KioskConfig

_NAMELESS = "kiosk"


def identity_files(config: KioskConfig) -> IdentityFiles:
    """The folder that ``kiosk provision`` fills, filled or not."""
    return IdentityFiles(config.fleet.identity or config.home / "identity")


def linked_identity(config: KioskConfig) -> IdentityFiles | None:
    """The identity with which this kiosk speaks to its centre; None where it works alone."""
    files = identity_files(config)
    return files if config.fleet.enabled and files.present else None


def kiosk_name(config: KioskConfig) -> str:
    """The kiosk's id, for the names of files."""
    try:
        return identity_files(config).identity().kiosk
    except IdentityError:
        return _NAMELESS
